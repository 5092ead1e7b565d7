package main

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"time"

	"pbsduck/duckdb"
	"pbsduck/ingest"
	"pbsduck/ingest/schema"
)

// A loading is what became of the logs of one machine.
type loading struct {
	machineLogs
	summary *ingest.Summary
	took    time.Duration
}

// load takes in the logs of one machine after the other, and closes the
// database.
func (o *ingestOptions) load(ctx context.Context, machines []machineLogs) ([]loading, error) {
	db, err := o.openForIngest(ctx, siteOf(o.config))
	if err != nil {
		return nil, err
	}
	var all []loading
	for _, m := range machines {
		bar := newProgress(o.global)
		one := loading{machineLogs: m}
		start := time.Now()
		one.summary, err = ingest.Run(ctx, db, m.logs, ingest.Options{
			Machine: m.machine, Location: m.location, Zone: m.zone, Codec: o.codec, Overwrite: o.overwrite, DryRun: o.dryRun,
			Progress: bar.show, Now: start, Config: o.config, Workers: ingest.Tune(), Searched: m.searched, Missed: m.missed,
		})
		bar.finish()
		if err != nil {
			break
		}
		one.took = time.Since(start)
		all = append(all, one)
	}
	if err = errors.Join(err, db.CloseUnlessEmpty(ctx)); errors.Is(err, duckdb.ErrReplaced) {
		return nil, err // and what was loaded before is lost as well
	}
	return all, err
}

// sayAll says what became of the logs, and gives the error that the exit code
// comes from.
func (o *ingestOptions) sayAll(all []loading, verb string) error {
	var outcome error
	for _, l := range all {
		if len(all) > 1 {
			o.say("%s:", l.machine)
		}
		outcome = worse(outcome, verdictOf(l.summary))
		o.sayLoaded(verb, l.summary, l.took)
		o.warnOtherZone(l)
	}
	return outcome
}

// worse is the error that counts of two: that a log failed, more than that
// lines were rejected.
func worse(a, b error) error {
	if a == nil || errors.Is(b, errReported) {
		return b
	}
	return a
}

// openForIngest opens the database, or makes it.
func (o *ingestOptions) openForIngest(ctx context.Context, s schema.Site) (*duckdb.DB, error) {
	path := o.db
	if _, missing := os.Stat(path); o.dryRun && errors.Is(missing, fs.ErrNotExist) {
		path = "" // in memory
	}
	// The cores are for parsing, and so is the memory.
	return duckdb.Open(ctx, path, duckdb.Options{Wait: o.wait, Version: version, Threads: 1, Memory: ingest.DuckDBMemory, Site: s})
}
