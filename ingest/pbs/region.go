package pbs

import (
	"bytes"
	"slices"
)

// A record whose line ends inside a value is one of two things. Its user typed a newline, and its end is on a later
// line; or it was cut off, by a crash or a full disk, and what follows are other records. The value may hold whole
// forged records, so a line that looks like a head decides nothing.
//
// What decides is what only PBS can have written: behind the value stand its quote and the rest of the record, the keys
// in their order, up to those that come last in a record of that type. A line that holds such an end, and has not
// itself opened the quote that it closes, is the end of the record (Forged, if heads lie between). If there is none, up
// to the end of the log or for maxLook bytes, the record was cut off: it is rejected, and the lines behind it stand for
// themselves.
//
// That can't be decided where each line behind the open value can be a record, and the last of them the end of the one
// that is open as well. Then a record and what it says of its own time tell: PBS writes an E record in the second of
// its end=, S in that of its start=, Q in that of its qtime=. Where even that fits both readings, the open record is
// rejected, and those behind it, up to the last that may be its end, are records, flagged Doubtful. So it is where
// several values are open and the line that closes one names no time.
//
// Behind a value of an 'a' record nothing need follow, and a line that closes its quote may be any: it is the end only
// if it can be nothing else.
//
// A user who closes the quote himself is found out by the rest of his record, where it is a line for itself: see
// stray.go. What nobody can see: one who writes the rest of a whole record behind it, and one whose last line is the
// beginning of a record which the real rest completes, have written what PBS would have.

// maxLook is how far behind an open value its end is looked for.
const maxLook = MaxRecord / 2

// MaxRecord is how long a record may be.
const MaxRecord = 64 << 20

// A region is what was found out about a value that is left open: the piece that begins the record it belongs to, and
// where that record ends. There is no such record in it if the owner is -1.
type region struct {
	owner, end int
	close      int // where its quote is closed
}

// closeValue finds the end of a record whose first piece leaves a value open, or rejects it.
func (f *Framer) closeValue(r *Record, p *piece) {
	if p.start >= f.region.end || f.region.owner < 0 && f.region.end < len(f.block) {
		f.explore(r, p, max(p.end, f.region.end))
	}
	open, last := true, *p
	for open && f.region.owner == p.start && f.region.end > f.next.start {
		last = f.takeRegion(r, p)
		if open = f.judge.opensAgain(r); open {
			f.explore(r, p, f.region.end)
		}
	}
	switch {
	case f.isTorn(&last) && (!open || len(r.joins) == 0):
		f.cutOff(r, &last)
	case !open:
		f.weighRest(r, p)
	case r.Letter() == 'a' && f.doubt <= p.start || f.judge.read(r).hasLast():
		r.Flags |= Unclosed
		f.weighRest(r, p)
	default:
		f.weighRest(r, p)
		f.reject(r, p)
		r.Problem = "cut off: a quoted value is opened in it and never closed"
		if f.doubt > p.start {
			r.Problem = "cut off inside a quoted value, or its value holds what follows: " +
				"the records behind it are flagged doubtful"
		}
	}
}

// takeRegion moves to the end of the record that p begins, which is the end of its last piece.
func (f *Framer) takeRegion(r *Record, p *piece) (last piece) {
	text := p.start + p.head.text
	r.joins = append(r.joins, join{len(r.Text), f.region.close - text})
	last = *p
	for f.next.start < f.region.end {
		if last = f.take(); last.isHead {
			r.Flags |= Forged
		}
		f.count(r, &last)
	}
	f.extend(r, p, &last)
	return last
}

// A search is the look for the end of open values.
type search struct {
	*Framer
	kinds     []opening       // of the values that are open
	heads     map[opened]bool // the times at the heads of the records they are in, as if they were UTC
	quarters  map[opened]span // those records, by the same time within a quarter of an hour: time zones differ by such
	innermost map[opening]int // the last of them
	several   bool            // there is more than one such record
	quiet     bool            // no record that could stand for itself came yet
	latest    int             // the last one that did
	complete  bool            // and whether it is a job's, and lacks nothing
}

// opened is what tells whether a time fits a record with an open value.
type opened struct {
	kind opening
	time int64
}

