package resolve

import (
	"embed"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"
	"sync"

	"pbsduck/duckdb"
	"pbsduck/duckdb/load"
	"pbsduck/ingest/schema"
)

//go:embed sql/*.sql
var files embed.FS

func file(name string) string {
	text, err := files.ReadFile("sql/" + name + ".sql")
	if err != nil {
		panic(err)
	}
	return strings.TrimSpace(string(text))
}

// A step makes a table or a view of a question that asks those before it, and the parts: part_jobs, part_nodes,
// part_events and part_logs. What is small, and asked several times, is a table.
type step struct {
	name, sql string
	table     bool
}

// moved is the step in whose place the rows come that go through hour_records.
const moved = "moved_events"

// steps are all of them for the columns of a site.
func steps(site schema.Site) []step {
	all := []step{
		{"repeated_jobs", file("repeated_jobs"), true},
		{"records", file("records"), false},
		{"ranked", ranked(), true},
		{"outcomes", file("outcomes"), false},
		{"months", file("months"), true},
		{"numbers", file("numbers"), true},
		{"jobs", file("jobs"), false},
		{"repeated_events", file("repeated_events"), true},
		{"hour_records", file("hour_records"), true},
		{moved, file(moved), true},
		{"events", file("events"), false},
		{"asked", load.ToldJobs(), true},
		{"told_runs", toldRuns(), true},
		{"job_runs", viewOf(site, "job_runs"), false},
		{"job_nodes", file("job_nodes"), false},
	}
	return append(all, dataset(site)...)
}

// ranked asks it of those jobs only that several records claim.
func ranked() string {
	rank := load.RankOutcomes("SELECT machine, job_id, submit_time FROM records GROUP BY machine, job_id, submit_time " +
		"HAVING count(*) > 1")
	return strings.Replace(rank, "WITH asked AS", "WITH outcomes AS (SELECT * FROM records), asked AS", 1)
}

var variable = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`getvariable\('(\w+)'\)`) })

// toldRuns asks it of all jobs in asked, whatever their numbers.
func toldRuns() string {
	values := map[string]string{
		"first_number": fmt.Sprint(math.MinInt64 + 1), "last_number": fmt.Sprint(math.MaxInt64), "unnumbered": "true",
	}
	return variable().ReplaceAllStringFunc(load.RunsOfAsked(), func(s string) string {
		return values[variable().FindStringSubmatch(s)[1]]
	})
}

func viewOf(site schema.Site, name string) string {
	views := duckdb.Views(site)
	return strings.TrimSpace(views[slices.IndexFunc(views, func(v duckdb.View) bool { return v.Name == name })].SQL)
}

// instants are by which rows of tables of a dataset are parted.
var instants = map[string]struct{ from, instant, number string }{
	"jobs":   {"jobs", "coalesce(end_time, submit_time)", "id"},
	"runs":   {"job_runs", "coalesce(end_time, submit_time)", "id"},
	"nodes":  {"job_nodes", "coalesce(end_time, submit_time)", "id"},
	"events": {"events", "time", ""},
}

// dataset are the tables of a dataset, with the year and month of their folders, but for those that rules make.
func dataset(site schema.Site) (all []step) {
	for _, t := range site.Dataset(false) {
		from, ok := instants[t.Name]
		if !ok {
			continue
		}
		columns := make([]string, len(t.Columns))
		for i, name := range duckdb.ColumnNames(t) {
			if columns[i] = name; name == schema.RowName {
				columns[i] = from.number + " AS " + name
			}
		}
		all = append(all, step{"dataset_" + t.Name, fmt.Sprintf(
			"-- What stands in the folder %[1]s of a dataset?\nSELECT %[2]s,\n"+
				"       year(%[3]s) AS year, month(%[3]s) AS month\nFROM %[4]s",
			t.Name, strings.Join(columns, ", "), from.instant, from.from,
		), false})
	}
	return all
}

// Script is all statements, to be run where part_jobs, part_nodes, part_events and part_logs are the rows of the parts.
func Script(site schema.Site) string {
	var b strings.Builder
	for _, s := range steps(site) {
		b.WriteString(s.statement() + ";\n\n")
	}
	return strings.TrimSuffix(b.String(), "\n")
}

func (s step) statement() string {
	kind := "VIEW"
	if s.table {
		kind = "TABLE"
	}
	return "CREATE OR REPLACE " + kind + " " + s.name + " AS\n" + s.sql
}
