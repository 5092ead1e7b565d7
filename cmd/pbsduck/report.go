package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/spf13/cobra"

	"pbsduck/cmd/pbsduck/flags"
	"pbsduck/cmd/pbsduck/ui"
	"pbsduck/duckdb"
	"pbsduck/duckdb/report"
	"pbsduck/export"
)

type reportOptions struct {
	*flags.Global
	filter  flags.Filter
	output  flags.Output
	by      []string
	set     map[string]string
	choices map[string]*string // flags of the choices that the program's own reports have
	sql     bool
	chart   bool
	html    string
	title   string
}

func newReport(g *flags.Global) *cobra.Command {
	o := &reportOptions{Global: g, choices: map[string]*string{}}
	c := &cobra.Command{
		Use:   "report [NAME...]",
		Short: "Answer the questions that people ask again and again",
		Long: `Answers a question about a machine: who used how much, how long jobs waited, how
busy it was. Without a name it lists the reports with their questions; report NAME
--help says how one is reckoned, what its columns mean and what can be chosen, and
report NAME --sql prints the SQL, to be run or changed in any DuckDB client.

The days, which are the site's local days, are those on which jobs ended, or, where
a report is about what was in use, those in which it was. --by parts the rows: by a
period (day, week, month, quarter, year), by something else (user, account, queue,
facility, ...), or by one of each: --by month,account. Each machine has its own rows.

A job array has a row as a whole (its array parent) beside those of its elements.
Reports count the elements, as jobs, and never the array as a whole.

--chart draws the answer on the terminal. --html FILE writes a page instead, with
figures, charts and tables of the reports that are named, or of the usual ones: one
file that needs no network, to be sent, printed, or put on a web server. -o FILE.xlsx
writes a workbook with a sheet for each report that is named.

A site adds reports of its own: files in the folder that the configuration names
(docs/reports.md).`,
		Example: `  pbsduck report
  pbsduck report usage --since 2026-01-01 --until 2026-01-31 --by user
  pbsduck report waits --machine derecho --by queue --size gpus
  pbsduck report utilisation --by month --format csv -o utilisation.csv
  pbsduck report top --metric gpu_hours --top 5
  pbsduck report usage waits failures --last 30d -o month.xlsx
  pbsduck report --html january.html --since 2026-01-01 --until 2026-01-31
  pbsduck report usage --chart
  pbsduck report usage --help
  pbsduck report usage --sql`,
		ValidArgsFunction: o.complete,
		RunE: func(c *cobra.Command, args []string) error {
			if err := cmp.Or(flags.Exclusive(c, "html", "sql", "chart", "format"), flags.Exclusive(c, "html", "output"),
				flags.WithoutRows(c, "html", "sql", "chart")); err != nil {
				return err
			}
			if err := o.fits(); err != nil {
				return err
			}
			switch {
			case o.html != "":
				return o.writePage(c.Context(), args)
			case len(args) == 0 && o.asks():
				return ui.Usagef("which report? pbsduck report lists them")
			case len(args) == 0:
				return o.list()
			}
			if format, err := o.output.Choose(export.Table); err == nil && format == export.XLSX && !o.sql && !o.chart {
				return o.writeSheets(c.Context(), args)
			}
			if len(args) > 1 {
				return ui.Usagef("give the name of one report; several go with --html, and with -o FILE.xlsx")
			}
			return o.run(c.Context(), args[0])
		},
	}
	o.addFlags(c)
	usual := c.HelpFunc()
	c.SetHelpFunc(func(c *cobra.Command, args []string) {
		if r, err := o.named(c.Flags().Args(), args); err == nil {
			explain(c.OutOrStdout(), r)
			return
		}
		usual(c, args)
	})
	return c
}

// fits refuses what would be left aside.
func (o *reportOptions) fits() error {
	format, err := o.output.Choose(export.Table)
	switch {
	case o.title != "" && o.html == "":
		return ui.Usagef("--title goes with --html")
	case err == nil && format.Binary() && (o.sql || o.chart):
		return ui.Usagef("-o %s: what --sql and --chart write is text", ui.ShellWord(o.output.File))
	}
	return nil
}

