package duckdb

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

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
	file, _, err := look(place)
	if err != nil {
		return nil, err
	}
	b := &building{place: file, path: file + buildingSuffix}
	if _, err := os.Stat(filepath.Dir(file)); err != nil {
		return nil, fmt.Errorf("%s: cannot make the database: its folder %s does not exist", place, filepath.Dir(file))
	}
	if b.lock, err = lockFile(ctx, b.path+lockSuffix, b.path, wait); err != nil {
		return nil, err
	}
	if err := b.clear(); err != nil {
		return nil, errors.Join(err, b.lock.release())
	}
	return b, nil
}

// clear removes what a process that died was building, or what did not stand
// the checks. What neither is left as it is.
func (b *building) clear() error {
	for _, name := range append([]string{b.path}, logOf(b.path)...) {
		info, err := os.Lstat(name)
		if err == nil && (!info.Mode().IsRegular() || b.lock.left == nil && name == b.path && !isDatabaseFile(name)) {
			return fmt.Errorf("%s: it is there already, and is no database that pbsduck was making: move it away", name)
		}
	}
	return removeDatabase(b.path)
}

// clearBuilding clears away what was left by a process that died while it
// built, perhaps when the database had its name already. It leaves alone what
// is being built.
func clearBuilding(file string) error {
	if _, err := os.Lstat(file + buildingSuffix + lockSuffix); err != nil {
		return nil
	}
	b, err := newBuilding(context.Background(), file, 0)
	var locked *LockedError
	switch {
	case errors.As(err, &locked):
		return nil
	case err != nil:
		return err
	}
	return b.abandon()
}

// abandon removes what was built.
func (b *building) abandon() error { return errors.Join(removeDatabase(b.path), b.lock.release()) }

// harden makes sure that all of the file is in it, and on disk.
func (b *building) harden() error {
	for _, log := range logOf(b.path) {
		if left, err := os.Stat(log); err == nil && left.Size() > 0 {
			return fmt.Errorf("%s: its write-ahead log was not written into it", b.path)
		}
		if err := removeFile(log); err != nil {
			return err
		}
	}
	return syncPath(b.path)
}

// takePlace gives the file its name, and the one that had it the name of the
// previous one, with what is left of its write-ahead log. There is no moment
// without a database of that name. No writer may have the old one open.
func (b *building) takePlace() error {
	if info, err := os.Stat(b.place); err == nil {
		if err := keepMode(b.path, info, 0); err != nil {
			return fileError(b.path, err)
		}
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
// second names, it gets a new one, and for a moment there is no database. A log
// that was not written into it could not be read, and would keep the new one
// from being opened: it goes with it.
func keepPrevious(place string) error {
	previous := place + previousSuffix
	second := previous + ".new"
	for _, name := range []string{previous, second} {
		if info, err := os.Lstat(name); err == nil && !info.Mode().IsRegular() {
			return fmt.Errorf("%s: it is %s, where pbsduck keeps the previous database: move it away", name, kindOf(info.Mode()))
		}
	}
	for _, name := range append(logOf(previous), second) {
		if err := removeFile(name); err != nil {
			return err
		}
	}
	if err := secondName(place, previous, second); err != nil {
		return err
	}
	for _, log := range logOf(place) {
		if err := os.Rename(log, previous+log[len(place):]); err != nil {
			return fileError(log, err)
		}
	}
	return nil
}

func secondName(place, previous, second string) error {
	if err := os.Link(place, second); err != nil {
		return os.Rename(place, previous)
	}
	if err := os.Rename(second, previous); err != nil {
		return err
	}
	// A run that was killed may have made the previous one this very file:
	// then the second name is still there.
	return removeFile(second)
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
