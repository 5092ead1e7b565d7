package rebuild

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"pbsduck/duckdb"
	"pbsduck/duckdb/dbfile"
	"pbsduck/duckdb/verify"
	"pbsduck/duckdb/warnings"
	"pbsduck/ingest/schema"
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

// Options say how a database is made afresh.
type Options struct {
	Wait    time.Duration // for locks that others hold
	Version string        // of the program, for the ledger
	Threads int           // of DuckDB while it is filled; 0: all cores
	Memory  int           // that DuckDB may take then, in MiB; 0: most of the machine's
	Quick   bool          // make the quick checks only before it takes its place
	Lose    bool          // let go of logs that the old database has and the new one lacks
	Site    *schema.Site  // what the site decides about the rows; nil: what the old database knows

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
	Fill func(ctx context.Context, old, fresh *duckdb.DB) error

	Verify verify.Options // of Quick only the one above counts

	// Warn is told what could not be taken over from an old database that is
	// damaged; may be nil.
	Warn func(error)
}

// An UnsoundError says that a database that was built is not what it promises
// to be. It stays for a look at it, until the next rebuild.
type UnsoundError struct {
	Path     string // of what was built
	Findings []verify.Finding
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

// Run makes the database at path afresh. The one that was there stays
// under the name path.previous.
func Run(ctx context.Context, path string, o Options) error {
	b, err := dbfile.Build(ctx, path, o.Wait)
	if err != nil {
		return err
	}
	r := &rebuild{Building: b, options: o, warned: map[string]bool{}}
	err = r.run(ctx)
	var unsound *UnsoundError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &unsound):
		return errors.Join(err, b.Leave())
	}
	return errors.Join(err, b.Abandon())
}

type rebuild struct {
	*dbfile.Building
	options Options
	known   settings // of the old database
	warned  map[string]bool

	// While nobody may write to the old database:
	writing *dbfile.Lock
	old     *duckdb.DB  // open for reading; nil if there is none, or none that can be read
	held    fs.FileInfo // of its file; nil if there is none
}

func (r *rebuild) run(ctx context.Context) (err error) {
	defer func() { err = errors.Join(err, r.letGo()) }()
	if info, err := os.Stat(r.Place); err == nil {
		defer dbfile.Tighten(info.Mode())()
	}
	if r.options.HoldOld {
		if err := r.hold(ctx); err != nil {
			return err
		}
	}
	if err := r.learn(ctx); err != nil {
		return err
	}
	if r.options.Site == nil {
		r.options.Site = &r.known.site
	}
	if err := r.fill(ctx); err != nil {
		return err
	}
	if err := r.check(ctx, r.options.Quick); err != nil {
		return err
	}
	if !r.options.HoldOld {
		if err := r.catchUp(ctx); err != nil {
			return err
		}
	}
	if err := errors.Join(r.Harden(), r.unchanged()); err != nil {
		return err
	}
	return r.TakePlace()
}

// hold keeps writers from the database that is there, and opens it for reading.
// A write-ahead log that a dead process left is taken into the file first,
// since the new database must not find it.
func (r *rebuild) hold(ctx context.Context) error {
	return dbfile.Wait(ctx, r.options.Wait, func() error {
		var err error
		if r.writing, err = dbfile.LockWriting(r.Place, r.Place); err != nil {
			return err
		}
		if err = r.openOld(ctx); err != nil {
			return errors.Join(err, r.letGo())
		}
		return nil
	})
}

func (r *rebuild) openOld(ctx context.Context) (err error) {
	if _, err := os.Stat(r.Place); err != nil {
		return nil
	}
	if len(dbfile.Logs(r.Place)) > 0 {
		db, err := duckdb.Connect(ctx, r.Place, duckdb.Options{Threads: 1})
		if err == nil {
			err = db.Close()
		}
		if err := r.tolerate(err); err != nil {
			return err
		}
	}
	r.old, err = openAnyVersion(ctx, r.Place)
	if err := r.tolerate(err); err != nil {
		return err
	}
	if r.old != nil && r.options.HoldOld { // the Fill reads it
		if version, err := r.old.SchemaVersion(ctx); err != nil || 0 < version && version < duckdb.SchemaVersion {
			return cmp.Or[error](err, &duckdb.OlderError{Path: r.Place, Schema: version})
		}
	}
	r.held, err = os.Stat(r.Place)
	return err
}

// letGo lets others write again.
func (r *rebuild) letGo() (err error) {
	if r.old != nil {
		err = r.old.Close()
	}
	if r.writing != nil {
		err = errors.Join(err, r.writing.Release())
	}
	r.old, r.writing, r.held = nil, nil, nil
	return err
}

