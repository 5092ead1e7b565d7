package ingest

import (
	"pbsduck/ingest/codec"
	"pbsduck/ingest/pbs"
	"pbsduck/ingest/source"
)

// A Log is a log that is to be read, and, from its last step on, what was found. A stream changes it before it sends
// the first step.
type Log struct {
	source.Log
	ID      int64  // its number in the rows
	Machine string // whose it is
	Zone    string // time zone of the machine's server, by its IANA name
	Growing bool   // the server may still write to it: a line at its end that is not finished is left out
	Known   *Known // what was read of it before, which is passed over; nil: nothing
	Replace bool   // it is read from its beginning in place of what it gave before: a step tells when that is to go

	// Else is what the log is if it does not begin as Known says: another one, of the same name. nil: then it is an error.
	Else *Identity

	Turn Turn // what became of Known

	ReadTo  Known    // what is read now; Lines are as they were
	Waiting int64    // bytes at its end that are no whole record yet
	Unlike  []string // packed files beside it that hold something else
	Err     error    // why it could not be read to its end

	Sent bool // blocks of it came alone, before its end is known
}

// Known is what was read of a log before.
type Known struct {
	Bytes  int64
	Digest string // of these bytes
	// where in them the first record begins that may be read otherwise when there is more; below 0 if there is none
	UnsureAt int64
	Lines    int64
}

// An Identity is which log it is, and how it is read.
type Identity struct {
	ID   int64
	Zone string
}

// Turn is what a stream does with a log that was read before.
type Turn uint8

// A log is read as it was planned; Again from its beginning, in place of what it gave before, as what is new changes
// how that is to be read; AsElse as the log that it is instead.
const (
	AsPlanned Turn = iota
	Again
	AsElse
)

func (l *Log) startOver() { l.Known, l.Replace, l.Turn = nil, true, Again }

func (l *Log) startAsElse() {
	l.Known, l.Replace, l.Turn = nil, false, AsElse
	l.ID, l.Zone = l.Else.ID, l.Else.Zone
}

// A Step is what passes through a stream, in the order of the logs: a block of a log, or of several small ones that are
// whole; the end of a log that came alone; the beginning of one that is read again; a dictionary.
type Step struct {
	Log    *Log // nil: there are pieces, or a dictionary
	Begins bool // rows that take the place of what the log gave before come next
	Ends   bool // all of the log has come; it has what was found, perhaps an error

	Dictionary *codec.Trained // is to be stored before what follows

	Pieces []Piece // what rows were made of: a block of a log, or logs of one time zone
	Whole  bool    // each piece is all that there is to be read of its log
	Stored int64   // bytes of the log, as stored, that were read so far

	buffer *[]byte // holds the pieces
	pack   *codec.Dictionary
}

// A Piece is a block on its way, and whose it is.
type Piece struct {
	Log *Log

	block Block
	first int64 // number of the first job in it
}

// Scan has a scanner read the piece.
func (p *Piece) Scan(s *pbs.Scanner) { p.block.Scan(s) }
