package pbs

import (
	"bytes"
	"sort"
)

// A user who closes the quote of a value himself, and goes on with a newline, leaves a record that lacks what PBS
// writes last, whatever he writes behind it, and last a line that is no head: the real rest of his record, which closes
// a quote that it does not open. Where such a stray rest names the second of the record, what stands between them may
// be part of its value, and is Doubtful. A record that was cut off looks the same, but for the stray rest; more of the
// log may bring it. It may also be the last line of another record's value, of the same second of a quarter of an hour:
// the doubt is unfounded then.

// A stray is a line, or a part of one, that may be the rest of a record: where it begins and ends, in the block.
type stray struct{ start, end int }

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
	if f.whole || timeKey(r.Letter()) == Unknown || !bytes.ContainsAny(r.Text, `"'`) || !f.judging().isCutOff(r) {
		return
	}
	limit := p.start + maxLook
	f.findStrays(limit)
	if rest, ok := f.strays.of(r, f.next.start); ok && rest.start < limit {
		f.doubt = max(f.doubt, rest.end)
	} else if f.strays.to < limit && f.unsure < 0 {
		f.unsure = p.start
	}
}

// isCutOff tells whether the job's record lacks what PBS writes last.
func (j *judge) isCutOff(r *Record) bool {
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
		if !q.isHead && bytes.ContainsAny(q.bytes(f.block), `"'`) {
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
	text := q.bytes(f.block)
	for _, letter := range []byte("ESQ") { // one for each key that names a time
		f.judge.look(text, letter)
		for _, o := range []opening{
			{letter, '"', rankHead + rank(Account)}, {letter, '\'', rankHead + rank(Account)},
			{letter, '"', rankRequested}, {letter, '\'', rankRequested},
		} {
			place := f.judge.closings(text, o).foreign
			if place < 0 {
				continue
			}
			t := f.judge.time(text, letter, place)
			if t == 0 {
				continue
			}
			kind := strayKind{timeKey(letter), inQuarter(t)}
			list := f.strays.found[kind]
			if n := len(list); n == 0 || list[n-1].start < q.start {
				f.strays.found[kind] = append(list, stray{q.start, q.end})
			}
		}
	}
}

// of finds the first stray at or behind a place that may be the rest of the record.
func (s *strays) of(r *Record, place int) (first stray, ok bool) {
	for late := int64(-nearBefore); late <= nearBehind; late++ {
		list := s.found[strayKind{timeKey(r.Letter()), inQuarter(r.Stamp.seconds() - late)}]
		i := sort.Search(len(list), func(i int) bool { return list[i].start >= place })
		if i < len(list) && (!ok || list[i].start < first.start) {
			first, ok = list[i], true
		}
	}
	return first, ok
}
