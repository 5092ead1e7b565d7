package ingest

import "fmt"

// A ChangedError says that the part of a log that was read before is not what it was.
type ChangedError struct {
	Path  string
	Bytes int64 // that were read before

	Shrunk bool
	Left   int64 // bytes that are left of it, if it has shrunk
}

func (e *ChangedError) Error() string {
	if e.Shrunk {
		return fmt.Sprintf("%s: it has shrunk: %d bytes are left of the %d that were read before; nothing of it was read: "+
			"restore it, or read it again in place of what it gave", e.Path, e.Left, e.Bytes)
	}
	return fmt.Sprintf("%s: its first %d bytes, which were read before, have changed; nothing of it was read: "+
		"restore it, or read it again in place of what it gave", e.Path, e.Bytes)
}

// A NotLogError says that a file holds nothing that looks like a record.
type NotLogError struct {
	Path  string
	Begin string // how the file begins
}

func (e *NotLogError) Error() string {
	return fmt.Sprintf("%s: not a PBS accounting log: no line of its first %d KiB looks like "+
		"MM/DD/YYYY HH:MM:SS;T;ID;... (it begins %q)", e.Path, sniffSize>>10, e.Begin)
}
