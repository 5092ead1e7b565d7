package pbs

import (
	"bytes"
	"sort"
)

// A user who closes the quote of a value himself, and goes on with a newline, leaves a record that lacks what PBS
// writes last, whatever he writes behind it (records of a beginning lack but a blank), and last a line that is no head:
// the real rest of his record, which closes a quote that it does not open. With Torque, which writes no quotes, there
// is none to close. Where such a stray rest names the second of the record, or names none behind a request, what stands
// between them may be part of its value, and is Doubtful. A record that was cut off looks the same, but for the stray
// rest; more of the log may bring it. It may also be the last line of another record's value, of the same second of a
// quarter of an hour: the doubt is unfounded then.

// A stray is a line, or a part of one, that may be the rest of a record: where it begins and ends, in the block.
type stray struct {
	start, end int
	open       bool // it lacks the blank that records of a beginning end with: another value may be open
}

// strayKind tells strays apart by the time that they name, within a quarter of an hour (see search.quarters), and by
// the key that names it.
type strayKind struct {
	key  Key
	time int64
}

// strays are those of a block, up to a place.
type strays struct {
	to    int
	found map[strayKind][]stray

	lineStart, lineEnd int // the line that was looked at last: the one of the Framer lies far before it
}

// timeKey is the key of a record whose value is the second in which PBS writes the record.
func timeKey(letter byte) Key {
	switch letter {
	case 'E', 'R':
		return End
	case 'S', 's', 'c', 'T':
		return Start
	case 'Q':
		return QTime
	}
	return Unknown
}

// weighRest raises a doubt about what stands between the record that p begins, which f has moved behind, and its stray
// rest, if there is one.
func (f *Framer) weighRest(r *Record, p *piece) {
	if f.whole || timeKey(r.Letter()) == Unknown || !holdsTyped(r.Text) || !f.judging().isCutOff(r) {
		return
	}
	limit := p.start + maxLook
	f.findStrays(limit)
	rest, found := f.strays.of(r, f.next.start, limit)
	if found {
		f.doubt = max(f.doubt, rest.end)
	}
	if found && rest.open && beginsRun(r.Letter()) { // the user closed another of its values as well
		if rest, found = f.strays.behind(strayKind{}, rest.end, limit); found {
			f.doubt = max(f.doubt, rest.end)
		}
	}
	if !found && f.strays.to < limit && f.unsure < 0 {
		f.unsure = p.start
	}
}

// isCutOff tells whether the job's record lacks what PBS writes last.
func (j *judge) isCutOff(r *Record) bool {
	if beginsRun(r.Letter()) && len(r.Text) > 0 && !endsInBlank(r.Text) {
		return true
	}
	unwrapped := *r
	unwrapped.unwrap(j.parser.keys)
	read := j.read(&unwrapped)
	return read.keptAttrs(false) < len(read.Attrs)
}

// findStrays goes on to look for strays, up to a place.
func (f *Framer) findStrays(limit int) {
	f.changeJudges()
	defer f.changeJudges()
	lineStart, lineEnd := f.lineStart, f.lineEnd
	f.lineStart, f.lineEnd = f.strays.lineStart, f.strays.lineEnd
	f.strays.to = max(f.strays.to, f.next.start)
	for f.strays.to < min(limit, len(f.block)) {
		q := f.pieceAt(f.strays.to)
		if q.end == len(f.block) && !q.hasNewline && f.more {
			break
		}
		if !q.isHead && bytes.IndexByte(q.bytes(f.block), '=') >= 0 {
			f.addStray(&q)
		}
		f.strays.to = q.end
	}
	f.strays.lineStart, f.strays.lineEnd = f.lineStart, f.lineEnd
	f.lineStart, f.lineEnd = lineStart, lineEnd
}

// addStray notes what the piece may be the rest of.
func (f *Framer) addStray(q *piece) {
	if f.strays.found == nil {
		f.strays.found = map[strayKind][]stray{}
	}
	text := trimLine(q.bytes(f.block))
	for _, letter := range []byte("ESQ") { // one for each key that names a time
		f.judge.look(text, letter)
		for _, o := range []opening{
			{letter, '"', rankHead + rank(Account)}, {letter, '\'', rankHead + rank(Account)},
			{letter, '"', rankRequested}, {letter, '\'', rankRequested},
			{letter, 0, rankHead + rank(Account)}, {letter, 0, rankRequested},
		} {
			kind, ok := f.judge.strayKind(text, o)
			if !ok {
				continue
			}
			list := f.strays.found[kind]
			if n := len(list); n == 0 || list[n-1].start < q.start {
				f.strays.found[kind] = append(list, stray{q.start, q.end, !endsInBlank(text)})
			}
		}
	}
}

// strayKind tells which records a text may be the rest of, if o was open in them. What Torque writes behind a value has
// no quote to close. Behind a request, what a record of a beginning ends with names no time; a blank ends it.
func (j *judge) strayKind(text []byte, o opening) (kind strayKind, ok bool) {
	place := j.restOf(text, o)
	if place < 0 {
		return kind, false
	}
	if t := j.time(text, o.letter, place); t != 0 {
		return strayKind{timeKey(o.letter), inQuarter(t)}, true
	}
	behind := o.rank == rankRequested && j.lasts[CTime] <= j.orderly // it is the rest behind a request
	return kind, behind && beginsRun(o.letter) && endsInBlank(text)
}

// restOf is where the rest of a record begins in the text, -1 if there is none.
func (j *judge) restOf(text []byte, o opening) int {
	if o.quote != 0 {
		return j.closings(text, o).foreign
	}
	for _, b := range j.bounds[j.orderly:] {
		if b.mayFollow(o.rank) {
			if j.ends(o, b.blank) && j.hasEnd(o, b.blank) {
				return b.blank
			}
			break
		}
	}
	return -1
}

// of finds the first stray at or behind a place, and before the limit, that may be the rest of the record.
func (s *strays) of(r *Record, place, limit int) (first stray, ok bool) {
	take := func(kind strayKind) {
		if rest, found := s.behind(kind, place, limit); found && (!ok || rest.start < first.start) {
			first, ok = rest, true
		}
	}
	for late := int64(-nearBefore); late <= nearBehind; late++ {
		take(strayKind{timeKey(r.Letter()), inQuarter(r.Stamp.seconds() - late)})
	}
	if beginsRun(r.Letter()) {
		take(strayKind{})
	}
	return first, ok
}

// behind finds the first of a kind at or behind a place.
func (s *strays) behind(kind strayKind, place, limit int) (stray, bool) {
	list := s.found[kind]
	i := sort.Search(len(list), func(i int) bool { return list[i].start >= place })
	if i == len(list) || list[i].start >= limit {
		return stray{}, false
	}
	return list[i], true
}
