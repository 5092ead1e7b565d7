package report

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"pbsduck/duckdb"
	"pbsduck/ingest/schema"
)

// Fits tells what the report can't do with a filter, as an OptionError: one that is about no days, or not about jobs,
// would say the same whichever are meant.
func (r Report) Fits(f duckdb.Filter) error {
	if (!f.Since.IsZero() || !f.Until.IsZero()) && !r.Held() && !r.asks("report_jobs") {
		return wrong("report %s is about no days that can be chosen: leave them out", r.Name)
	}
	if !f.OnlyDays() && !r.asks("report_jobs", "report_runs", "job_runs", "unfinished_jobs", "unfinished_phases") {
		return wrong("report %s is not about single jobs: only machines%s can be chosen",
			r.Name, map[bool]string{true: " and days"}[r.Held()])
	}
	return nil
}

// asks tells whether the file asks one of some views.
func (r Report) asks(views ...string) bool {
	return slices.ContainsFunc(views, func(v string) bool { return duckdb.Mentions(r.SQL, v) })
}

// AsksJobs tells whether it asks the jobs that the filter means, and nothing of what was held or waited.
func (r Report) AsksJobs() bool {
	return r.asks("report_jobs") && !r.asks("report_days", "report_runs")
}

// views are the statements that make the views which the file asks show only what the filter means. They take the place
// of the database's for the session.
func (p plan) views(s schema.Site) []string {
	jobs := p.filter
	if p.Held() {
		jobs.Since, jobs.Until = time.Time{}, time.Time{}
	}
	machine := duckdb.Filter{Machines: jobs.Machines}.On("j.machine", "")
	runs, unfinished := duckdb.ViewSQL(s, "job_runs"), duckdb.ViewSQL(s, "unfinished_jobs")
	if which := (duckdb.Filter{Since: jobs.Since, Until: jobs.Until, Terms: jobs.Terms}); !which.All() {
		runs, unfinished = runsOf(s, which), unendedJobs(s, which)
	}
	all := []struct{ name, sql, condition string }{ // each behind those that it asks
		{"machines", duckdb.ViewSQL(s, "machines"), machine},
		{"unfinished_jobs", unfinished, machine},
		{"suspensions", duckdb.ViewSQL(s, "suspensions"), machine},
		{"unfinished_phases", duckdb.ViewSQL(s, "unfinished_phases"), "true"},
		{"job_runs", runs, machine},
		{"report_jobs", duckdb.ViewSQL(s, "report_jobs"), jobs.Jobs()},
		{"report_log_days", duckdb.ViewSQL(s, "report_log_days"), "true"},
		{"report_runs", duckdb.ViewSQL(s, "report_runs"), "true"},
		{"report_days", duckdb.ViewSQL(s, "report_days"), "true"},
	}
	var made []string
	asking := p.SQL
	for _, v := range slices.Backward(all) {
		if duckdb.Mentions(asking, v.name) {
			asking += ";" + v.sql
			made = append(made,
				fmt.Sprintf("CREATE OR REPLACE TEMP VIEW %s AS SELECT * FROM (\n%s\n) j WHERE %s", v.name, v.sql, v.condition))
		}
	}
	slices.Reverse(made)
	return made
}

// runsOf are the runs of the jobs of which a filter is true. Of those that ran once the view asks jobs, so they are
// asked there; of the others, and of those that have not ended, it has told_runs.
func runsOf(s schema.Site, which duckdb.Filter) string {
	once, told, _ := strings.Cut(duckdb.ViewSQL(s, "job_runs"), "UNION ALL\n")
	return fmt.Sprintf(`%[1]s AND %[2]s
UNION ALL
SELECT * FROM (
%[3]s
) WHERE id IN (SELECT j.id FROM jobs j WHERE %[2]s
    -- so jobs are looked up in told_runs, and never the other way round
    AND coalesce(j.id IN (SELECT id FROM told_runs WHERE id IS NOT NULL), false))
UNION ALL
%[4]s AND j.id IS NULL`, once, which.Jobs(), told, unendedRuns(s, told, which))
}

// unendedRuns are those of which a filter is true, if their jobs have not ended: such jobs say what runs don't.
func unendedRuns(s schema.Site, told string, which duckdb.Filter) string {
	known := duckdb.ColumnNames(schema.JobRuns)
	joined := slices.DeleteFunc(duckdb.ColumnNames(schema.UnfinishedJobs), func(column string) bool {
		return slices.Contains(known, column) || !duckdb.Mentions(which.Jobs(), column)
	})
	rows := fmt.Sprintf("SELECT v.*, %s FROM (\n%s\n) v", otherColumns(s, known, joined), told)
	if len(joined) > 0 {
		rows += fmt.Sprintf(" LEFT JOIN (\n%s\n) u\nON u.machine = v.machine AND u.job_id = v.job_id "+
			"AND u.submit_time = v.submit_time", duckdb.ViewSQL(s, "unfinished_jobs"))
	}
	return asJobs(known, which, rows)
}

// unendedJobs are the jobs that run or wait of which a filter is true, as far as the view says what they are; the rest
// is unknown of them.
func unendedJobs(s schema.Site, which duckdb.Filter) string {
	known := duckdb.ColumnNames(schema.UnfinishedJobs)
	return asJobs(known, which, fmt.Sprintf("SELECT v.*, %s FROM (\n%s\n) v",
		otherColumns(s, known, nil), duckdb.ViewSQL(s, "unfinished_jobs")))
}

// asJobs are the rows of a view with the columns of jobs, of which a filter is true, without those that the view does
// not have.
func asJobs(known []string, which duckdb.Filter, rows string) string {
	return fmt.Sprintf("SELECT j.%s\nFROM (%s) j\nWHERE %s", strings.Join(known, ", j."), rows, which.Jobs())
}

// otherColumns are the columns of jobs that a view v of jobs that have not ended does not have, as far as what it is
// joined with, u, has them.
func otherColumns(s schema.Site, known, joined []string) string {
	var others []string
	for _, c := range s.Jobs().Columns {
		if slices.Contains(known, c.Name) {
			continue
		}
		value := "NULL::" + c.Type.SQL()
		switch {
		case c.Name == "short_id":
			value = `TRY_CAST(regexp_extract(v.job_id, '^\d+') AS BIGINT)`
		case c.Name == "array_index":
			value = `TRY_CAST(regexp_extract(v.job_id, '^\d+\[(\d+)\]', 1) AS BIGINT)`
		case c.Name == "is_array_parent":
			value = "false" // they hold nothing, and wait for nothing
		case slices.Contains(joined, c.Name):
			value = "u." + c.Name
		}
		others = append(others, value+" AS "+duckdb.QuoteName(c.Name))
	}
	return strings.Join(others, ", ")
}