// span is the first and the last record of a kind and time.
type span struct{ first, last int }

const quarterHour = 15 * 60

// inQuarter is how far in its quarter of an hour a time lies.
func inQuarter(t int64) int64 { return (t%quarterHour + quarterHour) % quarterHour }

// explore looks for the end of the value that p leaves open, from p on or from where an earlier look stopped.
func (f *Framer) explore(r *Record, p *piece, at int) {
	s := search{
		Framer: f, heads: map[opened]bool{}, quarters: map[opened]span{}, innermost: map[opening]int{},
		quiet: at == f.next.start,
	}
	s.add(f.judge.at, r, p.start)
	f.changeJudges()
	defer f.changeJudges()
	limit := min(len(f.block), p.start+maxLook)
	for at < limit {
		q := f.pieceAt(at)
		if q.end == len(f.block) && !q.hasNewline && f.more {
			break
		}
		if q.isHole { // the rest of the value may be lost
			f.region = region{owner: -1, end: at}
			return
		}
		if s.closes(&q) {
			return
		}
		at = q.end
	}
	f.region = region{owner: -1, end: at}
	if at < p.start+maxLook && f.unsure < 0 {
		f.unsure = p.start
	}
}

// changeJudges has another judge look at the lines behind an open value, so that the one at hand keeps what it read of
// the record; and the other way round.
func (f *Framer) changeJudges() {
	f.judge, f.scout = f.scout, f.judge
	f.judging()
}

func (s *search) add(o opening, r *Record, start int) {
	s.several = len(s.kinds) > 0
	if _, known := s.innermost[o]; !known {
		s.kinds = append(s.kinds, o)
	}
	s.innermost[o] = start
	at := r.Stamp.seconds()
	s.heads[opened{o, at}] = true
	key := opened{o, at % quarterHour}
	of, known := s.quarters[key]
	if !known {
		of.first = start
	}
	of.last = start
	s.quarters[key] = of
}

// owners finds the open records that can name that time: how many there are (two stand for more), the first and the
// last.
func (s *search) owners(o opening, t int64) (n int, of span) {
	if t == 0 {
		return 0, of
	}
	for late := -int64(nearBefore); late <= nearBehind; late++ {
		found, ok := s.quarters[opened{o, inQuarter(t + late)}]
		if !ok {
			continue
		}
		if n == 0 || found.first < of.first {
			of.first = found.first
		}
		of.last = max(of.last, found.last)
		if n++; found.first < found.last {
			n++
		}
	}
	return n, of
}

// closes looks at the next piece: whether it closes one of the open values, leaves one open itself, or raises a doubt.
func (s *search) closes(q *piece) bool {
	var r Record
	r.Raw = q.bytes(s.block)
	text := r.Raw
	open, whole := false, false
	if q.isHead {
		r.split(q.head)
		text = r.Text
		if open, whole = s.isOpen(&r); open {
			s.add(s.judge.at, &r, q.start)
		}
		s.latest, s.complete = q.start, whole && isJob(r.Letter())
	}
	if len(s.kinds) == 0 || !bytes.ContainsAny(text, `"'`) && !s.hasUnquoted() {
		s.quiet = s.quiet && !q.isHead
		return false
	}
	for i := range s.kinds {
		o := s.kinds[i]
		s.judge.look(text, o.letter)
		found := s.judge.closings(text, o)
		opened := q.isHead && open && found.foreign < 0 // what it opens itself it does not close
		if !opened && s.isEnd(q, &r, o, found, text) {
			return true
		}
		s.weigh(q, &r, o, found, text)
	}
	s.quiet = s.quiet && !q.isHead
	return false
}

func (s *search) hasUnquoted() bool {
	for _, o := range s.kinds {
		if o.quote == 0 {
			return true
		}
	}
	return false
}

