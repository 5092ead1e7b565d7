package report

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/apache/arrow-go/v18/arrow/array"

	"pbsduck/duckdb"
	"pbsduck/ingest/schema"
)

// Options say what of a report is asked.
type Options struct {
	Filter duckdb.Filter     // which jobs; its days are those on which jobs ended, or on which something was held
	By     []string          // an entity, a period, or both; nil: as usual
	Set    map[string]string // choices
}

// An OptionError is a wrong use of a report.
type OptionError struct{ message string }

func (e *OptionError) Error() string { return e.message }

// An UnknownError says that there is no report of a name.
type UnknownError struct{ Name string }

func (e *UnknownError) Error() string { return fmt.Sprintf("there is no report %s", e.Name) }

func wrong(format string, args ...any) error { return &OptionError{fmt.Sprintf(format, args...)} }

// Run asks. The caller releases the reader before the next statement.
//
// What leaves has a column machine; the columns period and entity are there only if rows are by one, and then the
// entity has its name.
func (r Report) Run(ctx context.Context, db *duckdb.DB, o Options) (array.RecordReader, error) {
	p, err := r.plan(o)
	if err != nil {
		return nil, err
	}
	for _, statement := range slices.Concat(p.settings, p.views(db.Site())) {
		if err := db.Exec(ctx, statement); err != nil {
			return nil, fmt.Errorf("report %s: %w", r.Name, err)
		}
	}
	reader, err := db.Query(ctx, r.SQL)
	if err != nil {
		return nil, r.sqlError(err)
	}
	return p.shape(reader), nil
}

// Script is what Run asks of the database of a site, to be pasted into a DuckDB client that has it open.
func (r Report) Script(s schema.Site, o Options) (string, error) {
	p, err := r.plan(o)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	for _, v := range slices.Concat(p.settings, p.views(s)) {
		b.WriteString(v + ";\n")
	}
	b.WriteString(strings.TrimSpace(r.SQL))
	return strings.TrimSuffix(b.String(), ";") + ";\n", nil
}

// sqlError names the file of a site's report, and the line in it.
func (r Report) sqlError(err error) error {
	return fmt.Errorf("%s: %w", r.Path, duckdb.QuestionError(r.SQL, err))
}

// A plan is a report with what it is asked.
type plan struct {
	Report
	filter         duckdb.Filter
	entity, period string
	settings       []string // SET VARIABLE statements
}

func (r Report) plan(o Options) (plan, error) {
	p := plan{Report: r, filter: o.Filter}
	if err := r.Fits(o.Filter); err != nil {
		return p, err
	}
	if err := p.chooseBy(o.By); err != nil {
		return p, err
	}
	values, err := r.choose(o.Set)
	if err != nil {
		return p, err
	}
	values["period"], values["entity"] = orNil(p.period), orNil(p.entity)
	values["only_started"] = !r.asks("unfinished_jobs", "unfinished_phases") // report_runs needs no others
	values["only_days"] = o.Filter.OnlyDays()
	if !o.Filter.Since.IsZero() {
		values["since"] = duckdb.Day(o.Filter.Since)
		values["first_day"] = values["since"]
	}
	if !o.Filter.Until.IsZero() {
		values["until"] = duckdb.Day(o.Filter.Until)
		values["last_day"] = values["until"]
	}
	for _, one := range r.typed() {
		p.settings = append(p.settings,
			fmt.Sprintf("SET VARIABLE %s = (%s)::%s", one.name, duckdb.Literal(values[one.name]), one.typ))
	}
	return p, nil
}

// ofViews are the variables that views read. They are set whatever a file reads, as the session may have asked another
// report before.
var ofViews = []variable{
	{"period", "VARCHAR"},
	{"entity", "VARCHAR"},
	{"wait_kind", "VARCHAR"},
	{"size", "VARCHAR"},
	{"only_started", "BOOLEAN"},
}

// typed are the variables that are set, with their types.
func (r Report) typed() []variable {
	all := slices.Clone(ofViews)
	for _, v := range r.variables {
		if !slices.ContainsFunc(ofViews, func(o variable) bool { return o.name == v.name }) {
			all = append(all, v)
		}
	}
	return all
}

func orNil(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func (p *plan) chooseBy(by []string) error {
	if by == nil && len(p.By) > 0 {
		by = strings.Split(p.By[0], "+")
	}
	for _, one := range by {
		switch {
		case one == "" || one == Nothing:
		case !slices.ContainsFunc(p.By, func(s string) bool { return slices.Contains(strings.Split(s, "+"), one) }):
			return wrong("report %s has no rows by %s%s", p.Name, one, useOneOf(p.ByWords()))
		case slices.Contains(periods, one) && p.period == "":
			p.period = one
		case !slices.Contains(periods, one) && p.entity == "":
			p.entity = one
		default:
			return wrong("--by takes one period and one other word: %s", strings.Join(by, ","))
		}
	}
	return nil
}

func useOneOf(all []string) string {
	if len(all) == 0 {
		return ""
	}
	return fmt.Sprintf("; use one of %s", strings.Join(all, ", "))
}

// choose are the values of the choices; those that are not set are NULL, which the file takes for the usual.
func (r Report) choose(set map[string]string) (map[string]any, error) {
	values := map[string]any{}
	for name, value := range set {
		i := slices.IndexFunc(r.Choices, func(c Choice) bool { return c.Name == name })
		if i < 0 {
			var names []string
			for _, c := range r.Choices {
				names = append(names, c.Name)
			}
			return nil, wrong("report %s has no choice %s%s", r.Name, name, useOneOf(names))
		}
		if c := r.Choices[i]; c.fixed() && !slices.Contains(c.Values, value) {
			return nil, wrong("%s %q: report %s knows %s", name, value, r.Name, strings.Join(c.Values, ", "))
		}
		if err := r.checkType(name, value); err != nil {
			return nil, err
		}
		values[name] = value
	}
	return values, nil
}

// checkType refuses what is no number where one is needed.
func (r Report) checkType(name, value string) error {
	for _, t := range r.typed() {
		if n, err := strconv.ParseInt(value, 10, 64); t.name == name && t.typ == "BIGINT" && (err != nil || n < 0) {
			return wrong("%s %q: give a whole number from 0 on", name, value)
		}
	}
	return nil
}

// fixed tells whether only the values that are listed go.
func (c Choice) fixed() bool { return len(c.Values) > 1 }