func (o *reportOptions) addFlags(c *cobra.Command) {
	o.output.Add(c, o.Global, export.Table)
	o.output.AddRows(c, "row")
	o.filter.Add(c)
	f := c.Flags()
	f.StringSliceVar(&o.by, "by", nil,
		"what rows are `BY`: a period, something else, or one of each, as month,account; nothing: all in one")
	f.StringToStringVar(&o.set, "set", nil, "what else a report lets choose: `NAME=VALUE`")
	f.BoolVar(&o.sql, "sql", false, "print the SQL instead of the answer")
	f.BoolVar(&o.chart, "chart", false, "draw the answer instead of the table")
	f.StringVar(&o.html, "html", "", "write a page to `FILE`")
	f.StringVar(&o.title, "title", "", "`TEXT` that stands over the page (default: the machines)")
	completeList(c, "by", func(_ context.Context, args []string) []string { return o.offered(args).by })
	completeFlag(c, "set", func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
		return o.offered(args).set, cobra.ShellCompDirectiveNoFileComp
	})
	own, err := report.Choices()
	if err != nil {
		panic(err) // they are in the program
	}
	for _, choice := range own {
		o.choices[choice.Name] = f.String(report.Flag(choice.Name), "", choiceUsage(choice))
		completeFlag(c, report.Flag(choice.Name),
			func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
				return o.offered(args).choices[choice.Name], cobra.ShellCompDirectiveNoFileComp
			})
	}
}

func choiceUsage(c report.Choice) string {
	if len(c.Values) == 1 { // as if not given, and each report has its own
		return "`NUMBER` for reports that have it; report NAME --help says of what"
	}
	return "`CHOICE` of reports that have it: " + strings.Join(c.Values, ", ")
}

// all are the reports that there are. What is wrong with others is told apart.
func (o *reportOptions) all() (all []report.Report, wrong, err error) {
	config, err := o.Configuration()
	if err != nil {
		return nil, nil, err
	}
	all, wrong = report.All(flags.ReportFolder(config))
	return all, wrong, nil
}

// named is the report that the first of some words means.
func (o *reportOptions) named(words ...[]string) (r report.Report, err error) {
	all, broken, err := o.all()
	if err != nil {
		return r, err
	}
	for _, word := range slices.Concat(words...) {
		if strings.HasPrefix(word, "-") {
			continue
		}
		if i := slices.IndexFunc(all, func(r report.Report) bool { return r.Name == word }); i >= 0 {
			return all[i], nil
		}
		var names []string
		for _, r := range all {
			names = append(names, r.Name)
		}
		if broken != nil {
			return r, broken
		}
		return r, ui.Usagef("there is no report %s%s pbsduck report lists them",
			export.Visible(word), cmp.Or(ui.DidYouMean(word, names), ";"))
	}
	return r, errors.New("no report is named")
}

func (o *reportOptions) list() error {
	all, broken, err := o.all()
	if err != nil {
		return err
	}
	return errors.Join(broken, o.output.WriteText(func(w io.Writer) error {
		for _, r := range all {
			if _, err := fmt.Fprintf(w, "%-14s %s\n", r.Name, export.Visible(r.Question)); err != nil {
				return err
			}
		}
		return nil
	}))
}

func (o *reportOptions) run(ctx context.Context, name string) (err error) {
	r, err := o.named([]string{name})
	if err != nil {
		return err
	}
	db, jobs, err := o.filter.Open(ctx, o.Global, duckdb.Options{})
	if err != nil {
		return err
	}
	defer db.Close()
	defer func() { err = o.filter.Blame(ctx, db, err) }()
	if o.chart {
		return o.draw(ctx, db, r, jobs)
	}
	options := report.Options{Filter: jobs, By: o.by, Set: o.chosen()}
	if o.sql {
		return o.writeScript(r, db, options)
	}
	rows, err := o.ask(ctx, db, r, options)
	if err != nil {
		return err
	}
	n, err := o.output.Write(ctx, rows, export.Table)
	rows.Release()
	if format, _ := o.output.Choose(export.Table); err == nil && n == 0 && format == export.Table && r.AsksJobs() {
		return o.filter.SayWhyNone(ctx, o.Global, db, jobs)
	}
	return err
}