// isEnd tells whether the piece can only be the end of a record whose value o is open, and finds which one.
func (s *search) isEnd(q *piece, r *Record, o opening, found closing, text []byte) bool {
	place := found.foreign
	switch {
	case place < 0 && (q.isHead || found.own < 0 || bytes.Contains(text, userEq)):
		return false
	case place < 0:
		place = found.own
	case q.isHead && !s.judge.isBroken(r, place):
		return false
	}
	t := s.judge.time(text, o.letter, place)
	if t == 0 && !s.isRest(q, r, o, place) {
		s.doubt = max(s.doubt, q.end)
		return false
	}
	n, of := s.owners(o, t)
	switch {
	case n == 0 && t != 0 && !s.quiet: // it may be nobody's
		s.doubt = max(s.doubt, q.end)
		return false
	case n == 0:
		if of.last = s.innermost[o]; t == 0 && s.several { // nothing tells whose it is
			s.doubt = max(s.doubt, q.end)
		}
	case n > 1:
		s.doubt = max(s.doubt, q.end)
	}
	s.region = region{of.last, q.end, q.start + q.head.text + place}
	return true
}

// isRest tells whether a piece that names no time can be nothing but the rest of a record whose value o is open: what
// came last lacks nothing, or is such a record itself; behind a value of an 'a' record a head is it only if a whole one
// stands in front of the quote.
func (s *search) isRest(q *piece, r *Record, o opening, place int) bool {
	if q.isHead {
		return o.letter != 'a' || s.judge.hasWhole(r, place)
	}
	return s.quiet || s.complete || s.latest == s.innermost[o]
}

// weigh raises a doubt if the piece may be a record, and may be the end of one that is open.
func (s *search) weigh(q *piece, r *Record, o opening, found closing, text []byte) {
	place := found.own
	switch {
	case found.foreign >= 0:
		place = found.foreign
	case place < 0 && q.isHead && o.letter != 'a':
		place = found.hidden
	}
	if place < 0 {
		return
	}
	t, own := s.judge.time(text, o.letter, place), r.Stamp.seconds()
	if q.isHead && t == 0 && timeKey(r.Letter()) != timeKey(o.letter) {
		return
	}
	fits := false
	if q.isHead && (t == 0 || near(own, t)) {
		for late := int64(-nearBehind); late <= nearBehind; late++ {
			fits = fits || s.heads[opened{o, own + late}]
		}
	} else {
		n, _ := s.owners(o, t)
		fits = n > 0
	}
	if fits {
		s.doubt = max(s.doubt, q.end)
	}
}

// PBS writes a record in the second of the time that it names, or a few seconds later.
const nearBefore, nearBehind = 1, 3

// near tells whether a record with that head can name that time, whatever the time zone.
func near(head, t int64) bool {
	return t != 0 && inQuarter(head-t+nearBefore) <= nearBefore+nearBehind
}

// isBroken tells whether a line can't be a record by itself: what stands in front of a quote that it did not open is a
// record by itself, or it lacks keys of one, or has later ones. That it reads oddly is no sign: users type what they
// like.
func (j *judge) isBroken(r *Record, place int) bool {
	if !isJob(r.Letter()) {
		return true
	}
	if j.hasWhole(r, place) {
		return true
	}
	read := j.read(r)
	return read.Flags&Unclosed != 0 && !read.isTorques() || !read.hasLast() || read.hasLater() ||
		j.hasForeign(r.Letter())
}

// hasForeign tells whether the text at hand has a key that no record of that type has, also in a value.
func (j *judge) hasForeign(letter byte) bool {
	return slices.ContainsFunc(j.bounds, func(b bound) bool {
		if beginsRun(letter) {
			return b.rank > rankAssigned
		}
		return !endsRun(letter) && b.key.key == End
	})
}

// hasWhole tells whether what stands in front of a place in a job's record is a record by itself, and lacks nothing.
func (j *judge) hasWhole(r *Record, place int) bool {
	front := *r
	front.Text = r.Text[:place]
	return j.isComplete(&front)
}

// isTorques tells whether the record is one of Torque's, which has no quotes that could be open.
func (r *Record) isTorques() bool {
	_, owned := r.Value(Owner)
	return owned
}

// hasLater tells whether the record has keys that only a later record of its job has: the rest of one stands in it.
func (r *Record) hasLater() bool {
	if !beginsRun(r.Letter()) {
		return false
	}
	_, started := r.Value(Start)
	_, ended := r.Value(Session)
	return ended || started && r.Letter() == 'Q'
}
