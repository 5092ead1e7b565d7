package main

import (
	"context"
	"errors"
	"io"
	"strings"
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
func (o *reportOptions) overviewOf(options report.Options, all []report.Report) overview.Options {
	return overview.Options{
		Filter: options.Filter, By: options.By, Set: options.Set, Reports: all,
		Title: o.title, Only: strings.Join(o.filter.JobWords(), " "), Generated: time.Now(), Version: o.Version,
		Command: flags.Asked(o.filter.Words()),
	}
}

// checkPage refuses a page that can't be: in place of what must stay, or with choices.
func (o *reportOptions) checkPage() error {
	if err := o.MayWrite(o.html); err != nil {
		return err
	}
	if o.by != nil || len(o.chosen()) > 0 {
		return ui.Usagef("--by and choices go with one report: a page shows what is usual")
	}
	return nil
}

// writePage writes a page of the reports of these names, or of the usual ones.
func (o *reportOptions) writePage(
	ctx context.Context, db *duckdb.DB, names []string, options report.Options,
) error {
	all, broken, err := o.all()
	if err != nil {
		return err
	}
	if broken != nil { // files of the site that are no reports
		o.Warn("%s", ui.Text(broken))
	}
	about := o.overviewOf(options, all)
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
func (o *reportOptions) draw(ctx context.Context, db *duckdb.DB, r report.Report, options report.Options) error {
	all, _, err := o.all()
	if err != nil {
		return err
	}
	if err := o.tell(ctx, db, r, options); err != nil {
		return err
	}
	charts, err := overview.Charts(ctx, db, o.overviewOf(options, all), r.Name)
	if err != nil {
		return usage(err)
	}
	if len(charts) == 0 {
		o.Say("nothing to draw")
	}
	layout := chart.TextOptions{Width: ui.TextWidth(), ASCII: !ui.SpeaksUnicode()}
	return o.output.WriteText(func(w io.Writer) error {
		var failed error
		for _, c := range charts {
			failed = errors.Join(failed, chart.Text(w, c, layout))
		}
		return failed
	})
}
