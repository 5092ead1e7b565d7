package pbs

import (
	"bytes"
	"fmt"
)

// A piece is a part of a block: it begins with a line, or with a head that stands within one, and ends where the next
// piece begins.
type piece struct {
	start, end int
	head       head // its parts, from start
	isHead     bool
	isLine     bool // it begins with a line
	hasNewline bool // it ends with one
	isHole     bool // it begins with a NUL, which PBS can't write: a part of the log is lost there
}

// bytes is the piece without the newline that ends it.
func (p *piece) bytes(block []byte) []byte {
	end := p.end
	if p.hasNewline {
		end--
	}
	return block[p.start:end:end]
}

// isBlank tells whether the piece is white space.
func (p *piece) isBlank(block []byte) bool {
	return !p.isHead && len(trimEnd(p.bytes(block))) == 0
}

// A Framer cuts a block into records. Set it on a block with Reset.
type Framer struct {
	block  []byte
	line   int64 // number of the next piece's line
	offset int64
	next   piece // the next piece; empty at the end
	more   bool  // the log goes on behind the block: see Cut
	long   int64 // the block is the beginning of a line of so many bytes
	plain  bool  // the block is plain: see ResetPlain
	holes  bool  // it holds NULs

	lineStart, lineEnd int // the line that was looked at last

	whole   bool   // the framed record has the keys that PBS writes last
	plainTo Plain  // what Plain says
	ends    int64  // E records that were passed
	unsure  int    // where the first record begins whose end may lie behind the block; -1 if there is none
	doubt   int    // records that begin before it may be part of another one's value
	region  region // where the end of an open value was looked for
	strays  strays // lines that may be the rest of a record
	judge   *judge // made when a line needs a closer look
	scout   *judge // the one for lines behind an open value; see changeJudges
}

// Reset starts on a block: whole records, of which the first lies at the given line (from 1) and byte offset of its
// file.
func (f *Framer) Reset(block []byte, line, offset int64) {
	f.plain, f.holes = false, bytes.IndexByte(block, 0) >= 0
	f.begin(block, line, offset)
}

// ResetPlain is Reset for a block that Plain said to be one. So it holds no NULs.
func (f *Framer) ResetPlain(block []byte, line, offset int64) {
	f.plain, f.holes = true, false
	f.begin(block, line, offset)
}

func (f *Framer) begin(block []byte, line, offset int64) {
	f.block, f.line, f.offset, f.more, f.long = block, line, offset, false, 0
	f.unsure, f.doubt, f.region, f.ends = -1, 0, region{}, 0
	f.strays = strays{}
	f.lineStart, f.lineEnd = 0, 0
	f.next = f.pieceAt(0)
}

// ResetLong is Reset for the beginning of a line that is too long for a record: a reject.
func (f *Framer) ResetLong(begin []byte, line, offset, length int64) {
	f.Reset(begin, line, offset)
	f.next, f.long = piece{end: len(begin)}, length
}

// pieceAt finds the piece that begins at pos, with a line, with a head, or with a hole.
func (f *Framer) pieceAt(pos int) piece {
	p := piece{start: pos, end: f.lineEnd, isLine: pos == 0 || f.block[pos-1] == '\n'}
	if pos < f.lineStart || pos >= f.lineEnd {
		p.end = len(f.block)
		if n := bytes.IndexByte(f.block[pos:], '\n'); n >= 0 {
			p.end = pos + n + 1
		}
		f.lineStart, f.lineEnd = pos, p.end
	}
	p.hasNewline = p.end > pos && f.block[p.end-1] == '\n'
	line := f.block[pos:p.end]
	if p.head, p.isHead = findHead(line); !p.isHead && len(line) < headSize && !f.holes {
		return p
	}
	if f.plain {
		return p
	}
	if f.holes && len(line) > 0 {
		p.isHole = line[0] == 0
		if n := bytes.IndexByte(line, 0); n > 0 {
			line = line[:n]
			p.endsAt(pos + n)
		}
	}
	if inner, ok := innerHead(line, min(p.head.id, len(line))); ok {
		p.endsAt(pos + inner.stamp)
	}
	return p
}

// endsAt cuts the piece off.
func (p *piece) endsAt(end int) {
	p.end, p.hasNewline = end, false
	p.isHead = p.isHead && p.head.text <= end-p.start
}

// take moves to the next piece.
func (f *Framer) take() piece {
	p := f.next
	if p.hasNewline {
		f.line++
	}
	f.next = f.pieceAt(p.end)
	return p
}

func (f *Framer) atEnd() bool { return f.next.start == len(f.block) }

// isTorn tells whether a head within its line cut the piece off.
func (f *Framer) isTorn(p *piece) bool { return !p.hasNewline && p.end < len(f.block) }

