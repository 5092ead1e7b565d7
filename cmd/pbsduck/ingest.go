package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime/debug"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"pbsduck/duckdb"
	"pbsduck/ingest"
	"pbsduck/ingest/source"
)

type ingestOptions struct {
	*global
	machineFlags
	publishFlags
	since, until, last string
	codec              string
	overwrite, dryRun  bool
	follow             bool
	interval           time.Duration
	publishAs          string
}

func newIngest(g *global) *cobra.Command {
	o := &ingestOptions{global: g}
	c := &cobra.Command{
		Use:   "ingest PATH...",
		Short: "Load logs into the database",
		Long: `Reads accounting logs and adds what is new to the database, which is made if it
does not exist. A PATH is a file, plain or packed (.gz .xz .zst .bz2), a folder,
a pattern, or - for standard input.

A log that was read before is read on from where it stopped; one that did not
change costs nothing. A last line without its end waits for the next run. Files
of one group are one transaction: a crash loses nothing and doubles nothing.

With --follow it goes on until it is stopped, and holds the database only while
there is something to load, so that others can use it in between. SIGTERM, as from
systemd, ends it with 0, Ctrl-C with 130; what was loaded stays.

Exit codes: 0 fine; 1 some log could not be read (the others were); 3 done, but
some lines were rejected (see the table rejects).`,
		Example: `  pbsduck ingest --machine derecho --timezone America/Denver /var/spool/pbs/server_priv/accounting
  pbsduck ingest --machine casper --last 3d logs/casper
  pbsduck ingest --machine derecho --follow --publish /var/spool/pbs/server_priv/accounting
  zcat 20260101.gz | pbsduck ingest --machine derecho -`,
		Args: minArgs(1, "the logs to read: files, folders, or -"),
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
	f.StringVar(&o.codec, "codec", ingest.CodecZstd, "how raw records are packed: zstd, or gzip for tools that have nothing else")
	f.BoolVar(&o.overwrite, "overwrite", false, "read logs again in place of what they gave")
	f.BoolVar(&o.dryRun, "dry-run", false, "read and count, but write nothing")
	f.BoolVar(&o.follow, "follow", false, "go on: look for news every --interval, until stopped")
	f.DurationVar(&o.interval, "interval", 5*time.Second, "how often --follow looks")
	f.StringVar(&o.publishAs, "publish", "", "then publish a copy for readers, as `NAME` (--publish=NAME), or as publish names it")
	f.Lookup("publish").NoOptDefVal = publishDefault
	o.publishFlags.addFlags(c)
}

func (o *ingestOptions) run(ctx context.Context, args []string) error {
	if err := o.check(args); err != nil {
		return err
	}
	machine, err := o.logsOf(args)
	if err != nil {
		return err
	}
	if o.follow {
		return o.followLogs(ctx, machine)
	}
	logs, err := o.find(machine)
	if err != nil {
		return err
	}
	if len(logs) == 0 {
		o.say("no logs between these dates")
		return nil
	}
	start := time.Now()
	summary, err := o.load(ctx, machine, logs)
	if err != nil {
		return err
	}
	outcome := verdictOf(summary)
	o.sayLoaded(map[bool]string{false: "loaded", true: "would load"}[o.dryRun], summary, machine.zone, time.Since(start))
	if err := o.publishAfter(ctx); err != nil {
		return err
	}
	return outcome
}

// check refuses flags that mean nothing, or not together.
func (o *ingestOptions) check(args []string) error {
	switch {
	case o.codec != ingest.CodecZstd && o.codec != ingest.CodecGzip:
		return usageError{fmt.Errorf("unknown codec %q: use zstd or gzip", o.codec)}
	case o.follow && (o.overwrite || o.dryRun):
		return usageError{errors.New("--follow goes with neither --overwrite nor --dry-run")}
	case o.follow && slices.Contains(args, source.Stdin):
		return usageError{errors.New("--follow needs files or folders: standard input is read to its end without it")}
	case o.follow && o.interval < 100*time.Millisecond:
		return usageError{fmt.Errorf("--interval %s: give 100ms or more", o.interval)}
	case o.publishAs != "" && o.dryRun:
		return usageError{errors.New("--publish and --dry-run exclude each other")}
	}
	return o.publishFlags.check()
}

// logsOf are the logs that are asked for, and whose they are.
func (o *ingestOptions) logsOf(args []string) (machineLogs, error) {
	m := machineLogs{paths: args}
	var err error
	if m.machine, err = o.name(); err == nil {
		m.location, m.zone, err = o.location()
	}
	return m, err
}

// load takes logs in, and closes the database.
func (o *ingestOptions) load(ctx context.Context, m machineLogs, logs []source.Log) (*ingest.Summary, error) {
	db, undo, err := o.openForIngest(ctx)
	if err != nil {
		return nil, err
	}
	debug.SetGCPercent(loadGarbage)
	bar := newProgress(o.global)
	summary, err := ingest.Run(ctx, db, logs, ingest.Options{
		Machine: m.machine, Location: m.location, Zone: m.zone, Codec: o.codec, Overwrite: o.overwrite, DryRun: o.dryRun,
		Progress: bar.show, Now: time.Now(),
	})
	bar.finish()
	return summary, errors.Join(err, db.Close(), undo(summary))
}

// publishDefault is what --publish without a name means.
const publishDefault = "<db>.published.duckdb"

// publishAfter publishes, if that was asked for.
func (o *ingestOptions) publishAfter(ctx context.Context) error {
	switch o.publishAs {
	case "":
		return nil
	case publishDefault:
		return o.publish(ctx, o.publishFlags, "")
	}
	return o.publish(ctx, o.publishFlags, o.publishAs)
}

// loadMemory is what DuckDB may take during a load, in MiB: enough for the row
// groups that are being filled, whatever the size of the logs.
const loadMemory = 256

// loadGarbage is Go's GOGC during a load: batches are used again, and fresh
// memory costs more than looking for what is free.
const loadGarbage = 50

// openForIngest opens the database, or makes it. Undo takes away what was
// made for nothing.
func (o *ingestOptions) openForIngest(ctx context.Context) (db *duckdb.DB, undo func(*ingest.Summary) error, err error) {
	path := o.db
	_, missing := os.Stat(path)
	if o.dryRun && missing != nil {
		path = "" // in memory
	}
	// The cores are for parsing, and so is the memory.
	db, err = duckdb.Open(ctx, path, duckdb.Options{Wait: o.wait, Version: version, Threads: 1, Memory: loadMemory})
	return db, func(s *ingest.Summary) error {
		if path == "" || missing == nil || s != nil && s.Files > 0 {
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

func (o *ingestOptions) find(m machineLogs) ([]source.Log, error) {
	since, until, err := dateRange(o.since, o.until, o.last, time.Now().In(m.location))
	if err != nil {
		return nil, usageError{err}
	}
	return source.Find(m.paths, source.FindOptions{Since: since, Until: until, OnSkip: func(s source.Skipped) {
		if o.verbose {
			o.say("skipped %s: %s", s.Path, s.Reason)
		}
	}})
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
