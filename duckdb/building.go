package duckdb

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// Names of what lies beside a database x.duckdb:
//
//	x.duckdb.building        one that is being made, to take its place
//	x.duckdb.building.lock   held by the process that makes it
//	x.duckdb.previous        the one whose place was taken last
//
// What a dead process left of the first two is cleaned by the next one that
// builds, or writes to the database.
const (
	buildingSuffix = ".building"
	lockSuffix     = ".lock"
	previousSuffix = ".previous"
	spillSuffix    = ".tmp" // DuckDB's
)

// Files are the paths of a database and of what may lie beside it. Some of them
// may not be there.
func Files(path string) []string {
	place := realPath(path)
	var files []string
	for _, name := range []string{place, place + buildingSuffix, place + previousSuffix} {
		files = append(files, name, name+".wal", name+lockSuffix, name+spillSuffix)
	}
	return files
}

// A building is a database file that is being made under a name of its own,
// and takes its place when it is whole. There is one at a time for each place.
type building struct {
	place string // the name it will have
	path  string // the name it has until then
	lock  *fileLock
}

// newBuilding claims the place, and clears away what was left there by a
// process that died.
func newBuilding(ctx context.Context, place string, wait time.Duration) (*building, error) {
	place = realPath(place)
	b := &building{place: place, path: place + buildingSuffix}
	if _, err := os.Stat(filepath.Dir(place)); err != nil {
		return nil, fmt.Errorf("%s: cannot make the database: its folder %s does not exist", place, filepath.Dir(place))
	}
	var err error
	if b.lock, err = lockFile(ctx, b.path+lockSuffix, b.path, wait); err != nil {
		return nil, err
	}
	if err := removeDatabase(b.path); err != nil {
		return nil, errors.Join(err, b.lock.release())
	}
	return b, nil
}

// clearBuilding clears away what was left by a process that died while it
// built, perhaps when the database had its name already. It leaves alone what
// is being built.
func clearBuilding(ctx context.Context, place string) error {
	if _, err := os.Stat(realPath(place) + buildingSuffix + lockSuffix); err != nil {
		return nil
	}
	b, err := newBuilding(ctx, place, 0)
	var locked *LockedError
	switch {
	case errors.As(err, &locked):
		return nil
	case err != nil:
		return err
	}
	return b.abandon()
}

// realPath is where a path leads to, beside which everything lies: another
// place if it is a link.
func realPath(path string) string {
	if target, err := filepath.EvalSymlinks(path); err == nil {
		return target
	}
	return path
}

// removeDatabase removes a database file with all that may lie beside it.
func removeDatabase(path string) error {
	for _, name := range []string{path, path + ".wal"} {
		if err := os.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fileError(name, err)
		}
	}
	return removeSpill(path)
}

// removeSpill removes what DuckDB wrote to disk for want of memory and could
// not take away, because it was killed.
func removeSpill(path string) error {
	path = realPath(path)
	spilled, err := filepath.Glob(filepath.Join(globQuoted(path+spillSuffix), "duckdb_temp_*"))
	if err != nil {
		return err
	}
	for _, name := range spilled {
		if err := os.RemoveAll(name); err != nil {
			return fileError(name, err)
		}
	}
	_ = os.Remove(path + spillSuffix) // if it is empty now
	return nil
}

// globQuoted is the pattern that only the path itself matches.
func globQuoted(path string) string {
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(path)
}

// abandon removes what was built.
func (b *building) abandon() error { return errors.Join(removeDatabase(b.path), b.lock.release()) }

// harden makes sure that all of the file is in it, and on disk.
func (b *building) harden() error {
	if left, err := os.Stat(b.path + ".wal"); err == nil && left.Size() > 0 {
		return fmt.Errorf("%s: its write-ahead log was not written into it", b.path)
	}
	if err := os.Remove(b.path + ".wal"); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return syncPath(b.path)
}

// takePlace gives the file its name, and the one that had it the name of the
// previous one. There is no moment without a database of that name. No writer
// may have the old one open, and it may not have a write-ahead log.
func (b *building) takePlace() error {
	if _, err := os.Stat(b.place); err == nil {
		if err := keepPrevious(b.place); err != nil {
			return err
		}
	}
	if err := os.Rename(b.path, b.place); err != nil {
		return fileError(b.place, err)
	}
	return errors.Join(syncPath(filepath.Dir(b.place)), b.lock.release())
}

// keepPrevious gives the database a second name. Where the file system has no
// second names, it gets a new one, and for a moment there is no database.
func keepPrevious(place string) error {
	previous := place + previousSuffix
	if err := os.Remove(previous + ".wal"); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fileError(previous, err)
	}
	second := previous + ".new"
	if err := os.Remove(second); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fileError(second, err)
	}
	if err := os.Link(place, second); err != nil {
		return os.Rename(place, previous)
	}
	if err := os.Rename(second, previous); err != nil {
		return err
	}
	// A run that was killed may have made the previous one this very file:
	// then the second name is still there.
	if err := os.Remove(second); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fileError(second, err)
	}
	return nil
}

// moveIn gives the file its name, unless there is one of that name by now.
func (b *building) moveIn() error {
	err := os.Link(b.path, b.place)
	switch {
	case err == nil, errors.Is(err, fs.ErrExist):
		return errors.Join(syncPath(filepath.Dir(b.place)), b.abandon())
	}
	return b.takePlace()
}

// syncPath waits until a file, or the names in a folder, are on disk.
func syncPath(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return fileError(path, err)
	}
	if err := errors.Join(f.Sync(), f.Close()); err != nil {
		return fileError(path, err)
	}
	return nil
}
