package charge

import (
	"cmp"
	"context"
	_ "embed"
	"fmt"
	"strconv"
	"strings"

	"pbsduck/duckdb"
	"pbsduck/ingest/schema"
	"pbsduck/ingest/site"
)

// Charging applies the rules of a machine to its jobs, set-wise: a statement per rule, for the jobs that ended within
// its days. What a rule gives no finite number for is NULL, and counted in daily_summary.unknown_charges.

//go:embed sql/charged.sql
var charged string

//go:embed sql/sum_runs.sql
var sumRuns string

// Jobs adds the charges of jobs of one machine that have none yet. Which is a condition on jobs j.
func Jobs(ctx context.Context, db *duckdb.DB, machine, which string) error {
	rules, err := currentRules(ctx, db, machine)
	if err != nil {
		return err
	}
	for i, r := range rules {
		if err := keepDefault(ctx, db, machine, r); err != nil {
			return err
		}
		theirs := which + " AND " + ended(r, i == len(rules)-1)
		if err := db.Exec(ctx, chargeStatement(db, r, theirs)); err != nil {
			return fmt.Errorf("cannot charge jobs of %s by rules %s: %w", machine, r.Version, err)
		}
	}
	if gaps := uncovered(rules); gaps != "" {
		none := site.Rule{CPUHours: "NULL", GPUHours: "NULL", MemoryHours: "NULL", QoS: "NULL"}
		return db.Exec(ctx, chargeStatement(db, none, which+" AND "+gaps))
	}
	return nil
}

// OverRuns tells whether rules of a machine charge, or charged, jobs over their runs.
func OverRuns(ctx context.Context, db *duckdb.DB, machine string) (bool, error) {
	n, err := db.Number(
		ctx, "SELECT count(*) FROM charge_rules WHERE machine = ? AND charged_over = ?", machine, site.OverRuns,
	)
	return n > 0, err
}

// keepDefault keeps the built-in rules once a job is charged by them.
func keepDefault(ctx context.Context, db *duckdb.DB, machine string, r site.Rule) error {
	if r.Version != site.Default().Version {
		return nil
	}
	n, err := db.Number(
		ctx, "SELECT count(*) FROM charge_rules WHERE machine = ? AND version = ? AND is_current", machine, r.Version,
	)
	if err != nil || n > 0 {
		return err
	}
	return writeRule(ctx, db, machine, r, true)
}

func chargeStatement(db *duckdb.DB, r site.Rule, which string) string {
	version := "NULL"
	if r.Version != "" {
		version = duckdb.Quote(r.Version)
	}
	return fmt.Sprintf("INSERT INTO job_charges SELECT *, %s FROM (%s)", version, ChargedBy(db, r, which))
}

// ChargedBy is what the rules say of some jobs. Which is a condition on jobs j.
func ChargedBy(db *duckdb.DB, r site.Rule, which string) string {
	return "WITH told AS (\n" + told(db, r, which) + "\n)\n" + charged
}

// told are the values of a rule, as it says, for charged.sql. The rule is SQL that the site wrote, on lines of its own.
// Runs have hours; the quality of service is the job's.
func told(db *duckdb.DB, r site.Rule, which string) string {
	var hours []string
	for _, f := range r.Fields() {
		hours = append(hours, tellAs(f.SQL, "DOUBLE", "told_"+f.Name))
	}
	service := tellAs(cmp.Or(r.QoS, "NULL"), "VARCHAR", "told_qos")
	jobs := " FROM " + chargedJobs(db.Site().Jobs()) + " WHERE " + which
	values := "SELECT j.id AS job_id, j.is_array_parent, " + strings.Join(hours, ", ") + ", " + service + jobs
	if r.ChargedOver == site.OverRuns {
		runs := "SELECT j.id AS job_id, charged_run, charged_phase, " + strings.Join(hours, ", ") +
			" FROM " + chargedRuns(db.Site().Jobs(), which)
		values = "SELECT q.job_id, q.is_array_parent, h.* EXCLUDE (job_id), q.told_qos " +
			"FROM (SELECT j.id AS job_id, j.is_array_parent, " + service + jobs + ") q" +
			" JOIN (WITH told_run AS (\n" + runs + "\n)\n" + sumRuns + ") h ON h.job_id = q.job_id"
	}
	return "SELECT *, " + factorOf(r, "told_qos") + " AS told_factor FROM (" + values + ")"
}

