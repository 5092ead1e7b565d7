package rebuild

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"pbsduck/duckdb"
	"pbsduck/duckdb/load"
	"pbsduck/duckdb/warnings"
)

// LogsOptions say how a database is made afresh from its logs.
type LogsOptions struct {
	Options
	Had         []*load.LogFile // logs that the old database had when it was decided which are read, in which time zones
	LoseMissing bool            // let go of logs that the old database has and the new one lacks
	Unreadable  func(error)     // is told what can't be taken over, as the old database is damaged there; may be nil
}

// FromLogs makes the database at path afresh from its logs, or makes it if there is none. Load takes all logs into it:
// first while others may write to the old one, and once more when they can't, for what came in between. What no log
// says is taken over from the old one, as far as that can be read. The error is a *LostError if the old one has logs
// that the new one lacks, and an *UnsoundError if the new one fails a check; nothing was changed then.
func FromLogs(
	ctx context.Context, path string, load func(ctx context.Context, fresh *duckdb.DB) error, o LogsOptions,
) error {
	return build(ctx, path, o.Options, func(b *building) error {
		l := &fromLogs{building: b, options: o, load: load, told: map[string]bool{}}
		return l.run(ctx)
	})
}

type fromLogs struct {
	*building
	options LogsOptions
	load    func(ctx context.Context, fresh *duckdb.DB) error
	known   settings        // of the old database
	told    map[string]bool // errors that Unreadable knows
}

func (l *fromLogs) run(ctx context.Context) (err error) {
	err = reading(ctx, l.Place, l.options.Wait, func(db *duckdb.DB) (err error) {
		l.known, err = settingsOf(ctx, db)
		return err
	})
	if err := l.tolerate(err); err != nil {
		return err
	}
	if err := l.fill(ctx); err != nil {
		return err
	}
	if err := l.verify(ctx, l.options.Verify); err != nil {
		return err
	}
	if err := l.catchUp(ctx); err != nil {
		return err
	}
	return l.refuseLoss(ctx)
}

// fill takes the logs, and what the old database knows, into the new one.
func (l *fromLogs) fill(ctx context.Context) error {
	fresh, err := duckdb.OpenFile(ctx, l.Path, l.opening(l.known.site))
	if err != nil {
		return err
	}
	err = adopt(ctx, fresh, l.known)
	if err == nil {
		err = l.load(ctx, fresh)
	}
	if err == nil {
		err = warnings.AdoptAcknowledged(ctx, fresh, l.known.acknowledged)
	}
	return errors.Join(err, fresh.Close())
}

// swapPatience is how long a new database that is ready waits at least for one who writes to the old one: its making
// took longer than most loads.
const swapPatience = 15 * time.Minute

// catchUp keeps writers from the old database, takes in what was loaded into it since the fill began, and takes out
// what was forgotten.
func (l *fromLogs) catchUp(ctx context.Context) error {
	l.building.options.Wait = max(l.options.Wait, swapPatience)
	if err := l.hold(ctx, l.openOld); err != nil {
		return err
	}
	then := l.known
	if l.old != nil {
		var err error
		l.known, err = settingsOf(ctx, l.old)
		if err := l.tolerate(err); err != nil {
			return err
		}
	}
	before, err := os.Stat(l.Path)
	if err != nil {
		return err
	}
	if err := l.forgetGone(ctx); err != nil {
		return err
	}
	if err := l.fill(ctx); err != nil {
		return err
	}
	if err := l.keepUp(ctx, then); err != nil {
		return err
	}
	after, err := os.Stat(l.Path)
	if err != nil || after.ModTime().Equal(before.ModTime()) {
		return err
	}
	again := l.options.Verify
	again.Quick = true
	return l.verify(ctx, again)
}

// keepUp takes over what else came into the old database since then: the days that qhist is still to tell of. Rules,
// capacities and groups that were changed meanwhile are an error, unless the new one has them.
func (l *fromLogs) keepUp(ctx context.Context, then settings) error {
	if l.known.same(then) && len(l.known.unanswered) == 0 {
		return nil
	}
	fresh, err := duckdb.OpenFile(ctx, l.Path, l.opening(l.known.site))
	if err != nil {
		return err
	}
	look := &warnings.Lookout{}
	for _, w := range l.known.unanswered {
		w.FileID = 0
		look.Found(w)
	}
	has, err := settingsOf(ctx, fresh)
	if err == nil && !l.known.same(then) && !l.known.same(has) {
		err = fmt.Errorf("%s: its rules, capacities or groups were changed meanwhile, so nothing was changed: run it again",
			l.Place)
	}
	if err == nil && !look.Empty() {
		err = warnings.Warn(ctx, fresh, look)
	}
	return errors.Join(err, fresh.Close())
}

// openOld opens the old database, of any version. It gives none if that can't be read.
func (l *fromLogs) openOld(ctx context.Context, file string) (*duckdb.DB, error) {
	if err := l.tolerate(takeInLog(ctx, file)); err != nil {
		return nil, err
	}
	db, err := openAnyVersion(ctx, file)
	return db, l.tolerate(err)
}

// tolerate tells of an error that means that the old database, or a part of it, can't be read: a rebuild goes on
// without. Others it gives back.
func (l *fromLogs) tolerate(err error) error {
	if !errors.Is(err, duckdb.ErrCorrupt) {
		return err
	}
	if l.options.Unreadable != nil && !l.told[err.Error()] {
		l.options.Unreadable(err)
	}
	l.told[err.Error()] = true
	return nil
}

// refuseLoss compares the ledgers: what was read for the old database must have been read for the new one, and what
// qhist told of jobs is in none of them.
func (l *fromLogs) refuseLoss(ctx context.Context) error {
	if l.old == nil || l.options.LoseMissing {
		return nil
	}
	had, err := readingsOf(ctx, l.old)
	if err != nil {
		return l.tolerate(err)
	}
	fresh, err := duckdb.OpenFile(ctx, l.Path, duckdb.Options{ReadOnly: true, Threads: 1})
	if err != nil {
		return err
	}
	defer fresh.Close()
	has, err := readingsOf(ctx, fresh)
	if err != nil {
		return err
	}
	err = lost(l.Place, had, has, func(now, before *load.LogFile) bool { return beginsAs(ctx, now, before) })
	if err != nil || ctx.Err() != nil {
		return errors.Join(err, ctx.Err())
	}
	return l.tolerate(lostJobs(ctx, l.Place, l.old, fresh))
}
