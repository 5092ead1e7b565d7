package rebuild

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"pbsduck/duckdb"
	"pbsduck/duckdb/load"
)

// forgetGone takes the logs out of the new database that were taken out of the old one since the work began: one that
// is still given is read again. That one was read in another time zone meanwhile is an error.
func (l *fromLogs) forgetGone(ctx context.Context) error {
	if l.old == nil {
		return nil
	}
	now, err := readingsOf(ctx, l.old)
	if err != nil {
		return l.tolerate(err)
	}
	if err := rezoned(l.Place, l.options.Had, now); err != nil {
		return err
	}
	gone := lacking(l.options.Had, now, func(now, before *load.LogFile) bool { return beginsAs(ctx, now, before) })
	if len(gone) == 0 || ctx.Err() != nil {
		return ctx.Err()
	}
	fresh, err := duckdb.OpenFile(ctx, l.Path, l.opening(l.known.site))
	if err != nil {
		return err
	}
	return errors.Join(forgetLogs(ctx, fresh, gone), fresh.Close())
}

// rezoned is an error if a log that was read is read in another time zone now.
func rezoned(path string, had, now []*load.LogFile) error {
	zones := map[place]string{}
	for _, f := range had {
		zones[place{f.Machine, f.Path}] = f.TimeZone
	}
	for _, f := range now {
		if zone, is := zones[place{f.Machine, f.Path}]; is && zone != f.TimeZone {
			return fmt.Errorf("%s: %s of %s was read in the time zone %s meanwhile, %s before, so nothing was changed:"+
				" run it again", path, f.File, f.Machine, f.TimeZone, zone)
		}
	}
	return nil
}

// forgetLogs takes the logs at the places of some others out of a database.
func forgetLogs(ctx context.Context, db *duckdb.DB, gone []*load.LogFile) error {
	places := map[place]bool{}
	var machines []string
	for _, f := range gone {
		places[place{f.Machine, f.Path}] = true
		machines = append(machines, f.Machine)
	}
	slices.Sort(machines)
	for _, machine := range slices.Compact(machines) {
		logs, err := load.Ledger(ctx, db, machine)
		if err != nil {
			return err
		}
		logs = slices.DeleteFunc(logs, func(f *load.LogFile) bool { return !places[place{machine, f.Path}] })
		if len(logs) == 0 {
			continue
		}
		if _, err := load.ForgetLogs(ctx, db, machine, logs, false); err != nil {
			return err
		}
	}
	return nil
}
