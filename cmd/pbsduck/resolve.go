package main

import (
	"cmp"
	"context"
	"errors"
	"io"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"pbsduck/cmd/pbsduck/flags"
	"pbsduck/cmd/pbsduck/ui"
	"pbsduck/duckdb"
	"pbsduck/duckdb/dbfile"
	"pbsduck/duckdb/hive"
	"pbsduck/duckdb/resolve"
	"pbsduck/export/dataset"
	"pbsduck/ingest/site"
)

type resolveOptions struct {
	*flags.Global
	dataset   string
	partition string
	settled   string
	sql       bool
}

func newResolve(g *flags.Global) *cobra.Command {
	o := &resolveOptions{Global: g}
	c := &cobra.Command{
		Use:   "resolve PARTS",
		Short: "Make a dataset of logs that were parsed apart",
		Long: `Settles what logs that parse --parts parsed, each without a look at the others,
do not know of each other: exact repeats, which of several E records is the row of
its job, runs that were requeued. It writes the dataset that rebuild and export
--dataset write of the same logs, but for the numbers of jobs (job_row), and always
all of it. No database is needed, and none is left.

--sql prints the statements that settle, to be run in another engine, where
part_jobs, part_nodes, part_events and part_logs are the rows of the parts.
--settled takes what came of them, Parquet files in a folder for each of jobs,
job_nodes, told_runs, events and part_logs, and does the rest: charges, days, the
dataset. notebooks/spark does both with Spark (docs/cluster.md).`,
		Example: `  pbsduck resolve parts --dataset dataset
  pbsduck resolve --sql
  pbsduck resolve parts --settled settled --dataset dataset`,
		RunE: func(c *cobra.Command, args []string) error {
			if o.sql {
				err := cmp.Or(
					flags.Exclusive(c, "sql", "dataset"), flags.Exclusive(c, "sql", "partition"),
					flags.Exclusive(c, "sql", "settled"), flags.ExactArgs(0, "no folder beside --sql")(c, args),
				)
				if err == nil {
					_, err = io.WriteString(c.OutOrStdout(), resolve.Script())
				}
				return err
			}
			if err := flags.ExactArgs(1, "the folder with the parts")(c, args); err != nil {
				return err
			}
			if o.dataset == "" {
				return ui.Usagef("name the folder of the dataset: --dataset DIR")
			}
			return o.run(c.Context(), args[0])
		},
	}
	f := c.Flags()
	f.StringVar(&o.dataset, "dataset", "", "write the hive-partitioned dataset in `DIR`")
	f.StringVar(&o.partition, "partition", "",
		"by what it is partitioned, its `KEYS`: machine,year or machine,year,month (default as it is, or by month)")
	f.StringVar(&o.settled, "settled", "", "take from `DIR` what another engine has settled of the parts")
	f.BoolVar(&o.sql, "sql", false, "print the statements instead")
	return c
}

func (o *resolveOptions) run(ctx context.Context, dir string) (err error) {
	config, err := o.Configuration()
	if err != nil {
		return err
	}
	options := hive.Options{Now: time.Now(), Rewrite: true}
	if o.partition != "" {
		if options.Partition, err = hive.ParsePartition(o.partition); err != nil {
			return ui.Usage(err)
		}
	}
	parts, err := o.find(dir)
	if err != nil {
		return err
	}
	set, err := o.OpenDataset(ctx, o.dataset)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, set.Close()) }()
	scratch := filepath.Join(dir, dataset.Scratch)
	lock, err := dbfile.TakeLock(ctx, scratch+dbfile.LockSuffix, scratch, o.Wait) // until nothing of it is left
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, lock.Release()) }()
	db, err := o.openScratch(ctx, scratch, config)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close(), dbfile.Remove(scratch)) }()
	if err := parts.Fill(ctx, db, config); err != nil {
		return err
	}
	bar := o.Progress()
	options.Progress = bar.Show
	done, err := set.Update(ctx, db, options)
	bar.Finish()
	if err != nil {
		return err
	}
	logs, err := db.Number(ctx, "SELECT count(*) FROM log_files")
	if err == nil {
		o.Say("%s were resolved", ui.Count(logs, "log"))
		o.SayDataset(o.dataset, done, time.Since(options.Now))
	}
	return err
}

// find finds the parts, or what is settled of them.
func (o *resolveOptions) find(dir string) (*resolve.Parts, error) {
	if o.settled != "" {
		return resolve.FindSettled(o.settled)
	}
	return resolve.Find(dir)
}

// openScratch makes the database anew: what one has left that was killed is of no use. Its lock is its caller's.
func (o *resolveOptions) openScratch(ctx context.Context, path string, config *site.Config) (*duckdb.DB, error) {
	if err := dbfile.Remove(path); err != nil {
		return nil, err
	}
	return duckdb.OpenFile(ctx, path, duckdb.Options{Version: o.Version, Site: flags.SiteOf(config)})
}