// tellAs is the value of an expression, NULL where it fails.
func tellAs(expression, typ, name string) string {
	return fmt.Sprintf("TRY((%s\n)::%s) AS %s", expression, typ, name)
}

// chargedJobs is what rules read: jobs, j, whose whole numbers have 128 bits. Of the 64 bits that they are kept in,
// bytes times seconds need more.
func chargedJobs(jobs schema.Table) string { return widened(jobs, "jobs") }

// chargedRuns is what rules read that are charged over runs: jobs, j, once for each row of job_runs, whose columns
// stand in place of the job's. An array as a whole, which has no runs, is there once. Which is a condition on jobs j.
func chargedRuns(jobs schema.Table, which string) string {
	var held []string
	for _, name := range runColumns {
		held = append(held, "r."+name+" AS "+name)
	}
	return widened(
		jobs,
		"(SELECT j.* REPLACE ("+strings.Join(held, ", ")+"), r.run AS charged_run, r.phase AS charged_phase"+
			" FROM (SELECT * FROM jobs j WHERE "+which+") j LEFT JOIN job_runs r ON r.id = j.id)",
	)
}

// runColumns are the columns of jobs that rules charged over runs find the values of the run in.
var runColumns = []string{
	"start_time", "end_time", "walltime_used_s", "ncpus", "ngpus", "nodect", "mem_requested_bytes",
}

func widened(jobs schema.Table, from string) string {
	var wide []string
	for _, c := range jobs.Columns {
		if c.Type == schema.Integer && c.Name != "id" { // by which the rows are found
			wide = append(wide, fmt.Sprintf("%[1]s::HUGEINT AS %[1]s", c.Name))
		}
	}
	return "(SELECT * REPLACE (" + strings.Join(wide, ", ") + ") FROM " + from + ") j"
}

// factorOf is the factor of a quality of service, as SQL.
func factorOf(r site.Rule, qos string) string {
	if r.QoS == "" {
		return "1.0::DOUBLE"
	}
	var b strings.Builder
	fmt.Fprintf(&b, "CASE %s", qos)
	for _, name := range r.Names() {
		fmt.Fprintf(
			&b, " WHEN %s THEN %s::DOUBLE", duckdb.Quote(name), strconv.FormatFloat(r.Factors[name], 'g', -1, 64),
		)
	}
	if len(r.Factors) == 0 {
		return "NULL::DOUBLE"
	}
	return b.String() + " END"
}

// ended is the condition that a job ended within the days of a rule. A job whose end is unknown is charged by the last.
func ended(r site.Rule, last bool) string {
	if r.From.IsZero() && r.Until.IsZero() {
		return "true"
	}
	var parts []string
	if !r.From.IsZero() {
		parts = append(parts, "j.end_date >= "+duckdb.Date(r.From))
	}
	if !r.Until.IsZero() {
		parts = append(parts, "j.end_date <= "+duckdb.Date(r.Until))
	}
	within := strings.Join(parts, " AND ")
	if last {
		return "(" + within + " OR j.end_date IS NULL)"
	}
	return within
}

// uncovered is the condition that a job ended on a day of no rule; "" if there is no such day. The rules are in the
// order of their days, and don't overlap.
func uncovered(rules []site.Rule) string {
	var gaps []string
	if first := rules[0].From; !first.IsZero() {
		gaps = append(gaps, "j.end_date < "+duckdb.Date(first))
	}
	for i, r := range rules[1:] {
		if before := rules[i].Until; before.AddDate(0, 0, 1).Before(r.From) {
			gaps = append(gaps, "j.end_date > "+duckdb.Date(before)+" AND j.end_date < "+duckdb.Date(r.From))
		}
	}
	if last := rules[len(rules)-1].Until; !last.IsZero() {
		gaps = append(gaps, "j.end_date > "+duckdb.Date(last))
	}
	if gaps == nil {
		return ""
	}
	return "(" + strings.Join(gaps, " OR ") + ")"
}
