package main

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"strings"

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
			if err := o.check(c, args); err != nil {
				return err
			}
			if len(args) == 0 && o.html == "" {
				return o.list(c.Context())
			}
			return o.run(c.Context(), args)
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

// check refuses flags that do not go together, nor with so many names, and what would be left aside.
func (o *reportOptions) check(c *cobra.Command, names []string) error {
	if err := cmp.Or(flags.Exclusive(c, "html", "sql", "chart", "format"), flags.Exclusive(c, "html", "output"),
		flags.WithoutRows(c, "html", "sql", "chart")); err != nil {
		return err
	}
	format, err := o.output.Choose(export.Table)
	switch {
	case o.html != "":
		return o.checkPage()
	case o.title != "":
		return ui.Usagef("--title goes with --html")
	case err == nil && format.Binary() && (o.sql || o.chart):
		return ui.Usagef("-o %s: what --sql and --chart write is text", ui.ShellWord(o.output.File))
	case len(names) == 0 && o.asks():
		return ui.Usagef("which report? pbsduck report lists them")
	case len(names) > 1 && !o.isWorkbook():
		return ui.Usagef("give the name of one report; several go with --html, and with -o FILE.xlsx")
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

// run answers by the reports of these names: with a page, a workbook, charts, the SQL, or rows.
func (o *reportOptions) run(ctx context.Context, names []string) error {
	var reports []report.Report
	for _, name := range names {
		r, err := o.named([]string{name})
		if err != nil {
			return err
		}
		reports = append(reports, r)
	}
	return o.filter.Read(ctx, o.Global, duckdb.Options{}, func(db *duckdb.DB, jobs duckdb.Filter) error {
		options := report.Options{Filter: jobs, By: o.by, Set: o.chosen()}
		switch {
		case o.html != "":
			return o.writePage(ctx, db, names, options)
		case o.isWorkbook():
			return o.writeSheets(ctx, db, reports, options)
		case o.chart:
			return o.draw(ctx, db, reports[0], options)
		case o.sql:
			return o.writeScript(db, reports[0], options)
		}
		return o.writeRows(ctx, db, reports[0], options)
	})
}

// asks tells whether flags ask for what only a report has.
func (o *reportOptions) asks() bool {
	return o.sql || o.chart || o.by != nil || len(o.chosen()) > 0 || len(o.filter.Words()) > 0
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
