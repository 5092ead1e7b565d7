package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"pbsduck/cmd/pbsduck/flags"
	"pbsduck/cmd/pbsduck/ui"
	"pbsduck/duckdb"
	"pbsduck/duckdb/search"
	"pbsduck/export"
	"pbsduck/ingest/schema"
)

type jobsOptions struct {
	*flags.Global
	filter        flags.Filter
	output        flags.Output
	columns, sort []string
	count, wide   bool
	local         bool
}

func newJobs(g *flags.Global) *cobra.Command {
	o := &jobsOptions{Global: g}
	c := &cobra.Command{
		Use:   "jobs",
		Short: "Search for jobs",
		Long: `Finds finished jobs, those that ended last first. On a terminal it shows what one
wants to know of a job, and no more rows than one reads; elsewhere all rows, in csv
and the like under the names and in the units that pbsduck schema jobs tells.

` + flags.FilterHelp + `

A job array has a row as a whole beside those of its elements: --array-parents no
leaves it out. Columns are those of jobs; --columns and --sort take those of
job_details, too, such as charges. docs/search.md has it all, with the flags of qhist.`,
		Example: `  pbsduck jobs --user user0445 --last 7d
  pbsduck jobs --queue 'gpu*' --gpus 4.. --wait 6h.. --sort eligible_wait_s:desc
  pbsduck jobs --exit-status '!0' --since 2026-01-01 --count
  pbsduck jobs --node casper36 --at '2026-01-01 19:00'
  pbsduck jobs --mem-wasted 500GB.. --columns job_id,user_name,mem_used_gib -o wasted.csv
  pbsduck jobs --where 'walltime_used_s > 0.99 * walltime_requested_s' --wide --format ndjson`,
		Args: flags.ExactArgs(0, "flags only"),
		RunE: func(c *cobra.Command, _ []string) error {
			if err := o.check(c); err != nil {
				return err
			}
			return o.run(c.Context())
		},
	}
	o.addFlags(c)
	return c
}

func (o *jobsOptions) addFlags(c *cobra.Command) {
	c.Flags().SortFlags = false
	o.filter.Add(c)
	f := c.Flags()
	f.StringSliceVar(&o.columns, "columns", nil, "these columns of jobs or job_details (`a,b,c`)")
	f.BoolVar(&o.wide, "wide", false, "all columns of jobs")
	f.StringSliceVar(&o.sort, "sort", nil,
		"order by these `COLUMNS`, from the least; COLUMN:desc from the greatest; what is unknown last")
	f.BoolVar(&o.count, "count", false, "only how many there are")
	f.BoolVar(&o.local, "local", false,
		"instants in the machine's own time, not in UTC; also those of flags that do not say their zone")
	o.output.Add(c, o.Global, export.Table)
	o.output.AddRows(c, "job")
	completeList(c, "columns", func(ctx context.Context, _ []string) []string { return o.known(ctx) })
	completeList(c, "sort", func(ctx context.Context, _ []string) []string {
		var all []string
		for _, name := range o.known(ctx) {
			all = append(all, name, name+":desc")
		}
		return all
	})
}

// known are the columns that there are, with the site's own.
func (o *jobsOptions) known(ctx context.Context) []string {
	site, err := o.Site(ctx)
	if err != nil {
		site = schema.Site{}
	}
	return duckdb.ColumnNames(site.JobDetails())
}

// check refuses flags that do not go together.
func (o *jobsOptions) check(c *cobra.Command) error {
	if err := errors.Join(flags.Exclusive(c, "wide", "columns"), flags.Exclusive(c, "local", "tz")); err != nil {
		return err
	}
	if err := flags.WithoutRows(c, "count"); err != nil {
		return err
	}
	for _, other := range []string{"columns", "wide", "sort"} {
		if err := flags.Exclusive(c, "count", other); err != nil {
			return err
		}
	}
	o.filter.OwnZone = o.local
	return nil
}

