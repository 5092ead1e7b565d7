package main

import (
	"context"
	"errors"
	"slices"
	"time"

	"pbsduck/cmd/pbsduck/ui"
	"pbsduck/duckdb"
	"pbsduck/ingest/source"
)

// A follower looks for news in logs again and again.
type follower struct {
	*loader
	interval time.Duration
	seen     []source.Log // as they were when all of them were loaded
	told     string       // the last complaint: the same one is not told again
	warned   bool         // of logs that another time zone is given for
	stale    bool         // the copies may lack something that the database has
}

// follow loads what is new until it is stopped. What goes wrong in the first round ends it; later it is told once, and
// tried again: logs come and go, disks fill up and are cleared, others hold the database for a while.
func follow(ctx context.Context, l *loader, interval time.Duration) error {
	f := &follower{loader: l, interval: interval, stale: true}
	for first := true; ; first = false {
		err := f.round(ctx)
		switch {
		case ctx.Err() != nil:
			return ui.Stopped(ctx)
		case err != nil && (first || isHopeless(err)):
			return err
		case err != nil:
			f.complain(err)
		}
		select {
		case <-ctx.Done():
			return ui.Stopped(ctx)
		case <-time.After(interval):
		}
	}
}

// isHopeless tells whether trying again can't help.
func isHopeless(err error) bool {
	var newer *duckdb.NewerError
	return errors.Is(err, duckdb.ErrCorrupt) || errors.Is(err, duckdb.ErrNotDatabase) || errors.As(err, &newer)
}

// round loads and publishes what is new. It does not touch the database if no log changed.
func (f *follower) round(ctx context.Context) error {
	machines, amiss, err := f.Find(ctx, f.paths)
	if err != nil {
		return err
	}
	var logs []source.Log
	for _, m := range machines {
		logs = append(logs, m.Logs...)
	}
	if i := slices.IndexFunc(logs, func(l source.Log) bool { return l.Stream }); i >= 0 {
		return ui.Usagef(
			"--follow needs files or folders: %s is a pipe, which is read to its end without it", logs[i].File(),
		)
	}
	if f.seen != nil && slices.EqualFunc(logs, f.seen, sameLog) || len(logs) == 0 {
		return nil
	}
	loaded, err := f.load(ctx, machines)
	if err != nil && len(loaded) == 0 {
		return err
	}
	var failed []error
	for _, l := range loaded {
		f.stale = f.stale || l.summary.Files > 0
		failed = append(failed, l.summary.Failed...)
		if !f.warned {
			f.warnOtherZone(l)
		}
		if l.summary.Files > 0 {
			f.SayLoaded(l.Name, "loaded", l.summary, l.took)
		} else {
			f.SayWarnings(l.summary.Warnings)
		}
	}
	f.warned = true
	if f.stale { // of what a machine brought, too, if that of another could not be loaded
		f.copies.OnlyNews = true
		missed := f.publish(ctx)
		f.stale, err = missed != nil, errors.Join(err, missed)
	}
	if err != nil {
		return err
	}
	if len(failed) == 0 { // a folder that comes back brings logs that were not seen
		f.seen = logs
	}
	f.complain(errors.Join(append(failed, amiss)...))
	return nil
}

func sameLog(a, b source.Log) bool {
	return a.Path == b.Path && a.Size == b.Size && a.ModTime.Equal(b.ModTime)
}

// complain tells what is wrong, unless it was told last time. It may be nothing.
func (f *follower) complain(err error) {
	if err == nil {
		f.told = ""
		return
	}
	text := err.Error()
	if text == f.told {
		return
	}
	f.told = text
	ui.Report(err, ui.ExitError)
	f.Say("going on; this is tried again every %s", f.interval)
}
