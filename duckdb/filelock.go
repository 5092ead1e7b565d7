package duckdb

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"time"
)

// A fileLock keeps other processes from building the same thing. It is a file
// that holds the number of the process, and is gone when it is let go. One that
// a dead process left behind is nobody's, and is taken.
type fileLock struct{ file *os.File }

// lockFile takes a lock, and waits for who has it. Errors name what it guards.
func lockFile(ctx context.Context, path, what string, wait time.Duration) (*fileLock, error) {
	var lock *fileLock
	err := waiting(ctx, wait, func() (err error) {
		lock, err = takeLock(path, what)
		return err
	})
	return lock, err
}

func takeLock(path, what string) (*fileLock, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return nil, fileError(what, err)
	}
	taken, err := tryLock(f)
	if err != nil || !taken || !isAt(f, path) {
		holder := &LockedError{Path: what, Holder: "pbsduck", PID: readPID(f)}
		if err := errors.Join(err, f.Close()); err != nil {
			return nil, fileError(what, err)
		}
		return nil, holder
	}
	lock := &fileLock{f}
	if err := writePID(f); err != nil {
		return nil, errors.Join(fileError(what, err), lock.release())
	}
	return lock, nil
}

// isAt tells whether the file has not been removed since it was opened.
func isAt(f *os.File, path string) bool {
	opened, err := f.Stat()
	if err != nil {
		return false
	}
	now, err := os.Stat(path)
	return err == nil && os.SameFile(opened, now)
}

func writePID(f *os.File) error {
	if err := f.Truncate(0); err != nil {
		return err
	}
	_, err := f.WriteAt(fmt.Appendln(nil, os.Getpid()), 0)
	return err
}

func readPID(f *os.File) string {
	text := make([]byte, 20)
	n, _ := f.ReadAt(text, 0) // without a number the holder is "another process"
	return strings.TrimSpace(string(text[:n]))
}

// release lets go. The file goes first, so that nobody takes one that is about
// to go.
func (l *fileLock) release() error { return errors.Join(os.Remove(l.file.Name()), l.file.Close()) }

// waiting tries again, at random moments, while someone else holds a lock.
func waiting(ctx context.Context, wait time.Duration, try func() error) error {
	deadline := time.Now().Add(wait)
	for {
		err := try()
		var locked *LockedError
		if err == nil || !errors.As(err, &locked) || time.Now().After(deadline) {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(50*time.Millisecond + rand.N(200*time.Millisecond)):
		}
	}
}