// Next frames the next record: Raw, place, and the parts of its head. It returns false at the end of the block.
func (f *Framer) Next(r *Record) bool {
	if f.atEnd() {
		return false
	}
	r.Attrs, r.joins, r.Flags, r.Problem, r.Lines = r.Attrs[:0], r.joins[:0], 0, "", 0
	r.Line = f.line
	p := f.take()
	for p.isBlank(f.block) && !f.atEnd() { // in front of the first record
		f.count(r, &p)
		r.Line = f.line
		p = f.take()
	}
	r.Offset = f.offset + int64(p.start)
	f.count(r, &p)
	f.extend(r, &p, &p)
	doubtful := p.start < f.doubt
	if f.whole = f.plain && p.isHead; f.whole {
		return true
	}
	if p.isHead {
		f.findEnd(r, &p)
	} else {
		f.reject(r, &p)
	}
	if doubtful {
		r.Flags |= Doubtful
	}
	f.takeBlanks(r)
	return true
}

// findEnd finds where the record ends that p begins.
func (f *Framer) findEnd(r *Record, p *piece) {
	open, whole := f.isOpen(r)
	f.whole = whole
	switch {
	case open:
		f.closeValue(r, p)
	case f.isTorn(p):
		f.cutOff(r, p)
	default:
		f.takeContinuations(r, p)
		f.weighRest(r, p)
	}
}

// extend makes the record's bytes those from its first piece to its last.
func (f *Framer) extend(r *Record, first, last *piece) {
	end := last.end
	if last.hasNewline {
		end--
	}
	r.Raw = f.block[first.start:end:end]
	if !last.hasNewline && last.end == len(f.block) {
		r.Flags |= Torn
	}
	if first.isHead {
		r.split(first.head)
	}
}

// count counts the piece's line, if it ends with it.
func (f *Framer) count(r *Record, p *piece) {
	if p.hasNewline || p.end == len(f.block) {
		r.Lines++
	}
}

// takeBlanks moves over lines of white space. They are counted with the record, and are no part of it.
func (f *Framer) takeBlanks(r *Record) {
	if f.block[f.next.start-1] != '\n' {
		return
	}
	for !f.atEnd() && f.next.isBlank(f.block) {
		p := f.take()
		f.count(r, &p)
	}
}

// reject makes the piece a record of its own, which is none.
func (f *Framer) reject(r *Record, p *piece) {
	r.Flags |= Orphan
	r.Stamp, r.Type, r.ID, r.Text = Stamp{}, nil, nil, r.Raw
	if f.long > 0 {
		r.Problem = fmt.Sprintf("a line of %d bytes, too long for a record: its first %d are kept", f.long, len(r.Raw))
		return
	}
	r.Problem = "no record, and no part of the one before: no MM/DD/YYYY HH:MM:SS;T;ID; at its beginning"
	switch {
	case p.isHole:
		r.Problem = "no record: NUL bytes, where a part of the log was lost, and what is left of their line"
	case f.isTorn(p) && f.next.isHead:
		r.Problem = "no record: it stands in front of one, in the same line"
	}
}

// cutOff is for a record behind which another one begins in the same line. It is a record if nothing of it is missing
// but its newline.
func (f *Framer) cutOff(r *Record, p *piece) {
	if f.judging().isComplete(r) {
		r.Flags |= Torn
		return
	}
	if r.Letter() == 'a' { // a hook's text, which may hold anything
		f.doubt = max(f.doubt, f.next.end)
	}
	f.weighRest(r, p)
	f.reject(r, p)
	r.Problem = "cut off: another record begins in the middle of its line"
	if f.next.isHole {
		r.Problem = "cut off: NUL bytes stand in its line, where a part of the log was lost"
	}
}

func (r *Record) split(h head) {
	if h.stamp > 0 {
		r.Flags |= Prefixed
	}
	var ok bool
	if r.Stamp, ok = parseStamp(r.Raw[h.stamp:]); !ok {
		r.Problem = "impossible date or time at the head of the record"
	}
	r.Type = r.Raw[h.typ : h.id-1]
	r.ID = r.Raw[h.id : h.text-1]
	r.Text = trimLine(r.Raw[h.text:])
}

// trimLine takes off the white space that ends a line, up to the first that is no blank: PBS itself writes blanks
// there.
func trimLine(text []byte) []byte {
	n, end := len(text), len(text)
	for n > 0 && isSpace(text[n-1]) {
		if n--; text[n] != ' ' {
			end = n
		}
	}
	return text[:end]
}

// isSpace tells whether c is white space: a line of it is no record.
func isSpace(c byte) bool { return c == ' ' || c >= '\t' && c <= '\r' }
