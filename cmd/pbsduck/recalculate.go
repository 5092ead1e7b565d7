package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"pbsduck/duckdb"
)

// rangeFlags say which part of the jobs is meant.
type rangeFlags struct{ machine, since, until string }

func (r *rangeFlags) addFlags(c *cobra.Command) {
	f := c.Flags()
	f.StringVar(&r.machine, "machine", "", "only jobs of the machine `NAME`")
	f.StringVar(&r.since, "since", "", "only jobs that ended on this local `DATE` (2026-01-31) or later")
	f.StringVar(&r.until, "until", "", "only jobs that ended on this local `DATE` or earlier")
}

func (r *rangeFlags) jobs() (duckdb.Range, error) {
	since, until, err := dateRange(r.since, r.until, "", time.Time{})
	if err != nil {
		return duckdb.Range{}, usageError{err}
	}
	return duckdb.Range{Machine: r.machine, Since: since, Until: until}, nil
}

// openForWriting opens a database that is there.
func (g *global) openForWriting(ctx context.Context) (*duckdb.DB, error) {
	if !exists(g.db) {
		return nil, duckdb.NoDatabase(g.db)
	}
	return duckdb.Open(ctx, g.db, duckdb.Options{Wait: g.wait, Version: version})
}

type recalculateOptions struct {
	*global
	rangeFlags
}

func newRecalculate(g *global) *cobra.Command {
	o := &recalculateOptions{global: g}
	c := &cobra.Command{
		Use:   "recalculate",
		Short: "Charge jobs again by today's rules",
		Long: `Applies the charging rules of the configuration, or without one those that the
database knows, to the jobs of a range again, and adds up their days. No log is
read; other jobs keep their charges. Jobs whose end is unknown are in the range
only if it has neither a first nor a last day.`,
		Example: `  pbsduck recalculate
  pbsduck recalculate --machine derecho --since 2026-10-01`,
		Args: exactArgs(0, "flags only"),
		RunE: func(c *cobra.Command, _ []string) error { return o.run(c.Context()) },
	}
	o.addFlags(c)
	return c
}

func (o *recalculateOptions) run(ctx context.Context) error {
	jobs, err := o.jobs()
	if err != nil {
		return err
	}
	config, err := o.checkedConfiguration(ctx)
	if err != nil {
		return err
	}
	db, err := o.openForWriting(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	n, err := db.Recalculate(ctx, config, jobs)
	if err != nil {
		return err
	}
	unknown, err := db.UnknownCharges(ctx, jobs)
	if err != nil {
		return err
	}
	o.say("charged %s", count(n, "job"))
	o.sayUnknown(unknown)
	return nil
}

// sayUnknown tells of jobs that rules gave no charge.
func (g *global) sayUnknown(u duckdb.Unknown) {
	if u.Jobs == 0 {
		return
	}
	var reasons []string
	for i, r := range u.Reasons {
		if i == toldReasons {
			reasons = append(reasons, count(int64(len(u.Reasons)-i), "more reason"))
			break
		}
		reasons = append(reasons, fmt.Sprintf("%s (%s)", r.What, grouped(r.Jobs)))
	}
	g.say("  the charge of %s is not known: %s: pbsduck query \"SELECT * FROM job_details WHERE cpu_charge * gpu_charge * memory_charge IS NULL\"",
		count(u.Jobs, "job"), strings.Join(reasons, "; "))
}

// toldReasons is how many reasons are told why a charge is not known.
const toldReasons = 5

type summarizeOptions struct {
	*global
	rangeFlags
}

func newSummarize(g *global) *cobra.Command {
	o := &summarizeOptions{global: g}
	c := &cobra.Command{
		Use:   "summarize",
		Short: "Add up the days again",
		Long: `Makes the rows of daily_summary for the days of a range again, from the jobs and
their charges. Each ingest does this for the days that it touches.`,
		Example: `  pbsduck summarize
  pbsduck summarize --since 2026-01-01 --until 2026-01-31`,
		Args: exactArgs(0, "flags only"),
		RunE: func(c *cobra.Command, _ []string) error { return o.run(c.Context()) },
	}
	o.addFlags(c)
	return c
}

func (o *summarizeOptions) run(ctx context.Context) error {
	jobs, err := o.jobs()
	if err != nil {
		return err
	}
	db, err := o.openForWriting(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	rows, err := db.Summarize(ctx, jobs)
	if err != nil {
		return err
	}
	o.say("daily_summary has %s of these days", count(rows, "row"))
	return nil
}
