package main

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"pbsduck/cmd/pbsduck/flags"
	"pbsduck/cmd/pbsduck/ui"
	"pbsduck/duckdb/charge"
)

type summarizeOptions struct {
	*flags.Global
	flags.Days
}

func newSummarize(g *flags.Global) *cobra.Command {
	o := &summarizeOptions{Global: g}
	c := &cobra.Command{
		Use:   "summarize",
		Short: "Add up the days again",
		Long: `Makes the rows of daily_summary for the days of a range again, from the jobs and
their charges. Each ingest does this for the days that it touches.`,
		Example: `  pbsduck summarize
  pbsduck summarize --since 2026-01-01 --until 2026-01-31`,
		Args: flags.ExactArgs(0, "flags only"),
		RunE: func(c *cobra.Command, _ []string) error { return o.run(c.Context()) },
	}
	o.Days.Add(c)
	return c
}

func (o *summarizeOptions) run(ctx context.Context) error {
	jobs, err := o.Jobs()
	if err != nil {
		return err
	}
	db, err := o.OpenForWriting(ctx)
	if err != nil {
		return err
	}
	rows, err := charge.Summarize(ctx, db, jobs)
	if err := errors.Join(err, db.Close()); err != nil {
		return err
	}
	o.Say("daily_summary has %s of these days", ui.Count(rows, "row"))
	return nil
}
