package charge

import (
	"context"
	"errors"
	"fmt"
	"math"
	"regexp"
	"strings"
	"sync"

	"pbsduck/duckdb"
	"pbsduck/ingest/schema"
	"pbsduck/ingest/site"
)

// Rules are tried out on made-up jobs in a database in memory: before a configuration is used, and before a database
// takes rules over. What they read is looked at first, so that nothing of them runs that could leave the row of its
// job.

// A probe is a made-up job.
type probe struct {
	what string // what is special about it
	of   func(c schema.Column, place int) string
}

var probes = []probe{
	{"that has every value",
		func(c schema.Column, place int) string { return plain(c, fmt.Sprint(64+place), "'probe'", "true") }},
	{"whose numbers are 0 (PBS does write 0 cpus, gpus, memory)",
		func(c schema.Column, _ int) string { return plain(c, "0", "''", "false") }},
	{"on a whole large machine for a week (2^24 cpus, 64 PiB)",
		func(c schema.Column, _ int) string { return plain(c, most(c), "'probe'", "true") }},
	{"whose record says nothing", func(c schema.Column, _ int) string {
		if c.NotNull {
			return plain(c, "0", "''", "false")
		}
		return "NULL"
	}},
}

// Places of probes that are looked at in their own way.
const (
	fullProbe   = 3
	silentProbe = 4
)

func plain(c schema.Column, number, text, truth string) string {
	switch c.Type {
	case schema.Text:
		return text
	case schema.Boolean:
		return truth
	case schema.Timestamp:
		return "TIMESTAMPTZ '2026-01-01 00:00:00+00'"
	case schema.Date:
		return "DATE '2026-01-01'"
	}
	return number
}

// most is about the largest value that a column can honestly have.
func most(c schema.Column) string {
	const cpus, week = 1 << 24, 7 * 86400
	switch c.Name {
	case "ncpus", "mpiprocs":
		return fmt.Sprint(cpus)
	case "ngpus", "nodect":
		return fmt.Sprint(1 << 18)
	case "cpu_time_s":
		return fmt.Sprint(cpus * week)
	case "cpu_percent":
		return fmt.Sprint(cpus * 100)
	case "ompthreads", "run_count", "exit_status":
		return fmt.Sprint(1 << 10)
	}
	switch c.Unit {
	case "s":
		return fmt.Sprint(week)
	case "bytes":
		return fmt.Sprint(1 << 56)
	}
	return fmt.Sprint(1 << 40) // numbers of jobs; joules, dollars or whatever a site counts
}

// insertProbe makes the job of that number.
func insertProbe(p probe, number int, jobs schema.Table) string {
	var values []string
	for i, c := range jobs.Columns {
		if c.Name == "id" {
			values = append(values, fmt.Sprint(number))
			continue
		}
		values = append(values, p.of(c, i))
	}
	return "INSERT INTO jobs VALUES (" + strings.Join(values, ", ") + ")"
}

// prepareTrial makes the jobs of a site to try rules out on, in an empty database.
func prepareTrial(ctx context.Context, db *duckdb.DB, s schema.Site) error {
	db.SetSite(s)
	jobs := s.Jobs()
	statements := []string{
		duckdb.Definition(jobs)[0], duckdb.Definition(schema.JobRuns)[0], duckdb.Definition(schema.JobCharges)[0],
	}
	for i, p := range probes {
		statements = append(statements, insertProbe(p, i+1, jobs))
	}
	for _, statement := range statements {
		if err := db.Exec(ctx, statement); err != nil {
			return fmt.Errorf("cannot make a job to try rules out on: %w", err)
		}
	}
	return db.Seal(ctx, duckdb.Options{})
}

