package whole

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"syscall"
)

// A Trouble is what the system has against a file, in words, and what to do about it. Behind it is the system's own
// error, such as syscall.EROFS, for errors.Is.
type Trouble struct {
	cause syscall.Errno
	words string
}

func (t *Trouble) Error() string { return t.words }

// Unwrap is the system's error.
func (t *Trouble) Unwrap() error { return t.cause }

// troubles are those that people can do something about. The system's words for the others say all there is to say.
var troubles = []Trouble{
	{syscall.ENOSPC, "the disk is full: make room and run it again"},
	{syscall.EDQUOT, "the disk is full up to the quota: make room, or have it raised, and run it again"},
	{syscall.EROFS, "its disk is read-only: choose a place on another one, or make it writable"},
	{syscall.EACCES, "permission denied: run as the user whose it is, or change its mode"},
	{syscall.ENOTDIR, "a part of its path is a file, where there should be a folder: choose another path"},
}

// TroubleOf is the one that an error tells of; nil if it is about something else. It need not come from package os: of
// what a library in C met only the system's words are left.
func TroubleOf(err error) *Trouble {
	var known *Trouble
	var cause syscall.Errno
	switch {
	case err == nil:
		return nil
	case errors.As(err, &known):
		return known
	}
	isSystems := errors.As(err, &cause)
	message := strings.ToLower(err.Error())
	for i, t := range troubles {
		if isSystems && cause == t.cause || !isSystems && strings.Contains(message, t.cause.Error()) {
			return &troubles[i]
		}
	}
	return nil
}

// Error says in one line what working on a file met: the trouble, if it is one, else what the system says of the file
// that it was about.
func Error(path string, err error) error {
	if err == nil {
		return nil
	}
	var at *fs.PathError
	if TroubleOf(err) == nil && errors.As(err, &at) {
		path = at.Path
	}
	return fmt.Errorf("%s: %w", path, bare(err))
}

// bare is the error without the names of files that package os puts in front, and in words where there are better ones.
func bare(err error) error {
	if t := TroubleOf(err); t != nil {
		return t
	}
	var path *fs.PathError
	var link *os.LinkError
	switch {
	case errors.As(err, &path):
		return path.Err
	case errors.As(err, &link):
		return link.Err
	}
	return err
}
