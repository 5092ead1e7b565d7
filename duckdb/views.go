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

//go:embed sql/view_users.sql
var usersSQL string

//go:embed sql/view_accounts.sql
var accountsSQL string

//go:embed sql/view_queues.sql
var queuesSQL string

//go:embed sql/view_job_details.sql
var jobDetailsSQL string

// Views are the views of the database of a site.
func Views(s schema.Site) []View {
	return []View{{schema.Users, usersSQL}, {schema.Accounts, accountsSQL}, {schema.Queues, queuesSQL}, jobDetails(s)}
}

// jobDetails is the view of jobs with their charges. It lists the columns of
// jobs, as * would silently follow new ones.
func jobDetails(s schema.Site) View {
	var names []string
	for _, c := range s.Jobs().Columns {
		names = append(names, "j."+c.Name)
	}
	return View{s.JobDetails(), fmt.Sprintf(jobDetailsSQL, strings.Join(names, ", "))}
}

// Definition is the SQL that makes the view and its comments. DuckDB drops
// the comments of a view that is replaced, so they belong together.
func (v View) Definition() []string {
	statements := []string{
		fmt.Sprintf("CREATE OR REPLACE VIEW %s AS %s", v.Name, strings.TrimSpace(v.SQL)),
		fmt.Sprintf("COMMENT ON VIEW %s IS %s", v.Name, quote(v.Comment)),
	}
	for _, c := range v.Columns {
		statements = append(statements, fmt.Sprintf("COMMENT ON COLUMN %s.%s IS %s", v.Name, c.Name, quote(c.Describe())))
	}
	return statements
}
