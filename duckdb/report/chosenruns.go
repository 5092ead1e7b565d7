package report

import (
	"fmt"
	"slices"
	"strings"

	"pbsduck/duckdb"
	"pbsduck/ingest/schema"
)

// runsOf are the runs of the jobs of which a condition is true, all or none of a job's. Of those that ran once the view
// asks jobs, so they are asked there; of the others, and of those without an E record, it has told_runs.
func runsOf(s schema.Site, condition string) string {
	once, told, _ := strings.Cut(duckdb.ViewSQL(s, "job_runs"), "UNION ALL\n")
	unended := unendedJobs(s, "SELECT DISTINCT machine, job_id, submit_time FROM told_runs WHERE id IS NULL",
		[]string{"machine", "job_id", "submit_time"}, condition)
	return fmt.Sprintf(`%[1]s AND %[2]s
UNION ALL
SELECT * FROM (
%[3]s
) WHERE id IN (SELECT j.id FROM jobs j WHERE %[2]s
    -- so jobs are looked up in told_runs, and never the other way round
    AND (j.id IN (SELECT id FROM told_runs WHERE id IS NOT NULL)) IS TRUE)
UNION ALL
SELECT r.* FROM (
%[3]s
) r SEMI JOIN (
%[4]s
) j ON j.machine = r.machine AND j.job_id = r.job_id AND j.submit_time = r.submit_time
WHERE r.id IS NULL`, once, condition, told, unended)
}

// unfinishedOf are the jobs that run or wait of which a condition is true.
func unfinishedOf(s schema.Site, condition string) string {
	columns := duckdb.ColumnNames(schema.UnfinishedJobs)
	return fmt.Sprintf("SELECT j.%s FROM (\n%s\n) j", strings.Join(columns, ", j."),
		unendedJobs(s, duckdb.ViewSQL(s, "unfinished_jobs"), columns, condition))
}

// toldByRecords are the columns of jobs of which events, too, say what a job is that has not ended.
var toldByRecords = []string{
	"name", "user_name", "group_name", "account", "project", "queue", "queued_time", "became_eligible_time", "start_time",
	"walltime_requested_s", "run_count", "ncpus", "ngpus", "nodect", "mpiprocs", "mem_requested_bytes", "select_spec",
	"place",
}

// unendedJobs are those of some jobs without an E record of which a condition on jobs is true, with the columns of
// jobs. What is not among their own columns is what their latest S or R record says; if the condition asks for nothing
// of that, none is looked up. The rest is unknown: how a job ended, and what events have no columns for.
func unendedJobs(s schema.Site, some string, own []string, condition string) string {
	latest := ""
	if slices.ContainsFunc(toldByRecords, func(column string) bool {
		return !slices.Contains(own, column) && duckdb.Mentions(condition, column)
	}) {
		latest = `
LEFT JOIN (SELECT * FROM events WHERE list_contains(['S', 'R'], type)) e
  ON e.machine = v.machine AND e.object_id = v.job_id AND e.submit_time = v.submit_time
QUALIFY row_number() OVER (PARTITION BY v.machine, v.job_id, v.submit_time
    ORDER BY e.time DESC, e.type DESC, e.record_hash DESC) = 1`
	}
	var others []string
	for _, c := range s.Jobs().Columns {
		if !slices.Contains(own, c.Name) {
			others = append(others, unendedValue(c, latest != "")+" AS "+duckdb.QuoteName(c.Name))
		}
	}
	return fmt.Sprintf("SELECT * FROM (\nSELECT v.*, %s FROM (\n%s\n) v%s\n) j WHERE %s",
		strings.Join(others, ", "), some, latest, condition)
}

// unendedValue is what is known of a job v without an E record that does not say it itself, by its latest record e, if
// that is looked up.
func unendedValue(c schema.Column, recorded bool) string {
	switch {
	case c.Name == "short_id":
		return `TRY_CAST(regexp_extract(v.job_id, '^\d+') AS BIGINT)`
	case c.Name == "array_index":
		return `TRY_CAST(regexp_extract(v.job_id, '^\d+\[(\d+)\]', 1) AS BIGINT)`
	case c.Name == "is_array_parent":
		return "false" // they hold nothing, and wait for nothing
	case !recorded || !slices.Contains(toldByRecords, c.Name):
		return "NULL::" + c.Type.SQL()
	case c.Name == "start_time":
		return "CASE e.type WHEN 'S' THEN coalesce(e.start_time, e.time) END" // after an R record it waits
	}
	return "e." + c.Name
}
