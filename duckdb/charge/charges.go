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

// Charging applies the rules of a machine to its jobs, set-wise: a statement
// per rule, for the jobs that ended within its days. What a rule gives no
// finite number for is NULL, and counted in daily_summary.unknown_charges.

//go:embed sql/charged.sql
var charged string

// Jobs adds the charges of jobs of one machine that have none yet. Which is
// a condition on jobs j.
func Jobs(ctx context.Context, db *duckdb.DB, machine, which string) error {
	rules, err := currentRules(ctx, db, machine)
	if err != nil {
		return err
	}
	for i, r := range rules {
		if err := keepDefault(ctx, db, machine, r); err != nil {
			return err
		}
		if err := db.Exec(ctx, chargeStatement(db, r, which+" AND "+ended(r, i == len(rules)-1))); err != nil {
			return fmt.Errorf("cannot charge jobs of %s by rules %s: %w", machine, r.Version, err)
		}
	}
	if gaps := uncovered(rules); gaps != "" {
		none := site.Rule{CPUHours: "NULL", GPUHours: "NULL", MemoryHours: "NULL", QoS: "NULL"}
		return db.Exec(ctx, chargeStatement(db, none, which+" AND "+gaps))
	}
	return nil
}

// keepDefault keeps the built-in rules once a job is charged by them.
func keepDefault(ctx context.Context, db *duckdb.DB, machine string, r site.Rule) error {
	if r.Version != site.Default().Version {
		return nil
	}
	n, err := db.Number(ctx, "SELECT count(*) FROM charge_rules WHERE machine = ? AND version = ? AND is_current", machine, r.Version)
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

// told are the values of a rule, as it says, for charged.sql. The rule is SQL that
// the site wrote, on lines of its own.
func told(db *duckdb.DB, r site.Rule, which string) string {
	columns := []string{"j.id AS job_id", "j.is_array_parent"}
	for _, v := range [...]struct{ name, rule, typ string }{
		{"cpu_hours", r.CPUHours, "DOUBLE"}, {"gpu_hours", r.GPUHours, "DOUBLE"}, {"memory_hours", r.MemoryHours, "DOUBLE"}, {"qos", cmp.Or(r.QoS, "NULL"), "VARCHAR"},
	} {
		columns = append(columns, fmt.Sprintf("TRY((%s\n)::%s) AS told_%s", v.rule, v.typ, v.name))
	}
	return "SELECT *, " + factorOf(r, "told_qos") + " AS told_factor FROM (SELECT " + strings.Join(columns, ", ") + " FROM " + chargedJobs(db.Site().Jobs()) + " WHERE " + which + ")"
}

// chargedJobs is what rules read: jobs, j, whose whole numbers have 128 bits. Of
// the 64 bits that they are kept in, bytes times seconds need more.
func chargedJobs(jobs schema.Table) string {
	var wide []string
	for _, c := range jobs.Columns {
		if c.Type == schema.Integer && c.Name != "id" { // by which the rows are found
			wide = append(wide, fmt.Sprintf("%[1]s::HUGEINT AS %[1]s", c.Name))
		}
	}
	return "(SELECT * REPLACE (" + strings.Join(wide, ", ") + ") FROM jobs) j"
}

// factorOf is the factor of a quality of service, as SQL.
func factorOf(r site.Rule, qos string) string {
	if r.QoS == "" {
		return "1.0::DOUBLE"
	}
	var b strings.Builder
	fmt.Fprintf(&b, "CASE %s", qos)
	for _, name := range r.Names() {
		fmt.Fprintf(&b, " WHEN %s THEN %s::DOUBLE", duckdb.Quote(name), strconv.FormatFloat(r.Factors[name], 'g', -1, 64))
	}
	if len(r.Factors) == 0 {
		return "NULL::DOUBLE"
	}
	return b.String() + " END"
}

// ended is the condition that a job ended within the days of a rule. A job
// whose end is unknown is charged by the last.
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

// uncovered is the condition that a job ended on a day of no rule; "" if there
// is no such day. The rules are in the order of their days, and don't overlap.
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
