package source

import (
	"errors"
	"fmt"
	"io/fs"
)

// What can be wrong with an argument, beside fs.ErrNotExist and fs.ErrPermission.
var (
	ErrNoLogs  = errors.New("no logs in this folder")
	ErrNoMatch = errors.New("no file matches this pattern")
	ErrNotLog  = errors.New("not a log")
)

// ErrNoWriter says that a named pipe could be waited for without end.
var ErrNoWriter = errors.New("nobody writes to this pipe")

// ErrShrunk marks a log that has fewer bytes than were read of it before.
var ErrShrunk = errors.New("log has shrunk")

// A PathError is one line about one argument or file: what happened, where, and what to do.
type PathError struct {
	Path string
	Err  error  // what errors.Is looks at
	Next string // what to do; may be empty
}

func (e *PathError) Error() string {
	path := Escape(e.Path)
	if e.Next == "" {
		return fmt.Sprintf("%s: %v", path, e.Err)
	}
	return fmt.Sprintf("%s: %v; %s", path, e.Err, e.Next)
}

func (e *PathError) Unwrap() error { return e.Err }

// Amiss is what could not be searched, or was named and is no log. As an error it is one line for each.
type Amiss []*PathError

func (a Amiss) Error() string { return errors.Join(a.Unwrap()...).Error() }

// Unwrap gives each of them.
func (a Amiss) Unwrap() []error {
	errs := make([]error, len(a))
	for i, e := range a {
		errs[i] = e
	}
	return errs
}

// pathError says in one line what an operation on path met.
func pathError(path string, err error) *PathError {
	var inner *fs.PathError
	if errors.As(err, &inner) {
		err = inner.Err // the path is said already, and as the user wrote it
	}
	e := &PathError{Path: path, Err: err}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		e.Next = "check the path"
	case errors.Is(err, ErrNotLog):
		e.Next = "it is no regular file"
	case errors.Is(err, ErrNoWriter):
		e.Next = "start what writes to it first, or remove it"
	case errors.Is(err, fs.ErrPermission):
		e.Next = "run as a user who may read it, or change its mode"
	}
	return e
}

// A CorruptError says that a packed log could not be unpacked to its end.
type CorruptError struct {
	Path   string
	Codec  Codec
	Offset int64 // bytes of the packed file consumed so far: the damage is there or a little before
	Err    error // what the decompressor said
}

func (e *CorruptError) Error() string {
	return fmt.Sprintf("%s: damaged %s stream near packed byte %d (%v); check it with `%s`, "+
		"and copy it again if it is cut off or still being written",
		Escape(e.Path), e.Codec, e.Offset, e.Err, codecs[e.Codec].check)
}

func (e *CorruptError) Unwrap() error { return e.Err }
