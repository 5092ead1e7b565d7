package duckdb

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"pbsduck/ingest/schema"
)

// A View is a stored question: what it shows, as of a table, and its SQL.
type View struct {
	schema.Table
	SQL string
}

//go:embed sql/view_jobs.sql
var jobsSQL string

//go:embed sql/view_superseded.sql
var supersededSQL string

//go:embed sql/view_job_records.sql
var jobRecordsSQL string

//go:embed sql/view_job_nodes.sql
var jobNodesSQL string

//go:embed sql/view_job_sources.sql
var jobSourcesSQL string

//go:embed sql/view_job_runs.sql
var jobRunsSQL string

//go:embed sql/view_users.sql
var usersSQL string

//go:embed sql/view_accounts.sql
var accountsSQL string

//go:embed sql/view_queues.sql
var queuesSQL string

//go:embed sql/view_job_details.sql
var jobDetailsSQL string

//go:embed sql/view_machines.sql
var machinesSQL string

//go:embed sql/view_unfinished_jobs.sql
var unfinishedJobsSQL string

//go:embed sql/view_suspensions.sql
var suspensionsSQL string

//go:embed sql/view_unfinished_phases.sql
var unfinishedPhasesSQL string

//go:embed sql/view_report_jobs.sql
var reportJobsSQL string

//go:embed sql/view_report_log_days.sql
var reportLogDaysSQL string

//go:embed sql/view_report_idle_days.sql
var reportIdleDaysSQL string

//go:embed sql/view_report_runs.sql
var reportRunsSQL string

//go:embed sql/view_report_days.sql
var reportDaysSQL string

//go:embed sql/view_report_classes.sql
var reportClassesSQL string

// Views are the views of the database of a site, each behind those that it asks.
func Views(s schema.Site) []View {
	return []View{
		{s.Jobs(), withColumns(jobsSQL, s.Jobs())}, {s.Superseded(), withColumns(supersededSQL, s.Jobs())},
		{schema.JobRecords, jobRecordsSQL}, {schema.JobNodes, jobNodesSQL}, {schema.JobSources, jobSourcesSQL},
		{schema.JobRuns, jobRunsSQL}, {schema.Users, usersSQL}, {schema.Accounts, accountsSQL}, {schema.Queues, queuesSQL},
		{s.JobDetails(), withColumns(jobDetailsSQL, s.Jobs())}, {schema.Machines, machinesSQL},
		{schema.UnfinishedJobs, unfinishedJobsSQL}, {schema.Suspensions, suspensionsSQL},
		{schema.UnfinishedPhases, unfinishedPhasesSQL}, {s.ReportJobs(), withColumns(reportJobsSQL, s.Jobs())},
		{schema.ReportLogDays, reportLogDaysSQL},
		{schema.ReportIdleDays, reportIdleDaysSQL},
		{schema.ReportRuns, reportRunsSQL}, {schema.ReportDays, reportDaysSQL}, {schema.ReportClasses, reportClassesSQL},
	}
}

// ViewSQL is the question that a view of the database of a site stores.
func ViewSQL(s schema.Site, name string) string {
	views := Views(s)
	i := slices.IndexFunc(views, func(v View) bool { return v.Name == name })
	return strings.TrimSpace(views[i].SQL)
}

// withColumns lists the columns that * stands for in the file of a view, as the view would silently follow new ones.
// What an EXCLUDE behind it names is none of them.
func withColumns(file string, t schema.Table) string {
	var b strings.Builder
	for {
		before, after, found := strings.Cut(file, ".*")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		table := before[strings.LastIndexAny(before, " \n")+1:]
		b.WriteString("." + strings.Join(ColumnNames(t), ", "+table+"."))
		if _, behind, excluded := strings.Cut(after, ")"); excluded && strings.HasPrefix(after, " EXCLUDE (") {
			after = behind
		}
		file = after
	}
}

// Definition is the SQL that makes the view and its comments. DuckDB drops the comments of a view that is replaced, so
// they belong together.
func (v View) Definition() []string {
	statements := []string{
		fmt.Sprintf("CREATE OR REPLACE VIEW %s AS %s", v.Name, strings.TrimSpace(v.SQL)),
		fmt.Sprintf("COMMENT ON VIEW %s IS %s", v.Name, Quote(v.Comment)),
	}
	for _, c := range v.Columns {
		statements = append(
			statements, fmt.Sprintf("COMMENT ON COLUMN %s.%s IS %s", v.Name, c.Name, Quote(c.Describe())),
		)
	}
	return statements
}
