package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"runtime/debug"
	"time"

	"github.com/spf13/cobra"

	"pbsduck/duckdb"
	"pbsduck/ingest"
	"pbsduck/ingest/batch"
	"pbsduck/ingest/site"
)

type ingestOptions struct {
	*global
	machineFlags
	since, until, last string
	codec              string
	overwrite, dryRun  bool
}

func newIngest(g *global) *cobra.Command {
	o := &ingestOptions{global: g}
	c := &cobra.Command{
		Use:   "ingest [PATH...]",
		Short: "Load logs into the database",
		Long: `Reads accounting logs and adds what is new to the database, which is made if it
does not exist. A PATH is a file, plain or packed (.gz .xz .zst .bz2), a folder,
a pattern, or - for standard input. Without one it is the log folders of all machines
in the configuration, or of --machine.

A log that was read before is read on from where it stopped; one that did not
change costs nothing. A last line without its end waits for the next run. Files
of one group are one transaction: a crash loses nothing and doubles nothing.

Exit codes: 0 fine; 1 some log could not be read (the others were); 3 done, but
some lines were rejected (see the table rejects).`,
		Example: `  pbsduck ingest
  pbsduck ingest --machine derecho --timezone America/Denver /var/spool/pbs/server_priv/accounting
  pbsduck ingest --machine casper --last 3d logs/casper
  zcat 20260101.gz | pbsduck ingest --machine derecho -`,
		RunE: func(c *cobra.Command, args []string) error { return o.run(c.Context(), args) },
	}
	o.addFlags(c)
	return c
}

func (o *ingestOptions) addFlags(c *cobra.Command) {
	o.machineFlags.addFlags(c)
	f := c.Flags()
	f.StringVar(&o.since, "since", "", "only logs whose name is this `DATE` (2026-01-31) or later")
	f.StringVar(&o.until, "until", "", "only logs whose name is this `DATE` or earlier")
	f.StringVar(&o.last, "last", "", "only logs of the last days, e.g. 3d, counted to today")
	f.StringVar(&o.codec, "codec", "", "how raw records are packed: zstd (default), or gzip for tools that have nothing else")
	f.BoolVar(&o.overwrite, "overwrite", false, "read logs again in place of what they gave")
	f.BoolVar(&o.dryRun, "dry-run", false, "read and count, but write nothing")
}

func (o *ingestOptions) run(ctx context.Context, args []string) error {
	config, err := o.checkedConfiguration(ctx)
	if err != nil {
		return err
	}
	if o.codec == "" && config != nil {
		o.codec = config.Codec
	}
	o.codec = cmp.Or(o.codec, ingest.CodecZstd)
	if o.codec != ingest.CodecZstd && o.codec != ingest.CodecGzip {
		return usageError{fmt.Errorf("unknown codec %q: use zstd or gzip", o.codec)}
	}
	machines, err := o.find(args, config)
	if err != nil {
		return err
	}
	if len(machines) == 0 {
		o.say("no logs between these dates")
		return nil
	}
	return o.load(ctx, machines, config)
}

// load takes in the logs of one machine after the other.
func (o *ingestOptions) load(ctx context.Context, machines []machineLogs, config *site.Config) error {
	db, undo, err := o.openForIngest(ctx, siteOf(config))
	if err != nil {
		return err
	}
	debug.SetGCPercent(loadGarbage)
	loaded := 0
	var outcome []error
	for _, m := range machines {
		bar := newProgress(o.global)
		start := time.Now()
		var summary *ingest.Summary
		summary, err = ingest.Run(ctx, db, m.logs, ingest.Options{
			Machine: m.machine, Location: m.location, Zone: m.zone, Codec: o.codec, Overwrite: o.overwrite, DryRun: o.dryRun,
			Progress: bar.show, Now: start, Config: config,
		})
		bar.finish()
		if err != nil {
			break
		}
		loaded += summary.Files
		if len(machines) > 1 {
			o.say("%s:", m.machine)
		}
		outcome = append(outcome, o.summarize(summary, m.zone, time.Since(start)))
	}
	if err := errors.Join(err, db.Close(), undo(loaded)); err != nil {
		return err
	}
	return errors.Join(outcome...)
}

// loadMemory is what DuckDB may take during a load, in MiB: enough for the row
// groups that are being filled, whatever the size of the logs.
const loadMemory = 256

// loadGarbage is Go's GOGC during a load: batches are used again, and fresh
// memory costs more than looking for what is free.
const loadGarbage = 50

// openForIngest opens the database, or makes it. Undo takes away what was
// made for nothing.
func (o *ingestOptions) openForIngest(ctx context.Context, s batch.Site) (db *duckdb.DB, undo func(loaded int) error, err error) {
	path := o.db
	_, missing := os.Stat(path)
	if o.dryRun && missing != nil {
		path = "" // in memory
	}
	// The cores are for parsing, and so is the memory.
	db, err = duckdb.Open(ctx, path, duckdb.Options{Wait: o.wait, Version: version, Threads: 1, Memory: loadMemory, Site: s})
	return db, func(loaded int) error {
		if path == "" || missing == nil || loaded > 0 {
			return nil
		}
		return removeDatabase(path)
	}, err
}

// removeDatabase removes a database that was made for nothing, with its
// write-ahead log.
func removeDatabase(path string) error {
	for _, file := range []string{path, path + ".wal"} {
		if err := os.Remove(file); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	return nil
}

// dateRange reads --since, --until and --last (3d: today and the two days
// before).
func dateRange(since, until, last string, now time.Time) (from, to time.Time, err error) {
	if last != "" {
		if since != "" {
			return from, to, errors.New("--last and --since exclude each other")
		}
		var days int
		var unit string
		if n, _ := fmt.Sscanf(last, "%d%s", &days, &unit); n != 2 || unit != "d" || days < 1 {
			return from, to, fmt.Errorf("--last %s: give days, e.g. 3d", last)
		}
		from = now.AddDate(0, 0, 1-days)
	}
	if since != "" {
		if from, err = time.Parse(time.DateOnly, since); err != nil {
			return from, to, fmt.Errorf("--since %s: give a date such as 2026-01-31", since)
		}
	}
	if until != "" {
		if to, err = time.Parse(time.DateOnly, until); err != nil {
			return from, to, fmt.Errorf("--until %s: give a date such as 2026-01-31", until)
		}
	}
	return from, to, nil
}
