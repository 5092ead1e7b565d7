package pbs

import (
	"errors"
	"strconv"
)

// What can be wrong with a value. Every [ValueError] wraps exactly one of them; test with [errors.Is].
var (
	ErrEmpty    = errors.New("empty value")
	ErrSyntax   = errors.New("malformed text")
	ErrOverflow = errors.New("number out of range")
)

// ValueError says which kind of value could not be decoded, and where. It holds none of the value's bytes, so that it
// is cheap (hostile logs fail millions of times) and may outlive the buffer the value was read from.
type ValueError struct {
	Kind   string // what the text was read as: "size", "exec_vnode", ...
	Offset int    // byte of the value where reading stopped; its length where the end came too soon
	Reason error  // ErrEmpty, ErrSyntax or ErrOverflow
}

func (e *ValueError) Error() string {
	return "invalid " + e.Kind + ": " + e.Reason.Error() + " at byte " + strconv.Itoa(e.Offset)
}

// Unwrap gives the reason to [errors.Is].
func (e *ValueError) Unwrap() error { return e.Reason }

// invalid is the one place that makes a ValueError.
func invalid(kind string, offset int, reason error) error {
	return &ValueError{Kind: kind, Offset: offset, Reason: reason}
}