// ask runs a report, and tells what people must know of its rows.
func (o *reportOptions) ask(
	ctx context.Context, db *duckdb.DB, r report.Report, options report.Options,
) (array.RecordReader, error) {
	if err := o.tell(ctx, db, r, options); err != nil {
		return nil, err
	}
	rows, err := r.Run(ctx, db, options)
	return rows, usage(err)
}

// tell says what the database lacks for a report, and where its answer is not what people may take it for.
func (o *reportOptions) tell(ctx context.Context, db *duckdb.DB, r report.Report, options report.Options) error {
	if _, err := r.Script(db.Site(), options); err != nil { // a wrong use is told first
		return usage(err)
	}
	for _, look := range []struct {
		at     func() (string, error)
		remedy string
	}{
		{func() (string, error) { return r.Lacks(ctx, db) }, remedy(r.Needs)},
		{func() (string, error) { return r.Untold(ctx, db, options.Filter) }, ""},
		{func() (string, error) { return r.Gaps(ctx, db, options.Filter) }, ""},
		{func() (string, error) { return r.Waitless(ctx, db, options) }, ": --wait-kind queued or total tells another wait"},
	} {
		said, err := look.at()
		if err != nil {
			return err
		}
		if said != "" {
			o.Say("%s%s", said, look.remedy)
		}
	}
	return nil
}

// writeSheets writes a workbook with a sheet for each report.
func (o *reportOptions) writeSheets(ctx context.Context, names []string) (err error) {
	var reports []report.Report
	for _, name := range names {
		r, err := o.named([]string{name})
		if err != nil {
			return err
		}
		reports = append(reports, r)
	}
	db, jobs, err := o.filter.Open(ctx, o.Global, duckdb.Options{})
	if err != nil {
		return err
	}
	defer db.Close()
	defer func() { err = o.filter.Blame(ctx, db, err) }()
	options := report.Options{Filter: jobs, By: o.by, Set: o.chosen()}
	facts, err := o.filter.About(ctx, db, jobs)
	if err != nil {
		return err
	}
	return o.output.WriteSheets(ctx, facts, names,
		func(i int) (array.RecordReader, error) { return o.ask(ctx, db, reports[i], options) })
}

// asks tells whether flags ask for what only a report has.
func (o *reportOptions) asks() bool {
	return o.sql || o.chart || o.by != nil || len(o.chosen()) > 0 || len(o.filter.Words()) > 0
}

// remedy says what takes over what a report needs and the database lacks.
func remedy(needs string) string {
	switch needs {
	case "capacity":
		return "; pbsduck ingest and recalculate take it over"
	case "allocations":
		return ": pbsduck allocations load FILE takes them over"
	}
	return "; pbsduck rebuild --from-records fills it"
}

func (o *reportOptions) writeScript(r report.Report, db *duckdb.DB, options report.Options) error {
	script, err := r.Script(db.Site(), options)
	if err != nil {
		return usage(err)
	}
	return o.output.WriteText(func(w io.Writer) error {
		_, err := io.WriteString(w, script)
		return err
	})
}

// usage says that what a report could not take is a wrong use.
func usage(err error) error {
	var wrong *report.OptionError
	if errors.As(err, &wrong) {
		return ui.Usage(err)
	}
	return err
}

// chosen are the choices that flags set.
func (o *reportOptions) chosen() map[string]string {
	set := map[string]string{}
	maps.Copy(set, o.set)
	for name, value := range o.choices {
		if *value != "" {
			set[name] = *value
		}
	}
	return set
}

func (o *reportOptions) complete(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	all, _, err := o.all()
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	var names []string
	for _, r := range all {
		if !slices.Contains(args, r.Name) {
			names = append(names, r.Name+"\t"+r.Question)
		}
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}