// unchanged makes sure that the database whose place is to be taken is what it
// was when it was looked at last: others than pbsduck know nothing of its lock.
func (r *rebuild) unchanged() error {
	now, err := os.Stat(r.Place)
	switch {
	case r.held == nil && errors.Is(err, fs.ErrNotExist):
		return nil
	case r.held != nil && err == nil && sameState(r.held, now):
		return nil
	}
	return fmt.Errorf("%s: %w: nothing was changed; run it again", r.Place, duckdb.ErrReplaced)
}

// tolerate tells of an error that means that the old database, or a part of it,
// can't be read: a rebuild goes on without. Others it gives back.
func (r *rebuild) tolerate(err error) error {
	if !errors.Is(err, duckdb.ErrCorrupt) {
		return err
	}
	if r.options.Warn != nil && !r.warned[err.Error()] {
		r.options.Warn(err)
	}
	r.warned[err.Error()] = true
	return nil
}

// learn asks the old database what no log says.
func (r *rebuild) learn(ctx context.Context) (err error) {
	if r.old != nil {
		r.known, err = settingsOf(ctx, r.old)
	} else if r.held == nil {
		r.known, err = readSettings(ctx, r.Place, r.options.Wait)
	}
	return r.tolerate(err)
}

// openAnyVersion opens a database for reading whose tables may be of an earlier
// version.
func openAnyVersion(ctx context.Context, path string) (*duckdb.DB, error) {
	db, err := duckdb.Connect(ctx, path, duckdb.Options{ReadOnly: true, Threads: 1})
	if err != nil {
		return nil, err
	}
	version, err := db.SchemaVersion(ctx)
	if err == nil && version > duckdb.SchemaVersion {
		err = &duckdb.NewerError{Path: path, Schema: version}
	}
	if err != nil {
		return nil, errors.Join(db.ReadError(err), db.Close())
	}
	return db, nil
}

// fill fills the fresh database, and closes it. What is no log's comes from the
// old one, unless the Fill reads that itself: DuckDB closes the old one's file
// then, so that it must be held anew.
func (r *rebuild) fill(ctx context.Context) error {
	open, old := duckdb.OpenFile, r.old
	if !r.options.HoldOld {
		old = nil
	}
	if old != nil && r.options.Seed {
		open = func(ctx context.Context, path string, o duckdb.Options) (*duckdb.DB, error) {
			return Seed(ctx, old, path, o)
		}
	}
	fresh, err := open(ctx, r.Path, duckdb.Options{Version: r.options.Version, Threads: r.options.Threads, Memory: r.options.Memory, Site: *r.options.Site})
	if err != nil {
		return err
	}
	if !r.options.HoldOld {
		err = adopt(ctx, fresh, r.known)
	}
	if err == nil {
		err = r.options.Fill(ctx, old, fresh)
	}
	if err == nil && !r.options.HoldOld {
		err = warnings.AdoptAcknowledged(ctx, fresh, r.known.acknowledged)
	}
	err = errors.Join(err, fresh.Close())
	if err == nil && old != nil {
		err = apart(ctx, old, func() error { return nil })
	}
	return err
}

// check makes the checks of verify.
func (r *rebuild) check(ctx context.Context, quick bool) error {
	fresh, err := duckdb.OpenFile(ctx, r.Path, duckdb.Options{ReadOnly: true})
	if err != nil {
		return err
	}
	defer fresh.Close()
	o := r.options.Verify
	o.Quick = quick
	findings, err := verify.Run(ctx, fresh, o)
	if err != nil {
		return err
	}
	for _, f := range findings {
		if !f.OK() {
			return &UnsoundError{Path: r.Path, Findings: findings}
		}
	}
	return nil
}

// swapPatience is how long a new database that is ready waits at least for one
// who writes to the old one: its making took longer than most loads.
const swapPatience = 15 * time.Minute

// catchUp keeps writers from the old database, takes in what was loaded into
// it since the fill began, and makes sure that nothing it has is lost.
func (r *rebuild) catchUp(ctx context.Context) error {
	r.options.Wait = max(r.options.Wait, swapPatience)
	if err := r.hold(ctx); err != nil {
		return err
	}
	before, err := os.Stat(r.Path)
	if err != nil {
		return err
	}
	if r.old != nil {
		if err := r.learn(ctx); err != nil {
			return err
		}
	}
	if err := r.fill(ctx); err != nil {
		return err
	}
	after, err := os.Stat(r.Path)
	if err != nil {
		return err
	}
	if !after.ModTime().Equal(before.ModTime()) {
		if err := r.check(ctx, true); err != nil {
			return err
		}
	}
	return r.refuseLoss(ctx)
}
