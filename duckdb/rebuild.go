package duckdb

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"pbsduck/ingest/batch"
)

// Rebuilding makes a database afresh beside the one there is, and puts it in
// its place when it is whole and checked:
//
//	x.duckdb.building   fill ─▶ verify ─▶ catch up ─▶ on disk ─▶ x.duckdb
//	x.duckdb            ── others load and read ──▶│ no writer │─▶ x.duckdb.previous
//
// Readers of the old database are never disturbed, and writers only while the
// new one catches up. A rebuild that ends early, however that is, leaves the
// old database as it was; what it built is cleared away by the next one.

// RebuildOptions say how a database is made afresh.
type RebuildOptions struct {
	Wait    time.Duration // for locks that others hold
	Version string        // of the program, for the ledger
	Threads int           // of DuckDB while it is filled; 0: all cores
	Memory  int           // that DuckDB may take then, in MiB; 0: most of the machine's
	Quick   bool          // make the quick checks only before it takes its place
	Lose    bool          // let go of logs that the old database has and the new one lacks
	Site    *batch.Site   // what the site decides about the rows; nil: what the old database knows

	// HoldOld keeps writers from the old database from the beginning, for a
	// Fill that reads it.
	HoldOld bool

	// Seed begins with a copy of what no configuration changes (DB.Seed); it
	// needs HoldOld.
	Seed bool

	// Fill takes everything into the fresh database. It is called once, and,
	// without HoldOld, once more when no one can write to the old database any
	// longer, to take in what came in between. old is nil without HoldOld, or
	// if there is none.
	Fill func(ctx context.Context, old, fresh *DB) error

	Verify VerifyOptions // of Quick only the one above counts
}

// An UnsoundError says that a database that was built is not what it promises
// to be. It stays for a look at it, until the next rebuild.
type UnsoundError struct {
	Path     string // of what was built
	Findings []Finding
}

func (e *UnsoundError) Error() string {
	failed, told := 0, ""
	for _, f := range e.Findings {
		if f.OK() {
			continue
		}
		if failed++; failed == 1 {
			told = f.Name
			if len(f.First) > 0 {
				told += ": " + f.First[0]
			}
		}
	}
	return fmt.Sprintf("%s: %d of %d checks failed (%s), so it did not take the place of the old database; it stays for you to look at until the next rebuild",
		e.Path, failed, len(e.Findings), told)
}

// Rebuild makes the database at path afresh. The one that was there stays
// under the name path.previous.
func Rebuild(ctx context.Context, path string, o RebuildOptions) error {
	b, err := newBuilding(ctx, path, o.Wait)
	if err != nil {
		return err
	}
	r := &rebuild{building: b, options: o}
	err = r.run(ctx)
	var unsound *UnsoundError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &unsound):
		return errors.Join(err, b.lock.release())
	}
	return errors.Join(err, b.abandon())
}

type rebuild struct {
	*building
	options RebuildOptions
	old     settings
}

func (r *rebuild) run(ctx context.Context) error {
	old, err := r.openOld(ctx, r.options.HoldOld)
	if err != nil {
		return err
	}
	if old != nil {
		defer old.Close()
	}
	if r.old, err = readSettings(ctx, r.place, r.options.Wait); err != nil {
		return err
	}
	if r.options.Site == nil {
		r.options.Site = &r.old.site
	}
	if err := r.fill(ctx, old); err != nil {
		return err
	}
	if err := r.check(ctx, r.options.Quick); err != nil {
		return err
	}
	if !r.options.HoldOld {
		if old, err = r.catchUp(ctx); old != nil {
			defer old.Close()
		}
		if err != nil {
			return err
		}
	}
	if err := r.harden(); err != nil {
		return err
	}
	return r.takePlace()
}

// openOld opens the database that is there for reading: nobody can write to it
// from then on. A write-ahead log that a dead process left is taken into the
// file first, since the new database must not find it. Without hold it is only
// this that is done. There may be no database, or none that can be read.
func (r *rebuild) openOld(ctx context.Context, hold bool) (*DB, error) {
	if _, err := os.Stat(r.place); err != nil {
		return nil, nil
	}
	if log, err := os.Stat(r.place + ".wal"); err == nil && log.Size() > 0 {
		db, err := connectWaiting(ctx, r.place, Options{Wait: r.options.Wait, Threads: 1})
		if err == nil {
			err = db.Close()
		}
		if err != nil && !errors.Is(err, ErrCorrupt) {
			return nil, err
		}
	}
	if !hold {
		return nil, nil
	}
	return openAnyVersion(ctx, r.place, r.options.Wait)
}

// openAnyVersion opens a database for reading whose tables may be of an earlier
// version. It gives none where the file is so damaged that only a rebuild
// helps.
func openAnyVersion(ctx context.Context, path string, wait time.Duration) (*DB, error) {
	db, err := connectWaiting(ctx, path, Options{ReadOnly: true, Wait: wait, Threads: 1})
	if errors.Is(err, ErrCorrupt) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	version, err := db.schemaVersion(ctx)
	if err == nil && version > SchemaVersion {
		err = &NewerError{Path: path, Schema: version}
	}
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// fill fills the fresh database, and closes it. What is no log's comes from the
// old one, unless the Fill reads that itself.
func (r *rebuild) fill(ctx context.Context, old *DB) error {
	open := openFile
	if old != nil && r.options.Seed {
		open = old.Seed
	}
	fresh, err := open(ctx, r.path, Options{Version: r.options.Version, Threads: r.options.Threads, Memory: r.options.Memory, Site: *r.options.Site})
	if err != nil {
		return err
	}
	if !r.options.HoldOld {
		err = fresh.adopt(ctx, r.old)
	}
	if err == nil {
		err = r.options.Fill(ctx, old, fresh)
	}
	return errors.Join(err, fresh.Close())
}

// check makes the checks of verify.
func (r *rebuild) check(ctx context.Context, quick bool) error {
	fresh, err := openFile(ctx, r.path, Options{ReadOnly: true})
	if err != nil {
		return err
	}
	defer fresh.Close()
	o := r.options.Verify
	o.Quick = quick
	findings, err := fresh.Verify(ctx, o)
	if err != nil {
		return err
	}
	for _, f := range findings {
		if !f.OK() {
			return &UnsoundError{Path: r.path, Findings: findings}
		}
	}
	return nil
}

// swapPatience is how long a new database that is ready waits at least for one
// who writes to the old one: its making took longer than most loads.
const swapPatience = 15 * time.Minute

// catchUp keeps writers from the old database, takes in what was loaded into
// it since the fill began, and makes sure that nothing it has is lost.
func (r *rebuild) catchUp(ctx context.Context) (old *DB, err error) {
	r.options.Wait = max(r.options.Wait, swapPatience)
	if old, err = r.openOld(ctx, true); err != nil {
		return nil, err
	}
	before, err := os.Stat(r.path)
	if err != nil {
		return old, err
	}
	if old != nil {
		if r.old, err = old.settings(ctx); err != nil {
			return old, err
		}
	}
	if err := r.fill(ctx, nil); err != nil {
		return old, err
	}
	after, err := os.Stat(r.path)
	if err != nil {
		return old, err
	}
	if !after.ModTime().Equal(before.ModTime()) {
		if err := r.check(ctx, true); err != nil {
			return old, err
		}
	}
	return old, r.refuseLoss(ctx, old)
}
