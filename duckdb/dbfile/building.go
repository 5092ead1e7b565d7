package dbfile

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"pbsduck/export/whole"
)

// A Building is a database file that is being made under a name of its own, and takes its place when it is whole. There
// is one at a time for each place.
type Building struct {
	Place string // the name it will have
	Path  string // the name it has until then
	lock  *Lock
}

// Build claims the place, and clears away what was left there by a process that died.
func Build(ctx context.Context, place string, wait time.Duration) (*Building, error) {
	file, _, err := Look(place)
	if err != nil {
		return nil, err
	}
	b := &Building{Place: file, Path: file + BuildingSuffix}
	if _, err := os.Stat(filepath.Dir(file)); err != nil {
		return nil, fmt.Errorf("%s: cannot make the database: its folder %s does not exist", place, filepath.Dir(file))
	}
	if b.lock, err = TakeLock(ctx, b.Path+LockSuffix, b.Path, wait); err != nil {
		return nil, err
	}
	if err := b.clear(); err != nil {
		return nil, errors.Join(err, b.lock.Release())
	}
	return b, nil
}

// clear removes what a process that died was building, or what did not stand the checks. What neither is left as it is.
func (b *Building) clear() error {
	for _, file := range []string{b.Path, b.Older()} {
		for _, name := range append([]string{file}, Logs(file)...) {
			info, err := os.Lstat(name)
			if err == nil && (!info.Mode().IsRegular() || b.lock.left == nil && name == file && !IsDatabase(name)) {
				return fmt.Errorf(
					"%s: it is there already, and is no database that pbsduck was making: move it away", name,
				)
			}
		}
	}
	return b.remove()
}

// Older is where what a database of an earlier version has is gathered, for the one that is being made.
func (b *Building) Older() string { return b.Path + olderSuffix }

func (b *Building) remove() error { return errors.Join(Remove(b.Path), Remove(b.Older())) }

// ClearBuilding clears away what was left by a process that died while it built, perhaps when the database had its name
// already. It leaves alone what is being built.
func ClearBuilding(file string) error {
	if _, err := os.Lstat(file + BuildingSuffix + LockSuffix); err != nil {
		return nil
	}
	b, err := Build(context.Background(), file, 0)
	var locked *LockedError
	switch {
	case errors.As(err, &locked):
		return nil
	case err != nil:
		return err
	}
	return b.Abandon()
}

// Abandon removes what was built.
func (b *Building) Abandon() error { return errors.Join(b.remove(), b.Leave()) }

// Leave lets go of the place, and leaves what was built for a look at it, until the next one is built.
func (b *Building) Leave() error { return b.lock.Release() }

// Harden is Harden of what was built.
func (b *Building) Harden() error { return Harden(b.Path) }

// Harden makes sure that all of a database is in its file, and on disk. Nobody in this process may have it open.
func Harden(file string) error {
	for _, log := range Logs(file) {
		if left, err := os.Stat(log); err == nil && left.Size() > 0 {
			return fmt.Errorf("%s: its write-ahead log was not written into it", file)
		}
		if err := whole.Remove(log); err != nil {
			return err
		}
	}
	return whole.Sync(file)
}

// TakePlace gives the file its name, and the one that had it the name of the previous one, with what is left of its
// write-ahead log. There is no moment without a database of that name. No writer may have the old one open.
func (b *Building) TakePlace() error {
	if info, err := os.Stat(b.Place); err == nil {
		if err := whole.KeepMode(b.Path, info, 0); err != nil {
			return err
		}
		if err := keepPrevious(b.Place); err != nil {
			return err
		}
	}
	if err := whole.Rename(b.Path, b.Place); err != nil {
		return err
	}
	return b.Leave()
}

// keepPrevious gives the database a second name. Where the file system has no second names, it gets a new one, and for
// a moment there is no database. A log that was not written into it could not be read, and would keep the new one from
// being opened: it goes with it.
func keepPrevious(place string) error {
	previous := place + PreviousSuffix
	second := previous + ".new"
	for _, name := range []string{previous, second} {
		if info, err := os.Lstat(name); err == nil && !info.Mode().IsRegular() {
			return fmt.Errorf(
				"%s: it is %s, where pbsduck keeps the previous database: move it away", name, kindOf(info.Mode()),
			)
		}
	}
	for _, name := range append(Logs(previous), second) {
		if err := whole.Remove(name); err != nil {
			return err
		}
	}
	if err := secondName(place, previous, second); err != nil {
		return err
	}
	for _, log := range Logs(place) {
		if err := os.Rename(log, previous+log[len(place):]); err != nil {
			return whole.Error(log, err)
		}
	}
	return nil
}

func secondName(place, previous, second string) error {
	if err := os.Link(place, second); err != nil {
		return whole.Error(place, os.Rename(place, previous))
	}
	if err := os.Rename(second, previous); err != nil {
		return whole.Error(previous, err)
	}
	// A run that was killed may have made the previous one this very file: then the second name is still there.
	return whole.Remove(second)
}

// MoveIn gives the file its name, unless there is one of that name by now.
func (b *Building) MoveIn() error {
	err := os.Link(b.Path, b.Place)
	switch {
	case err == nil, errors.Is(err, fs.ErrExist):
		return errors.Join(whole.Sync(filepath.Dir(b.Place)), b.Abandon())
	}
	if err := b.TakePlace(); err != nil {
		return errors.Join(err, b.Abandon())
	}
	return nil
}
