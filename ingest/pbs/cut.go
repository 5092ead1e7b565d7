package pbs

import "bytes"

// Cut is the length of the longest part of b, from its start, that ends between two records, so that b[:Cut(b)] is a
// block for a Framer and the rest belongs to the next one, whatever follows b in the log. It is 0 if b holds no such
// place. The last record of b never counts: lines that continue it may follow.
func (f *Framer) Cut(b []byte) int {
	f.Reset(b, 1, 0)
	f.more = true
	cut, plain := 0, true
	var r Record
	for !f.atEnd() {
		f.passPlain()
		if p := &f.next; p.isHead && p.isLine && p.start >= f.doubt {
			cut, f.plainTo = p.start, Plain{plain, f.line - 1, f.ends}
		}
		if f.next.end == len(b) || !f.Next(&r) || f.unsure >= 0 {
			break
		}
		plain = plain && f.framedPlain(&r)
	}
	return cut
}

// Plain is what was found out about a part of a block: whether each line is a record, and whole. ResetPlain then spares
// looking closer again.
type Plain struct {
	Is    bool
	Lines int64 // if it is: how many there are
	Ends  int64 // and how many of them are E records, at most
}

// Plain is of what Cut or Unsure looked at last, up to the cut.
func (f *Framer) Plain() Plain { return f.plainTo }

// framedPlain tells whether the framed record is one line that begins with its head, and whole, where its type has keys
// that come last.
func (f *Framer) framedPlain(r *Record) bool {
	if r.Letter() == 'E' {
		f.ends++
	}
	beginsLine := r.Offset == f.offset || f.block[r.Offset-f.offset-1] == '\n' // no white space in front
	return beginsLine && r.Lines == 1 && r.Flags&^Prefixed == 0 && (f.whole || !isJob(r.Letter()))
}

// passPlain moves over lines that are plain and followed by a record, up to one that may not be, or the last. Next
// would frame each of them by itself. This is all that most of a log costs who cuts it.
func (f *Framer) passPlain() {
	if !f.next.isHead || !f.next.isLine {
		return
	}
	start, h := f.next.start, f.next.head
	for start >= f.doubt {
		n := bytes.IndexByte(f.block[start+h.text:], '\n')
		end := start + h.text + n + 1
		if n < 0 || f.holes && bytes.IndexByte(f.block[start:end], 0) >= 0 || !isPlain(f.block[start:end], h) {
			break
		}
		next, ok := matchHead(f.block[end:])
		if !ok {
			break
		}
		if f.block[start+h.typ] == 'E' {
			f.ends++
		}
		f.line++
		start, h = end, next
	}
	if start > f.next.start {
		f.next = f.pieceAt(start)
	}
}

// isPlain tells, mostly, whether a line with that head is one whole record.
func isPlain(line []byte, h head) bool {
	text := line[h.text : len(line)-1]
	if h.text-h.id >= headSize || bytes.IndexByte(text, ';') >= 0 {
		if _, ok := innerHead(line, h.id); ok {
			return false
		}
	}
	return isClosed(text, letterOf(line[h.typ:h.id-1]))
}

// Unsure is where the first record begins whose reading may be another one when the log has grown: its value is open at
// the end of b, or b does not end with a newline. It is -1 if there is none. The records of b are whole, but for the
// last.
func (f *Framer) Unsure(b []byte) int {
	f.Reset(b, 1, 0)
	f.plainTo = Plain{}
	plain := true
	var r Record
	for f.passPlain(); f.Next(&r) && f.unsure < 0; f.passPlain() {
		plain = plain && f.framedPlain(&r)
		if r.Flags&Torn != 0 && f.atEnd() {
			return int(r.Offset)
		}
	}
	f.plainTo = Plain{plain && f.unsure < 0, f.line - 1, f.ends}
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

// Whole is the length of the part of b, the end of a growing log, that holds finished lines.
func Whole(b []byte) int { return bytes.LastIndexByte(b, '\n') + 1 }

// CountEnds is a number of E records that b certainly does not exceed, found at the speed of a search.
func CountEnds(b []byte) int64 { return int64(bytes.Count(b, endMark)) }

var endMark = []byte(";E;")
