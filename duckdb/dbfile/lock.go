package dbfile

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"sync"
	"time"

	"pbsduck/export/whole"
)

// A Lock keeps other processes from doing the same thing. It is a file that holds the number of the process, and on a
// second line the name of what it makes beside it; and it is gone when it is let go. One that a dead process left
// behind is nobody's, and is taken.
type Lock struct {
	file     *os.File
	readOnly bool      // it is the file of another user's process
	left     *leftLock // what a dead process left; nil if none did
}

// A leftLock is what the lock of a dead process says.
type leftLock struct{ making string }

// A LockedError says who holds the database.
type LockedError struct {
	Path   string
	Holder string // program
	PID    string // its process id; empty if it can't be told
}

func (e *LockedError) Error() string {
	who := "another process"
	if e.PID != "" {
		who = fmt.Sprintf("%s, process %s", e.Holder, e.PID)
	}
	return fmt.Sprintf("%s is in use by %s", e.Path, who)
}

// TakeLock takes a lock, and waits for who has it. Errors name what it guards.
func TakeLock(ctx context.Context, path, what string, wait time.Duration) (*Lock, error) {
	var lock *Lock
	err := Wait(ctx, wait, func() (err error) {
		lock, err = takeLock(path, what, 0o666, whole.Error)
		return err
	})
	return lock, err
}

// LockWriting takes the lock of those who write to the database at path, which leads to file. Who may not read the
// database may not read the lock.
func LockWriting(path, file string) (*Lock, error) {
	if _, err := os.Stat(filepath.Dir(file)); errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s: cannot make the database: its folder %s does not exist", path, filepath.Dir(file))
	}
	mode := fs.FileMode(0o666)
	if info, err := os.Stat(file); err == nil {
		mode &= info.Mode()
	}
	return takeLock(file+LockSuffix, path, mode, func(path string, err error) error {
		if t := whole.TroubleOf(err); t != nil {
			err = t
		}
		return fmt.Errorf("%s: cannot open the database: %w", path, err)
	})
}

// lockText is what a lock says.
var lockText = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^(?:(\d+)\n(?:([^/\n]+)\n)?)?$`) })

// takeLock takes a lock that nobody has; explain says what is the matter with the file. A file of that name that is no
// lock is left as it is.
func takeLock(path, what string, mode fs.FileMode, explain func(what string, err error) error) (*Lock, error) {
	f, readOnly, err := openLock(path, mode)
	if info, lstatErr := os.Lstat(path); err != nil && lstatErr == nil && !info.Mode().IsRegular() {
		return nil, notLock(path, kindOf(info.Mode()))
	}
	if err != nil {
		return nil, explain(what, err)
	}
	lock := &Lock{file: f, readOnly: readOnly}
	if err := lock.take(path, what); err != nil {
		f.Close() //nolint:errcheck // there is an error to tell already
		return nil, err
	}
	return lock, nil
}

func notLock(path, is string) error {
	return fmt.Errorf("%s: it is %s, where pbsduck keeps a lock: move it away", path, is)
}

// take takes the lock of the open file.
func (l *Lock) take(path, what string) error {
	info, err := l.file.Stat()
	switch {
	case err != nil:
		return whole.Error(what, err)
	case !info.Mode().IsRegular():
		return notLock(path, kindOf(info.Mode()))
	}
	taken, err := tryLock(l.file)
	if err != nil {
		return whole.Error(what, err)
	}
	said := readLock(l.file)
	switch {
	case !taken || !isAt(l.file, path):
		locked := &LockedError{Path: what, Holder: "pbsduck"}
		if said != nil {
			locked.PID = said[1]
		}
		return locked
	case said == nil:
		return notLock(path, "a file of somebody else")
	case isLinked(info):
		return notLock(path, "a second name of another file")
	}
	if said[1] != "" {
		l.left = &leftLock{making: said[2]}
	}
	if err := l.Say(""); err != nil {
		return errors.Join(whole.Error(what, err), os.Remove(path))
	}
	return nil
}

// Left is the name of what a dead process made under the lock; empty if there was none, or it made nothing.
func (l *Lock) Left() (making string) {
	if l.left != nil {
		making = l.left.making
	}
	return making
}

// readLock gives what a lock says, by the groups of lockText; nil if the file is no lock.
func readLock(f *os.File) []string {
	text, err := io.ReadAll(io.NewSectionReader(f, 0, 4096))
	if err != nil {
		return nil
	}
	return lockText().FindStringSubmatch(string(text))
}

// isAt tells whether the file has not been removed since it was opened.
func isAt(f *os.File, path string) bool {
	opened, err := f.Stat()
	if err != nil {
		return false
	}
	now, err := os.Lstat(path)
	return err == nil && os.SameFile(opened, now)
}

// Say writes whose the lock is, and what is made under it: a file beside it, which the next one who takes the lock may
// remove if this process dies.
func (l *Lock) Say(making string) error {
	if l.readOnly {
		return nil
	}
	text := fmt.Sprintln(os.Getpid())
	if making != "" {
		text += filepath.Base(making) + "\n"
	}
	if err := l.file.Truncate(0); err != nil {
		return err
	}
	_, err := l.file.WriteAt([]byte(text), 0)
	return err
}

// Release lets go. The file goes first, so that nobody takes one that is about to go. One that another user's process
// left may stay: it is nobody's.
func (l *Lock) Release() error {
	var err error
	if isAt(l.file, l.file.Name()) {
		if err = os.Remove(l.file.Name()); errors.Is(err, fs.ErrPermission) {
			err = nil
		}
	}
	return errors.Join(err, l.file.Close())
}
