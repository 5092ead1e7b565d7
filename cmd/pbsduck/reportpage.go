package main

import (
	"context"
	"errors"
	"io"
	"time"

	"pbsduck/cmd/pbsduck/flags"
	"pbsduck/cmd/pbsduck/ui"
	"pbsduck/duckdb"
	"pbsduck/duckdb/overview"
	"pbsduck/duckdb/report"
	"pbsduck/export/chart"
	"pbsduck/export/whole"
)

// overviewOf is what a page, or a chart, is about.
func (o *reportOptions) overviewOf(jobs duckdb.Filter, all []report.Report) overview.Options {
	return overview.Options{
		Filter: jobs, Reports: all, Title: o.title, Generated: time.Now(), Version: o.Version,
		Command: flags.Asked(o.filter.Words()),
	}
}

// warnOf tells of a site's files that are no reports, where others are asked for.
func (o *reportOptions) warnOf(broken error) {
	if broken != nil {
		o.Warn("%s", ui.Text(broken))
	}
}

// writePage writes a page of the reports of these names, or of the usual ones.
func (o *reportOptions) writePage(ctx context.Context, names []string) (err error) {
	if err := o.MayWrite(o.html); err != nil {
		return err
	}
	all, broken, err := o.all()
	if err != nil {
		return err
	}
	o.warnOf(broken)
	for _, name := range names {
		if _, err := o.named([]string{name}); err != nil {
			return err
		}
	}
	if o.by != nil || len(o.chosen()) > 0 {
		return ui.Usagef("--by and choices go with one report: a page shows what is usual")
	}
	db, jobs, err := o.filter.Open(ctx, o.Global, duckdb.Options{})
	if err != nil {
		return err
	}
	defer db.Close()
	defer func() { err = o.filter.Blame(ctx, db, err) }()
	about := o.overviewOf(jobs, all)
	if len(names) > 0 {
		about.Names = names
	}
	page, err := overview.Make(ctx, db, about)
	if err != nil {
		return usage(err)
	}
	if err := whole.Write(o.html, page.Write); err != nil {
		return err
	}
	o.Say("wrote %s", o.html)
	return nil
}

// draw draws a report's charts for a terminal, and tells what people must know of them.
func (o *reportOptions) draw(ctx context.Context, db *duckdb.DB, r report.Report, jobs duckdb.Filter) error {
	all, _, err := o.all()
	if err != nil {
		return err
	}
	about := o.overviewOf(jobs, all)
	about.By, about.Set = o.by, o.chosen()
	if err := o.tell(ctx, db, r, report.Options{Filter: jobs, By: about.By, Set: about.Set}); err != nil {
		return err
	}
	charts, err := overview.Charts(ctx, db, about, r.Name)
	if err != nil {
		return usage(err)
	}
	if len(charts) == 0 {
		o.Say("nothing to draw")
	}
	options := chart.TextOptions{Width: ui.TextWidth(), ASCII: !ui.SpeaksUnicode()}
	return o.output.WriteText(func(w io.Writer) error {
		var failed error
		for _, c := range charts {
			failed = errors.Join(failed, chart.Text(w, c, options))
		}
		return failed
	})
}
