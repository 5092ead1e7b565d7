package duckdb

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"math"
	"regexp"
	"strings"

	"pbsduck/ingest/batch"
	"pbsduck/ingest/site"
)

// Rules are tried out on two made-up jobs in a database in memory: one with
// every value there is, and one whose numbers are 0. Each must be charged a
// finite number, and not a negative one.

//go:embed sql/reserved_words.sql
var reservedWords string

// CheckConfig asks DuckDB about what only it can judge: the names of columns,
// and the SQL of rules. The error tells of all that is wrong, with lines.
func CheckConfig(ctx context.Context, c *site.Config) error {
	db, err := connect(ctx, "", Options{Threads: 1}) // without the other tables and all comments, which cost more than the rest
	if err != nil {
		return err
	}
	defer db.Close()
	if err := db.checkNames(ctx, c); err != nil {
		return err
	}
	jobs := c.Site.Jobs()
	made := []string{Definition(jobs)[0], Definition(batch.JobCharges)[0]}
	for _, statement := range append(made, probes(jobs)...) {
		if err := db.exec(ctx, statement); err != nil {
			return fmt.Errorf("cannot make a job to try rules out on: %w", err)
		}
	}
	if err := db.seal(ctx, Options{}); err != nil {
		return err
	}
	var all []error
	told := map[string]bool{} // a rule is there once for each of its factors
	for _, m := range c.Machines {
		for _, r := range m.Rules {
			for _, err := range db.tryRule(ctx, r) {
				if !told[err.Error()] {
					told[err.Error()] = true
					all = append(all, err)
				}
			}
		}
	}
	return errors.Join(all...)
}

// checkNames looks before the columns are made, as a name may keep them from
// being made.
func (db *DB) checkNames(ctx context.Context, c *site.Config) error {
	var all []error
	for i, column := range c.Site.Columns {
		n, err := db.number(ctx, reservedWords, column.Name)
		if err != nil {
			return err
		}
		if n > 0 {
			all = append(all, c.ColumnErrorf(i, "%q is a reserved word of SQL: choose another name", column.Name))
		}
	}
	return errors.Join(all...)
}

// probes insert the made-up jobs, under the numbers 1 and 2.
func probes(jobs batch.Table) []string {
	var full, zero []string
	for i, c := range jobs.Columns {
		value, none := fmt.Sprint(64+i), "0"
		switch {
		case c.Name == "id":
			value, none = "1", "2"
		case c.Type == batch.Text:
			value, none = "'probe'", "''"
		case c.Type == batch.Boolean:
			value, none = "true", "false"
		case c.Type == batch.Timestamp:
			value, none = "TIMESTAMPTZ '2026-01-01 00:00:00+00'", "TIMESTAMPTZ '2026-01-01 00:00:00+00'"
		case c.Type == batch.Date:
			value, none = "DATE '2026-01-01'", "DATE '2026-01-01'"
		}
		full, zero = append(full, value), append(zero, none)
	}
	return []string{
		"INSERT INTO jobs VALUES (" + strings.Join(full, ", ") + ")",
		"INSERT INTO jobs VALUES (" + strings.Join(zero, ", ") + ")",
	}
}

// tryRule gives what is wrong with the expressions of a rule.
func (db *DB) tryRule(ctx context.Context, r site.Rule) []error {
	var all []error
	for _, f := range r.Fields() {
		if problem := db.tryHours(ctx, f.SQL); problem != "" {
			all = append(all, r.Errorf(f.Name, "%s", problem))
		}
	}
	if r.QoS != "" {
		if problem := db.tryQoS(ctx, r.QoS); problem != "" {
			all = append(all, r.Errorf("qos", "%s", problem))
		}
	}
	if all != nil {
		return all
	}
	// What is fine by itself may still not do for one job after the other.
	if err := db.exec(ctx, chargeStatement(r, "true")); err != nil {
		all = append(all, r.Errorf("cpu_hours", "the rule cannot be applied job by job: %s", firstLine(err.Error())))
	}
	return all
}

var numberType = regexp.MustCompile(`^(U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|FLOAT|DOUBLE|DECIMAL\(.*\)|BIGNUM)$`)

func (db *DB) tryHours(ctx context.Context, expression string) string {
	typ, problem := db.typeOf(ctx, expression)
	switch {
	case problem != "":
		return problem
	case typ == "NULL":
		return "gives NULL, not a number"
	case !numberType.MatchString(typ):
		return "gives " + typ + ", not a number"
	}
	for id, what := range []string{"that has every value", "whose numbers are 0 (PBS does write 0 cpus, gpus, memory)"} {
		var v *float64
		err := db.conn.QueryRowContext(ctx, fmt.Sprintf("SELECT (%s\n)::DOUBLE FROM jobs WHERE id = %d", expression, id+1)).Scan(&v)
		switch {
		case err != nil:
			return fmt.Sprintf("fails for a job %s: %s", what, firstLine(err.Error()))
		case v == nil:
			return fmt.Sprintf("gives NULL for a job %s: coalesce(..., 0) helps", what)
		case math.IsInf(*v, 0), math.IsNaN(*v):
			return fmt.Sprintf("gives %v for a job %s: does it divide by 0? coalesce(x / nullif(y, 0), 0) helps", *v, what)
		case *v < 0:
			return fmt.Sprintf("gives %v hours for a job %s", *v, what)
		}
	}
	return ""
}

func (db *DB) tryQoS(ctx context.Context, expression string) string {
	typ, problem := db.typeOf(ctx, expression)
	switch {
	case problem != "":
		return problem
	case typ == "NULL":
		return "gives NULL, not the name of a quality of service"
	case typ != "VARCHAR":
		return "gives " + typ + ", not text"
	}
	return ""
}

// typeOf is the type of an expression over jobs, or what is wrong with it.
func (db *DB) typeOf(ctx context.Context, expression string) (typ, problem string) {
	err := db.conn.QueryRowContext(ctx, "SELECT typeof((SELECT any_value(tried) FROM (SELECT TRY("+expression+"\n) AS tried FROM jobs LIMIT 0)))").Scan(&typ)
	if err != nil {
		return "", sqlProblem(err)
	}
	return strings.Trim(typ, `"`), ""
}
