package flags

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"pbsduck/cmd/pbsduck/ui"
	"pbsduck/duckdb"
)

// A saidTerm is a term, and the flag that says it.
type saidTerm struct {
	duckdb.Term
	flag string
}

// said are the terms that flags say, as the shell takes them.
func (f *Filter) said(name string, t duckdb.Term) saidTerm {
	var words []string
	for _, value := range f.of(name) {
		words = append(words, "--"+name+" "+ui.ShellWord(value))
	}
	return saidTerm{t, strings.Join(words, " ")}
}

// SayWhyNone tells which flags leave none of the jobs, if they do.
func (f *Filter) SayWhyNone(ctx context.Context, g *Global, db *duckdb.DB, jobs duckdb.Filter) error {
	why, err := whyNone(ctx, db, jobs)
	if err == nil && why != "" {
		g.Say("%s", why)
	}
	return err
}

func whyNone(ctx context.Context, db *duckdb.DB, jobs duckdb.Filter) (string, error) {
	if n, _, err := daysOf(ctx, db, jobs); err != nil || n > 0 {
		return "", err
	}
	on := duckdb.Filter{Machines: jobs.Machines}
	of := ""
	if len(jobs.Machines) > 0 {
		of = " of " + strings.Join(jobs.Machines, ", ")
	}
	if n, _, err := daysOf(ctx, db, on); err != nil || n == 0 {
		return fmt.Sprintf("%s has no jobs%s", db.Path(), of), err
	}
	var none []string
	for _, t := range jobs.Terms {
		s, ok := t.(saidTerm)
		n, _, err := daysOf(ctx, db, duckdb.Filter{Machines: jobs.Machines, Terms: []duckdb.Term{t}})
		if err != nil {
			return "", err
		}
		if ok && n == 0 {
			none = append(none, s.flag)
		}
	}
	if len(none) > 0 {
		why := fmt.Sprintf("no job at all%s fits %s", of, strings.Join(none, ", nor "))
		n, _, err := daysOf(ctx, db, ignoringCase(jobs))
		if n > 0 {
			why += "; with --ignore-case " + ui.Count(n, "job") + map[bool]string{true: " does", false: " do"}[n == 1]
		}
		return why, err
	}
	n, days, err := daysOf(ctx, db, duckdb.Filter{Machines: jobs.Machines, Terms: jobs.Terms})
	switch {
	case err != nil:
		return "", err
	case n == 0:
		return "each of the flags fits some jobs, and none fits all of them", nil
	case len(jobs.Terms) == 0:
		return fmt.Sprintf("the jobs%s ended %s", of, days), nil
	}
	return fmt.Sprintf("%s%s %s all but the days, and ended %s",
		ui.Count(n, "job"), of, map[bool]string{true: "fits", false: "fit"}[n == 1], days), nil
}

// ignoringCase is a filter to which upper and lower case are the same in names.
func ignoringCase(jobs duckdb.Filter) duckdb.Filter {
	terms := slices.Clone(jobs.Terms)
	for i, t := range terms {
		if s, ok := t.(saidTerm); ok {
			if names, ok := s.Term.(duckdb.Names); ok {
				names.IgnoreCase = true
				terms[i] = names
			}
		}
	}
	jobs.Terms = terms
	return jobs
}

// daysOf tells how many jobs are meant, and on which days they ended.
func daysOf(ctx context.Context, db *duckdb.DB, jobs duckdb.Filter) (n int64, days string, err error) {
	var first, last sql.NullString
	err = db.Conn().QueryRowContext(ctx,
		"SELECT count(*), min(j.end_date)::VARCHAR, max(j.end_date)::VARCHAR FROM jobs j WHERE "+jobs.Jobs()).
		Scan(&n, &first, &last)
	if first == last {
		return n, "on " + first.String, err
	}
	return n, fmt.Sprintf("from %s to %s", first.String, last.String), err
}
