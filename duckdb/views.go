package duckdb

import (
	_ "embed"
	"fmt"
	"strings"

	"pbsduck/ingest/batch"
)

// A View is a stored question.
type View struct {
	Name    string
	Comment string
	SQL     string
	Columns [][2]string // name and comment, in order
}

//go:embed sql/view_users.sql
var usersSQL string

//go:embed sql/view_accounts.sql
var accountsSQL string

//go:embed sql/view_queues.sql
var queuesSQL string

var whoColumns = [][2]string{
	{"jobs", "Finished jobs: rows of jobs, array parents among them."},
	{"array_parents", "How many of them are job arrays as a whole, whose elements are jobs of their own."},
	{"first_end", "End of the earliest of them."},
	{"last_end", "End of the latest of them."},
	{"cpu_hours", "Sum of walltime used x ncpus, in hours; a job without either counts 0, and so does an array parent."},
}

//go:embed sql/view_job_details.sql
var jobDetailsSQL string

// Views are the views of the database of a site.
func Views(s batch.Site) []View {
	return []View{
		{"users", "Users: who ran jobs on which machine.", usersSQL, append([][2]string{{"machine", "Cluster."}, {"user_name", "User; NULL: jobs whose record names none."}}, whoColumns...)},
		{"accounts", "Accounts: what jobs were charged to, by machine.", accountsSQL, append([][2]string{{"machine", "Cluster."}, {"account", "Account; NULL: jobs whose record names none."}}, whoColumns...)},
		{"queues", "Queues that jobs ran from, by machine.", queuesSQL, append([][2]string{{"machine", "Cluster."}, {"queue", "Queue; NULL: jobs whose record names none."}}, whoColumns...)},
		jobDetails(s),
	}
}

// jobDetails is the view of jobs with their charges. It lists its columns, as
// * would silently follow new ones.
func jobDetails(s batch.Site) View {
	v := View{Name: "job_details", Comment: "Jobs with what they are charged."}
	var names []string
	for _, c := range s.Jobs().Columns {
		names = append(names, "j."+c.Name)
		v.Columns = append(v.Columns, [2]string{c.Name, c.Describe()})
	}
	for _, c := range batch.JobCharges.Columns[1:] {
		v.Columns = append(v.Columns, [2]string{c.Name, c.Describe()})
	}
	for _, c := range []string{"cpu", "gpu", "memory"} {
		v.Columns = append(v.Columns, [2]string{c + "_charge", fmt.Sprintf("%s_hours x qos_factor. NULL if either is. Unit: hours.", c)})
	}
	v.SQL = fmt.Sprintf(jobDetailsSQL, strings.Join(names, ", "))
	return v
}

// Definition is the SQL that makes the view and its comments. DuckDB drops
// the comments of a view that is replaced, so they belong together.
func (v View) Definition() []string {
	statements := []string{
		fmt.Sprintf("CREATE OR REPLACE VIEW %s AS %s", v.Name, strings.TrimSpace(v.SQL)),
		fmt.Sprintf("COMMENT ON VIEW %s IS %s", v.Name, quote(v.Comment)),
	}
	for _, c := range v.Columns {
		statements = append(statements, fmt.Sprintf("COMMENT ON COLUMN %s.%s IS %s", v.Name, c[0], quote(c[1])))
	}
	return statements
}

// HasTable tells whether databases have a table or view of that name.
func HasTable(name string) bool {
	for _, t := range batch.Tables {
		if t.Name == name {
			return true
		}
	}
	for _, v := range Views(batch.Site{}) {
		if v.Name == name {
			return true
		}
	}
	return false
}
