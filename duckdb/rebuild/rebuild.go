package rebuild

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"pbsduck/duckdb"
	"pbsduck/duckdb/dbfile"
	"pbsduck/duckdb/verify"
	"pbsduck/ingest/schema"
	"pbsduck/ingest/site"
)

// Options are those that both ways of making a database afresh have.
type Options struct {
	Wait    time.Duration  // for locks that others hold
	Version string         // of the program, for the ledger
	Threads int            // of DuckDB while it is filled; 0: all cores
	Memory  int            // that DuckDB may take then, in MiB; 0: most of the machine's
	Config  *site.Config   // of the site; nil: what the old database knows of it holds
	Verify  verify.Options // for the checks before it takes its place
}

// An UnsoundError says that a database that was built is not what it promises to be. It stays for a look at it, until
// the next rebuild.
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
	return fmt.Sprintf("%s: %d of %d checks failed (%s), so it did not take the place of the old database;"+
		" it stays for you to look at until the next rebuild", e.Path, failed, len(e.Findings), told)
}

// A building is a database that is being made, and the old one, which it is to replace.
type building struct {
	*dbfile.Building
	options Options

	// While nobody may write to the old database:
	writing *dbfile.Lock
	old     *duckdb.DB  // open for reading; nil if there is none, or none that can be read
	oldFile fs.FileInfo // of it; nil if there is none
}

// build has a database made, and puts it in the place of the old one. Make leaves it checked, and the old one kept from
// writers.
func build(ctx context.Context, path string, o Options, make func(*building) error) error {
	if err := duckdb.RefuseCopy(ctx, path); err != nil {
		return err
	}
	claim, err := dbfile.Build(ctx, path, o.Wait)
	if err != nil {
		return err
	}
	b := &building{Building: claim, options: o}
	if info, err := os.Stat(b.Place); err == nil {
		defer dbfile.Tighten(info.Mode())()
	}
	if err = make(b); err == nil {
		err = b.swap()
	}
	err = errors.Join(err, b.letGo())
	var unsound *UnsoundError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &unsound):
		return errors.Join(err, b.Leave())
	}
	return errors.Join(err, b.Abandon())
}

// swap lets the new database take its place.
func (b *building) swap() error {
	if err := errors.Join(b.Harden(), b.unchanged()); err != nil {
		return err
	}
	return b.TakePlace()
}

// opening is how the new database is opened. Known is what the old one knows of the site.
func (b *building) opening(known schema.Site) duckdb.Options {
	o := duckdb.Options{Version: b.options.Version, Threads: b.options.Threads, Memory: b.options.Memory, Site: known}
	if b.options.Config != nil {
		o.Site = b.options.Config.Site
	}
	return o
}

// verify makes the checks of verify. The error is an *UnsoundError if one fails.
func (b *building) verify(ctx context.Context, o verify.Options) error {
	fresh, err := duckdb.OpenFile(ctx, b.Path, duckdb.Options{ReadOnly: true, Bounds: true})
	if err != nil {
		return err
	}
	defer fresh.Close()
	findings, err := verify.Run(ctx, fresh, o)
	if err != nil {
		return err
	}
	for _, f := range findings {
		if !f.OK() {
			return &UnsoundError{Path: b.Path, Findings: findings}
		}
	}
	return nil
}
