package report

import (
	"fmt"
	"slices"
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
		runs, unfinished = runsOf(s, which.Jobs()), unfinishedOf(s, which.Jobs())
	}
	all := []struct{ name, sql, condition string }{ // each behind those that it asks
		{"machines", duckdb.ViewSQL(s, "machines"), machine},
		{"unfinished_jobs", unfinished, machine},
		{"suspensions", duckdb.ViewSQL(s, "suspensions"), machine},
		{"unfinished_phases", duckdb.ViewSQL(s, "unfinished_phases"), "true"},
		{"job_runs", runs, machine},
		{"report_jobs", duckdb.ViewSQL(s, "report_jobs"), jobs.Jobs()},
		{"report_log_days", duckdb.ViewSQL(s, "report_log_days"), "true"},
		{"report_idle_days", duckdb.ViewSQL(s, "report_idle_days"), "true"},
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
