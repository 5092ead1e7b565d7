package pbs

import "bytes"

// Cut is the length of the longest part of b, from its start, that ends
// between two records, so that b[:Cut(b)] is a block for a Framer and the rest
// belongs to the next one, whatever follows b in the log. It is 0 if b holds no
// such place. The last record of b never counts: lines that continue it may
// follow.
func (f *Framer) Cut(b []byte) int {
	f.Reset(b, 1, 0)
	f.more = true
	cut, plain := 0, true
	var r Record
	for !f.atEnd() {
		if p := &f.next; p.isHead && p.isLine && p.start >= f.doubt {
			cut, f.isPlain = p.start, plain
		}
		if f.next.end == len(b) || !f.Next(&r) || f.unsure >= 0 {
			break
		}
		plain = plain && f.framedPlain(&r)
	}
	return cut
}

// Plain tells whether in what Cut or Unsure looked at last, up to the cut, each
// line is a record, and whole: ResetPlain then spares looking closer again.
func (f *Framer) Plain() bool { return f.isPlain }

// framedPlain tells whether the framed record is one line with a head, and
// whole, where its type has keys that come last.
func (f *Framer) framedPlain(r *Record) bool {
	return r.Lines == 1 && r.Flags&^Prefixed == 0 && (f.whole || !isJob(r.Letter()))
}

// Unsure is where the first record begins whose reading may be another one
// when the log has grown: its value is open at the end of b, or b does not end
// with a newline. It is -1 if there is none. The records of b are whole, but
// for the last.
func (f *Framer) Unsure(b []byte) int {
	f.Reset(b, 1, 0)
	f.isPlain = true
	var r Record
	for f.Next(&r) && f.unsure < 0 {
		f.isPlain = f.isPlain && f.framedPlain(&r)
		if r.Flags&Torn != 0 && f.atEnd() {
			return int(r.Offset)
		}
	}
	f.isPlain = f.isPlain && f.unsure < 0
	return f.unsure
}

// IsHead tells whether b begins with the first line of a record.
func IsHead(b []byte) bool {
	_, ok := findHead(b)
	return ok
}

// HasHead tells whether a record begins in b.
func HasHead(b []byte) bool {
	var f Framer
	for f.Reset(b, 1, 0); !f.atEnd(); f.take() {
		if f.next.isHead {
			return true
		}
	}
	return false
}

// Whole is the length of the part of b, the end of a growing log, that holds
// finished lines.
func Whole(b []byte) int { return bytes.LastIndexByte(b, '\n') + 1 }

// CountEnds is a number of E records that b certainly does not exceed, found
// at the speed of a search.
func CountEnds(b []byte) int64 { return int64(bytes.Count(b, endMark)) }

var endMark = []byte(";E;")
