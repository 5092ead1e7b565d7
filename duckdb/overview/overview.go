package overview

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"pbsduck/duckdb"
	"pbsduck/duckdb/report"
	"pbsduck/export"
	"pbsduck/export/chart"
	"pbsduck/export/page"
	"pbsduck/ingest/batch"
)

// Options say what the page is about.
type Options struct {
	Filter    duckdb.Filter
	Reports   []report.Report // all that there are
	Names     []string        // those to be shown, in order; nil: as usual
	Title     string          // empty: the machines
	Only      string          // which jobs are meant, in the words of a command; empty: all
	Generated time.Time
	Version   string // of the program
	// Command is how a report is asked by itself, for who reads the page.
	Command func(name string, by []string, set map[string]string) string

	By  []string          // of Charts alone: what rows are by
	Set map[string]string // and what is chosen
}

// usual are the reports of a page, in order.
var usual = []string{
	"utilisation", "queue-depth", "usage", "idle", "waits", "shapes", "failures", "efficiency", "gpus", "energy", "people",
	"days",
}

// Make asks the reports.
func Make(ctx context.Context, db *duckdb.DB, o Options) (*page.Page, error) {
	w := &writer{Options: o, ctx: ctx, db: db}
	if err := w.findSpans(); err != nil {
		return nil, err
	}
	p := &page.Page{
		Title: w.title(), Subtitle: w.period(), Generated: o.Generated, Version: o.Version, Source: w.source(),
		Notes: []string{"Array parents use nothing themselves, and are not counted. " +
			"What is not known is counted as unknown, and is in no sum."},
	}
	if o.Only != "" {
		p.Subtitle += ", only of " + o.Only
	}
	var err error
	if p.Figures, err = w.figures(); err != nil {
		return nil, err
	}
	names := o.Names
	if names == nil {
		names = usual
	}
	for _, name := range names {
		s, err := w.section(name)
		if err != nil {
			return nil, err
		}
		if s != nil {
			p.Sections = append(p.Sections, *s)
		}
	}
	return p, nil
}

// Charts are those of one report. Where the page has none for it, or rows are asked for that the page does not have,
// they are bars of the column that its head names.
func Charts(ctx context.Context, db *duckdb.DB, o Options, name string) ([]chart.Chart, error) {
	w := &writer{Options: o, ctx: ctx, db: db}
	if err := w.findSpans(); err != nil {
		return nil, err
	}
	if o.By == nil && len(o.Set) == 0 || name == "hours" {
		w.Names = []string{name}
		s, err := w.section(name)
		if err != nil {
			return nil, err
		}
		if s != nil && len(s.Charts) > 0 {
			return s.Charts, nil
		}
	}
	table, err := w.ask(name, o.By, o.Set)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(w.Reports, func(r report.Report) bool { return r.Name == name })
	column := w.Reports[i].Chart
	if sort := o.Set["sort"]; place(table, sort) >= 0 {
		column = sort
	}
	return w.barsOf(table, column), nil
}

// A writer asks reports for one page.
type writer struct {
	Options
	ctx   context.Context
	db    *duckdb.DB
	spans []span // of the machines that are meant
	asked map[string]*page.Table
}

// A span is what the page says of a machine: local days.
type span struct {
	machine     string
	zone        *time.Location
	first, last time.Time // local days, as if they were UTC's
}

func (s span) days() int { return int(s.last.Sub(s.first).Hours()/24) + 1 }

// ends is when the last day ends.
func (s span) ends() time.Time { return batch.StartOfDay(s.last.AddDate(0, 0, 1), s.zone) }

// section is what the page says of a report; nil if there is nothing to say.
func (w *writer) section(name string) (*page.Section, error) {
	switch name {
	case "gpus": // usage, once more
		return w.gpus()
	case "idle": // top, of what was not used
		return w.idle()
	}
	i := slices.IndexFunc(w.Reports, func(r report.Report) bool { return r.Name == name })
	if i < 0 {
		return nil, &report.UnknownError{Name: name}
	}
	r := w.Reports[i]
	if w.Names == nil && r.Fits(w.Filter) != nil {
		return nil, nil
	}
	if w.Names == nil && r.Needs != "" && r.Needs != "capacity" {
		if lacks, err := r.Lacks(w.ctx, w.db, w.Filter); err != nil || lacks != "" {
			return nil, err
		}
	}
	draw := map[string]func(report.Report) (*page.Section, error){
		"utilisation": w.utilisation, "hours": w.hours, "queue-depth": w.queueDepth, "usage": w.usage, "top": w.top,
		"waits": w.waits, "shapes": w.shapes, "failures": w.failures, "efficiency": w.efficiency, "people": w.people,
		"days": w.days,
	}[name]
	if draw == nil {
		return w.plain(r)
	}
	s, err := draw(r)
	if errors.Is(err, errUntold) {
		return w.plain(r)
	}
	return s, err
}

