package main

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"slices"
	"strings"
	"time"

	"pbsduck/cmd/pbsduck/flags"
	"pbsduck/cmd/pbsduck/logs"
	"pbsduck/cmd/pbsduck/ui"
	"pbsduck/duckdb"
	"pbsduck/duckdb/load"
)

// A loader finds logs, loads what is new in them, and says so.
type loader struct {
	logs.Finder
	paths             []string // of the command line
	codec             string
	overwrite, dryRun bool
	copies            flags.Publish
	publishAs         string // empty: no copy is made
}

// publishDefault is what --publish without a name means.
const publishDefault = "<db>.published.duckdb"

// publish makes a copy for readers, if that was asked for.
func (l *loader) publish(ctx context.Context) error {
	switch l.publishAs {
	case "":
		return nil
	case publishDefault:
		return l.copies.Run(ctx, l.Global, "")
	}
	return l.copies.Run(ctx, l.Global, l.publishAs)
}

// A loading is what became of the logs of one machine.
type loading struct {
	logs.Group
	summary *load.Summary
	took    time.Duration
}

// load takes in the logs of one machine after the other, and closes the database.
func (l *loader) load(ctx context.Context, machines []logs.Group) ([]loading, error) {
	db, err := l.open(ctx)
	if err != nil {
		return nil, err
	}
	var all []loading
	had, err := load.Ledger(ctx, db, "")
	for _, m := range machines {
		if err == nil {
			m.Machine, err = l.AsBefore(m.Name, had)
		}
		if err != nil {
			break
		}
		bar := l.LoadProgress()
		one := loading{Group: m}
		start := time.Now()
		one.summary, err = load.Run(ctx, db, m.Logs, load.Options{
			Machine: m.Name, Zone: m.Zone, Codec: l.codec, Overwrite: l.overwrite, DryRun: l.dryRun,
			Progress: bar.Show, Now: start, Config: l.Config, Workers: load.Tune(), Searched: m.Searched, Missed: m.Missed,
		})
		bar.Finish()
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

// sayAll says what became of the logs, and gives the error that the exit code comes from.
func (l *loader) sayAll(all []loading, verb string) error {
	var outcome error
	for _, one := range all {
		if len(all) > 1 {
			l.Say("%s:", one.Name)
		}
		outcome = ui.Worse(outcome, verdictOf(one.summary))
		l.SayLoaded(one.Name, verb, one.summary, one.took)
		l.warnOtherZone(one)
	}
	return outcome
}

// open opens the database, or makes it.
func (l *loader) open(ctx context.Context) (*duckdb.DB, error) {
	path := l.DB
	if _, missing := os.Stat(path); l.dryRun && errors.Is(missing, fs.ErrNotExist) {
		path = "" // in memory
	}
	// The cores are for parsing, and so is the memory.
	return duckdb.Open(ctx, path,
		duckdb.Options{Wait: l.Wait, Version: l.Version, Threads: 1, Memory: load.DuckDBMemory, Site: flags.SiteOf(l.Config)})
}

// verdictOf is the error that the exit code comes from; it tells of the logs that failed.
func verdictOf(s *load.Summary) error {
	for _, err := range s.Failed {
		ui.Report(err, ui.ExitError)
	}
	switch {
	case len(s.Failed) > 0:
		return ui.ErrReported
	case s.Rejects > 0:
		return ui.ErrRejects
	}
	return nil
}

// warnOtherZone tells of logs that were read in another time zone before: what they gave stays as it is, unless they
// are read again.
func (l *loader) warnOtherZone(one loading) {
	read := one.summary.OtherZone
	if len(read) == 0 {
		return
	}
	var zones []string
	for _, log := range read {
		zones = append(zones, log.Zone)
	}
	slices.Sort(zones)
	verb := "were"
	if len(read) == 1 {
		verb = "was"
	}
	l.Warn("%s %s read in time zone %s before, not in %s, and days and instants of theirs stay so; "+
		"to read them again in %s: %s",
		ui.Count(int64(len(read)), "log"), verb, strings.Join(slices.Compact(zones), ", "), one.Zone, one.Zone,
		l.rereadCommand(one, read))
}

// rereadCommand reads the logs again: by name if they are few, else as this run found them.
func (l *loader) rereadCommand(one loading, read []load.OtherZone) string {
	words := append([]string{"pbsduck"}, l.Global.Words()...)
	words = append(words, "ingest", "--overwrite", "--machine", ui.ShellWord(one.Name), "--timezone",
		ui.ShellWord(one.Zone))
	paths := l.paths
	if len(read) <= ui.ToldWarnings {
		paths = nil
		for _, log := range read {
			paths = append(paths, log.File)
		}
	} else {
		words = append(words, l.Window.Words()...)
	}
	for _, path := range paths {
		words = append(words, ui.ShellWord(path))
	}
	return strings.Join(words, " ")
}
