//go:build unix

package dbfile

import (
	"errors"
	"io/fs"
	"os"

	"golang.org/x/sys/unix"
)

// lockFlags open a lock without following a link, or waiting for who reads from a pipe.
const lockFlags = unix.O_NOFOLLOW | unix.O_NONBLOCK

// openLock opens a lock, or makes it. One that another user's process left is good enough to be read.
func openLock(path string, mode fs.FileMode) (f *os.File, readOnly bool, err error) {
	f, err = os.OpenFile(path, os.O_RDWR|os.O_CREATE|lockFlags, mode)
	if errors.Is(err, fs.ErrPermission) {
		if f, err := os.OpenFile(path, os.O_RDONLY|lockFlags, 0); err == nil {
			return f, true, nil
		}
	}
	return f, false, err
}

// tryLock takes the lock of an open file for this process. The system lets go of it when the process ends, however it
// ends. Where the file system has no such locks, it is only DuckDB's own that keeps others away.
func tryLock(f *os.File) (taken bool, err error) {
	err = unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB)
	switch {
	case errors.Is(err, unix.EWOULDBLOCK):
		return false, nil
	case errors.Is(err, unix.ENOLCK), errors.Is(err, unix.ENOSYS), errors.Is(err, unix.ENOTSUP):
		return true, nil
	}
	return err == nil, err
}
