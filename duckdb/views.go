package duckdb

import (
	_ "embed"
	"fmt"
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

//go:embed sql/view_users.sql
var usersSQL string

//go:embed sql/view_accounts.sql
var accountsSQL string

//go:embed sql/view_queues.sql
var queuesSQL string

//go:embed sql/view_job_details.sql
var jobDetailsSQL string

// Views are the views of the database of a site, each behind those that it asks.
func Views(s schema.Site) []View {
	return []View{
		{s.Jobs(), fmt.Sprintf(jobsSQL, jobColumns(s, "o"))}, {s.Superseded(), fmt.Sprintf(supersededSQL, jobColumns(s, "o"))},
		{schema.JobRecords, jobRecordsSQL}, {schema.JobNodes, jobNodesSQL}, {schema.JobSources, jobSourcesSQL},
		{schema.Users, usersSQL}, {schema.Accounts, accountsSQL}, {schema.Queues, queuesSQL},
		{s.JobDetails(), fmt.Sprintf(jobDetailsSQL, jobColumns(s, "j"))},
	}
}

// jobColumns lists the columns of jobs, as * would silently follow new ones.
func jobColumns(s schema.Site, table string) string {
	var names []string
	for _, c := range s.Jobs().Columns {
		names = append(names, table+"."+c.Name)
	}
	return strings.Join(names, ", ")
}

// Definition is the SQL that makes the view and its comments. DuckDB drops
// the comments of a view that is replaced, so they belong together.
func (v View) Definition() []string {
	statements := []string{
		fmt.Sprintf("CREATE OR REPLACE VIEW %s AS %s", v.Name, strings.TrimSpace(v.SQL)),
		fmt.Sprintf("COMMENT ON VIEW %s IS %s", v.Name, Quote(v.Comment)),
	}
	for _, c := range v.Columns {
		statements = append(statements, fmt.Sprintf("COMMENT ON COLUMN %s.%s IS %s", v.Name, c.Name, Quote(c.Describe())))
	}
	return statements
}