// tryRules tries rules out for a site, in a database of their own.
func tryRules(ctx context.Context, s schema.Site, rules []site.Rule) error {
	db, err := connectTrial(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	if err := prepareTrial(ctx, db, s); err != nil {
		return err
	}
	return tryOut(ctx, db, rules)
}

// connectTrial makes an empty database in memory, without the other tables and all comments, which cost more than the
// rest.
func connectTrial(ctx context.Context) (*duckdb.DB, error) {
	return duckdb.Connect(ctx, "", duckdb.Options{Threads: 1})
}

// tryOut gives all that is wrong with rules, in a database that prepareTrial made.
func tryOut(ctx context.Context, db *duckdb.DB, rules []site.Rule) error {
	var all []error
	told := map[string]bool{} // a rule is there once for each of its factors
	for _, r := range rules {
		wrong, err := tryRule(ctx, db, r)
		if err != nil {
			return err
		}
		for _, w := range wrong {
			if !told[w.Error()] {
				told[w.Error()] = true
				all = append(all, w)
			}
		}
	}
	return errors.Join(all...)
}

// tryRule gives what is wrong with the expressions of a rule. The error is one of the trial itself.
func tryRule(ctx context.Context, db *duckdb.DB, r site.Rule) (wrong []error, err error) {
	for _, f := range r.Fields() {
		problem, err := tryExpression(ctx, db, f.SQL, tryHours)
		if err != nil {
			return nil, err
		}
		if problem != "" {
			wrong = append(wrong, r.Errorf(f.Name, "%s", problem))
		}
	}
	if r.QoS != "" {
		problem, err := tryExpression(ctx, db, r.QoS, tryQoS)
		if err != nil {
			return nil, err
		}
		if problem != "" {
			wrong = append(wrong, r.Errorf("qos", "%s", problem))
		}
	}
	if wrong != nil {
		return wrong, nil
	}
	// What is fine by itself may still not do for one job after the other.
	if err := db.Exec(ctx, chargeStatement(db, r, "true")); err != nil {
		wrong = append(wrong,
			r.Errorf("cpu_hours", "the rule cannot be applied job by job: %s", duckdb.FirstLine(err.Error())))
	}
	return wrong, nil
}

// tryExpression looks at what an expression reads, and then at what it gives.
func tryExpression(
	ctx context.Context, db *duckdb.DB, sql string, outcome func(context.Context, *duckdb.DB, string) string,
) (problem string, err error) {
	e, problem, err := parseExpression(ctx, db, sql)
	if err != nil || problem != "" {
		return problem, err
	}
	if problem := e.strays(duckdb.ColumnNames(db.Site().Jobs())); problem != "" {
		return problem, nil
	}
	if problem := outcome(ctx, db, sql); problem != "" {
		return problem, nil
	}
	parts, err := e.branches(ctx, db)
	if err != nil {
		return "", err
	}
	for _, part := range parts {
		if _, err := tried(ctx, db, part, fullProbe, "VARCHAR"); err != nil && tooLarge().MatchString(err.Error()) {
			return failure(fullProbe, err), nil
		}
	}
	return "", nil
}

// tried is what an expression gives for a probe; nil is NULL.
func tried(ctx context.Context, db *duckdb.DB, expression string, number int, typ string) (v any, err error) {
	question := fmt.Sprintf("SELECT (%s\n)::%s FROM %s WHERE id = %d",
		expression, typ, chargedJobs(db.Site().Jobs()), number)
	err = db.Conn().QueryRowContext(ctx, question).Scan(&v)
	return v, err
}

// tooLarge is how DuckDB says that a number does not fit into its type.
var tooLarge = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?i)overflow|out of range`) })

// failure says for which probe an expression fails, and how to write one that is too narrow for its numbers.
func failure(number int, err error) string {
	said := fmt.Sprintf("fails for a job %s: %s", probes[number-1].what, duckdb.FirstLine(err.Error()))
	if tooLarge().MatchString(err.Error()) {
		said += "; count in GiB and hours, as in mem_requested_bytes / 1024^3 * (walltime_used_s / 3600), " +
			"or as ncpus::DOUBLE, and cast to no smaller type"
	}
	return said
}

var numberType = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^(U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|FLOAT|DOUBLE|DECIMAL\(.*\)|BIGNUM)$`)
})

func tryHours(ctx context.Context, db *duckdb.DB, expression string) string {
	typ, problem := typeOf(ctx, db, expression)
	switch {
	case problem != "":
		return problem
	case typ == "NULL":
		return "gives NULL, not a number"
	case !numberType().MatchString(typ):
		return "gives " + typ + ", not a number"
	}
	for i, p := range probes {
		given, err := tried(ctx, db, expression, i+1, "DOUBLE")
		if err != nil {
			return failure(i+1, err)
		}
		v, isNumber := given.(float64)
		switch {
		case !isNumber && i+1 == silentProbe: // it does not say what such a job costs
		case !isNumber:
			return fmt.Sprintf("gives NULL for a job %s: coalesce(..., 0) helps", p.what)
		case math.IsInf(v, 0), math.IsNaN(v):
			return fmt.Sprintf("gives %v for a job %s: does it divide by 0? coalesce(x / nullif(y, 0), 0) helps", v, p.what)
		case v < 0:
			return fmt.Sprintf("gives %v hours for a job %s", v, p.what)
		}
	}
	return ""
}

func tryQoS(ctx context.Context, db *duckdb.DB, expression string) string {
	typ, problem := typeOf(ctx, db, expression)
	switch {
	case problem != "":
		return problem
	case typ == "NULL":
		return "gives NULL, not the name of a quality of service"
	case typ != "VARCHAR":
		return "gives " + typ + ", not text"
	}
	for i := range probes {
		if _, err := tried(ctx, db, expression, i+1, "VARCHAR"); err != nil {
			return failure(i+1, err)
		}
	}
	return ""
}

// typeOf is the type of an expression over jobs, or what is wrong with it.
func typeOf(ctx context.Context, db *duckdb.DB, expression string) (typ, problem string) {
	err := db.Conn().QueryRowContext(ctx,
		"SELECT typeof((SELECT any_value(tried) FROM (SELECT TRY("+expression+"\n) AS tried FROM "+
			chargedJobs(db.Site().Jobs())+" LIMIT 0)))").Scan(&typ)
	if err != nil {
		return "", duckdb.Message(err)
	}
	return strings.Trim(typ, `"`), ""
}
