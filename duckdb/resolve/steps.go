package resolve

import (
	"embed"
	"fmt"
	"math"
	"regexp"
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

// steps are all of them, whatever columns a site has.
func steps() []step {
	return []step{
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
		{schema.Suspensions.Name, duckdb.ViewSQL(schema.Site{}, schema.Suspensions.Name), false},
		{"asked", load.ToldJobs(), true},
		{"told_runs", toldRuns(), true},
		{"job_nodes", file("job_nodes"), false},
	}
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

// Script is all statements, to be run where part_jobs, part_nodes, part_events and part_logs are the rows of the parts.
// FindSettled finds what comes of them.
func Script() string {
	var b strings.Builder
	for _, s := range steps() {
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