func (o *jobsOptions) run(ctx context.Context) error {
	format, err := o.output.Choose(export.Table)
	if err != nil {
		return err
	}
	return o.filter.Read(ctx, o.Global, duckdb.Options{}, func(db *duckdb.DB, jobs duckdb.Filter) error {
		if o.count {
			return o.writeCount(ctx, db, jobs, format)
		}
		return o.writeRows(ctx, db, jobs, format)
	})
}

// writeRows writes the jobs, or why there are none, and tells of those that are not shown.
func (o *jobsOptions) writeRows(ctx context.Context, db *duckdb.DB, jobs duckdb.Filter, format export.Format) error {
	wanted := search.Search{Jobs: jobs, Columns: o.columns, Limit: o.output.Limit(format), Local: o.local,
		ForPeople: format == export.Table || format == export.Markdown}
	if err := o.complete(&wanted, db.Site()); err != nil {
		return err
	}
	found, err := wanted.Find(ctx, db)
	if err != nil {
		return err
	}
	rows, err := found.Rows(ctx)
	if err != nil {
		return err
	}
	n, err := o.output.Write(ctx, rows, export.Table)
	rows.Release()
	if err != nil {
		return err
	}
	if n == 0 && format == export.Table {
		return o.filter.SayWhyNone(ctx, o.Global, db, jobs)
	}
	return o.sayMore(ctx, found, wanted.Limit, n)
}

// complete finds the columns, and the order, that the flags name.
func (o *jobsOptions) complete(s *search.Search, site schema.Site) error {
	known := duckdb.ColumnNames(site.JobDetails())
	if o.wide {
		s.Columns = duckdb.ColumnNames(site.Jobs())
	}
	for i, name := range o.columns {
		if !slices.Contains(known, name) {
			return unknownColumn("--columns", name, known)
		}
		if slices.Contains(o.columns[:i], name) {
			return ui.Usagef("--columns names %s twice", name)
		}
	}
	for _, text := range o.sort {
		name, way, _ := strings.Cut(text, ":")
		if !slices.Contains(known, name) {
			return unknownColumn("--sort", name, known)
		}
		if way != "" && way != "asc" && way != "desc" {
			return ui.Usagef("--sort %s: give COLUMN, COLUMN:asc or COLUMN:desc", ui.ShellWord(text))
		}
		s.Order = append(s.Order, search.Order{Column: name, Descending: way == "desc"})
	}
	return nil
}

func unknownColumn(flag, name string, known []string) error {
	like := ui.DidYouMean(name, known)
	if column := flags.ColumnOf(name); column != "" {
		like = "; did you mean " + column + "?"
	}
	return ui.Usagef("%s: there is no column %q%s pbsduck schema jobs job_details lists them",
		flag, name, cmp.Or(like, ";"))
}

func (o *jobsOptions) writeCount(ctx context.Context, db *duckdb.DB, jobs duckdb.Filter, format export.Format) error {
	n, parents, err := search.Count(ctx, db, jobs)
	if err != nil {
		return err
	}
	if format == export.Table {
		err = o.output.WriteText(func(w io.Writer) error {
			_, err := fmt.Fprintln(w, n)
			return err
		})
		if err == nil && n == 0 {
			err = o.filter.SayWhyNone(ctx, o.Global, db, jobs)
		}
	} else {
		rows, queryErr := db.Query(ctx, fmt.Sprintf("SELECT %d::BIGINT AS jobs, %d::BIGINT AS array_parents", n, parents))
		if queryErr != nil {
			return queryErr
		}
		defer rows.Release()
		_, err = o.output.Write(ctx, rows, export.Table)
	}
	if err == nil && parents > 0 && parents < n {
		o.Say("of them %s as a whole, beside the elements: --array-parents no leaves them out",
			ui.Count(parents, "job array"))
	}
	return err
}

// sayMore tells of jobs that are not shown.
func (o *jobsOptions) sayMore(ctx context.Context, found *search.Found, limit, shown int64) error {
	if o.Quiet || limit == 0 || shown < limit {
		return nil
	}
	all, err := found.Count(ctx)
	if err != nil || all == shown {
		return err
	}
	o.output.SayFirst(shown, ui.Count(all, "job"))
	return nil
}
