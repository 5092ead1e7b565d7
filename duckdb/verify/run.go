package verify

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"pbsduck/duckdb"
)

// memory is what checks may take before DuckDB writes to disk, in MiB. Nearly all take less, also of a database of ten
// million jobs.
const memory = 448

// wideMemory is what a check that reads what is long may take when it is made alone. DuckDB holds 2,048 values twice:
// of 120 kB each, which is long for a record, that is less.
const wideMemory = 640

// Run makes the checks. A check that fails is a finding, not an error, and so is one that can't be made: the others are
// made all the same.
func Run(ctx context.Context, db *duckdb.DB, o Options) ([]Finding, error) {
	o.Limit = cmp.Or(o.Limit, 5)
	o.Workers = cmp.Or(o.Workers, runtime.GOMAXPROCS(0))
	checks := Checks(o.Quick)
	r := &round{
		db: db, options: o, checks: checks, findings: make([]Finding, len(checks)), made: make([]bool, len(checks)),
		sharing: newSharing(checks, o.Progress),
	}
	if o.Workers > 1 {
		if err := r.sideBySide(ctx); err != nil {
			return nil, err
		}
	}
	for i := range checks {
		if err := r.alone(ctx, i); err != nil {
			return nil, err
		}
	}
	return r.findings, nil
}

// A round is all checks being made.
type round struct {
	db       *duckdb.DB
	options  Options
	checks   []Check
	findings []Finding
	made     []bool // whether the finding of a check is there
	sharing  *sharing
	checking sync.Mutex
}

// sideBySide makes checks on two connections, on each one after the other: those that read what is long on one, so that
// one at a time holds such, the others on the other one. DuckDB loses less so: who asks waits for the last piece of the
// answer by asking again and again whether it is there. A check that does not hold is left, to be made alone: it may
// have lacked the memory, or the other line may have met damage.
func (r *round) sideBySide(ctx context.Context) error {
	lines := func() error {
		var both errgroup.Group
		both.Go(func() error { return r.line(ctx, true) })
		both.Go(func() error { return r.line(ctx, false) })
		return both.Wait()
	}
	// Who asks is one of DuckDB's threads.
	err := r.db.Threaded(ctx, r.options.Workers-1, func() error { return r.db.Bounded(ctx, memory, lines) })
	if err != nil && ctx.Err() == nil {
		err = r.db.Reopen(ctx)
	}
	return err
}

// line makes the checks of one connection.
func (r *round) line(ctx context.Context, wide bool) error {
	session, err := r.db.Session(ctx)
	if err != nil {
		return cmp.Or(ctx.Err(), err)
	}
	defer session.Close() //nolint:errcheck // it only read
	for i, c := range r.checks {
		if c.wide != wide || c.shared {
			continue
		}
		made := r.try(i, func(o Options) (int64, []string, error) { return c.find(ctx, session, o) })
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if made.OK() {
			r.finish(i, made)
		}
	}
	return nil
}

// alone makes a check that is not made, in bounded memory if that will do, and finishes it in any case.
func (r *round) alone(ctx context.Context, i int) error {
	if r.made[i] {
		return nil
	}
	c, bound := r.checks[i], memory
	if c.wide {
		bound = wideMemory
	}
	made := r.try(i, func(o Options) (rows int64, first []string, err error) {
		err = r.db.Bounded(ctx, bound, func() error {
			rows, first, err = c.find(ctx, r.db, o)
			return err
		})
		return rows, first, err
	})
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if made.Err != nil {
		if made.Err = errors.New(duckdb.InWords(made.Err)); r.db.Reopen(ctx) != nil {
			return fmt.Errorf("%s: %w", r.db.Path(), made.Err)
		}
	}
	r.finish(i, made)
	return nil
}

// try makes a check.
func (r *round) try(i int, find func(Options) (int64, []string, error)) Finding {
	c, o := r.checks[i], r.options
	o.Progress = r.sharing.within(c)
	if o.Checking != nil {
		r.checking.Lock()
		o.Checking(c)
		r.checking.Unlock()
	}
	made := Finding{Check: c}
	start := time.Now()
	made.Rows, made.First, made.Err = find(o)
	made.Took = time.Since(start)
	return made
}

func (r *round) finish(i int, made Finding) {
	r.findings[i], r.made[i] = made, true
	r.sharing.finished(made.Check)
}