// errUntold says that a report does not tell what a drawing shows: a site's own, which takes the place of one of the
// program's, may have other columns, and be by other things.
var errUntold = errors.New("the report does not tell what is drawn")

// tell asks a report for the columns that a drawing shows.
func (w *writer) tell(name string, by []string, set map[string]string, columns ...string) (*page.Table, error) {
	table, err := w.ask(name, by, set)
	var wrong *report.OptionError
	if errors.As(err, &wrong) || err == nil && !tells(table, columns...) {
		return nil, errUntold
	}
	return table, err
}

// ifTold is tell, but a table of nothing where that is not told.
func (w *writer) ifTold(name string, by []string, set map[string]string, columns ...string) (*page.Table, error) {
	table, err := w.tell(name, by, set, columns...)
	if errors.Is(err, errUntold) {
		return &page.Table{}, nil
	}
	return table, err
}

// plain is a report's table, as of any report.
func (w *writer) plain(r report.Report) (*page.Section, error) {
	table, err := w.ask(r.Name, nil, nil)
	if err != nil {
		return nil, err
	}
	return w.of(r, table, nil, nil), nil
}

// of is a section of a report, without charts, that was asked so.
func (w *writer) of(r report.Report, table *page.Table, by []string, set map[string]string) *page.Section {
	return &page.Section{
		ID: sectionID(r.Name), Title: r.Title, Question: r.Question, Definition: r.Definition, Table: table,
		Command: w.Command(r.Name, by, set),
	}
}

// sectionID is a name that the file's address may have.
func sectionID(name string) string {
	return "report-" + strings.Map(func(c rune) rune {
		if strings.ContainsRune("abcdefghijklmnopqrstuvwxyz0123456789-_", c) {
			return c
		}
		return '-'
	}, strings.ToLower(name))
}

// ask runs a report to its end, once for a page.
func (w *writer) ask(name string, by []string, set map[string]string) (*page.Table, error) {
	question := fmt.Sprint(name, by, set)
	if w.asked[question] == nil {
		answer, err := w.run(name, by, set)
		if err != nil {
			return nil, err
		}
		if w.asked == nil {
			w.asked = map[string]*page.Table{}
		}
		w.asked[question] = answer
	}
	answer := *w.asked[question]
	answer.Rows = slices.Clone(answer.Rows)
	return &answer, nil
}

func (w *writer) run(name string, by []string, set map[string]string) (*page.Table, error) {
	i := slices.IndexFunc(w.Reports, func(r report.Report) bool { return r.Name == name })
	if i < 0 {
		return nil, fmt.Errorf("there is no report %s", name)
	}
	rows, err := w.Reports[i].Run(w.ctx, w.db, report.Options{Filter: w.Filter, By: by, Set: set})
	if err != nil {
		return nil, err
	}
	defer rows.Release()
	return page.ReadTable(w.ctx, rows, nil, time.UTC)
}

func (w *writer) title() string {
	if w.Title != "" {
		return w.Title
	}
	var names []string
	for _, s := range w.spans {
		names = append(names, export.Visible(s.machine))
	}
	switch n := len(names); {
	case n == 0:
		return "No jobs"
	case n > 3:
		return fmt.Sprintf("%d machines", n)
	case n > 1:
		return strings.Join(names[:n-1], ", ") + " and " + names[n-1]
	}
	return names[0]
}

const dayForm = "2 January 2006"

func (w *writer) period() string {
	if len(w.spans) == 0 {
		if w.Filter.Since.IsZero() && w.Filter.Until.IsZero() {
			return "no logs"
		}
		return "no log tells of the days that are asked for"
	}
	first, last := w.spans[0].first, w.spans[0].last
	for _, s := range w.spans {
		if s.first.Before(first) {
			first = s.first
		}
		if s.last.After(last) {
			last = s.last
		}
	}
	if first.Equal(last) {
		return first.Format(dayForm)
	}
	return first.Format(dayForm) + " to " + last.Format(dayForm)
}

func (w *writer) source() string {
	if len(w.spans) == 0 {
		return ""
	}
	var parts []string
	for _, s := range w.spans {
		parts = append(parts,
			fmt.Sprintf("%s, %s to %s (%s)", s.machine, s.first.Format(time.DateOnly), s.last.Format(time.DateOnly), s.zone))
	}
	return "Accounting logs of " + strings.Join(parts, "; ")
}
