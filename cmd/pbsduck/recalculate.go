package main

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"pbsduck/cmd/pbsduck/flags"
	"pbsduck/cmd/pbsduck/ui"
	"pbsduck/duckdb/charge"
)

type recalculateOptions struct {
	*flags.Global
	flags.Days
}

func newRecalculate(g *flags.Global) *cobra.Command {
	o := &recalculateOptions{Global: g}
	c := &cobra.Command{
		Use:   "recalculate",
		Short: "Charge jobs again by today's rules",
		Long: `Applies the charging rules of the configuration, or without one those that the
database knows, to the jobs of a range again, and adds up their days. No log is
read; other jobs keep their charges. Jobs whose end is unknown are in the range
only if it has neither a first nor a last day.`,
		Example: `  pbsduck recalculate
  pbsduck recalculate --machine derecho --since 2026-10-01`,
		Args: flags.ExactArgs(0, "flags only"),
		RunE: func(c *cobra.Command, _ []string) error { return o.run(c.Context()) },
	}
	o.Days.Add(c)
	return c
}

func (o *recalculateOptions) run(ctx context.Context) error {
	jobs, err := o.Jobs()
	if err != nil {
		return err
	}
	config, err := o.CheckedConfiguration(ctx)
	if err != nil {
		return err
	}
	db, err := o.OpenForWriting(ctx)
	if err != nil {
		return err
	}
	n, err := charge.Recalculate(ctx, db, config, jobs)
	if err != nil {
		return errors.Join(err, db.Close())
	}
	unknown, err := charge.CountUnknown(ctx, db, jobs)
	if err := errors.Join(err, db.Close()); err != nil {
		return err
	}
	o.Say("charged %s", ui.Count(n, "job"))
	o.SayUnknown(unknown)
	return nil
}
