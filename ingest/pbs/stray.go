package pbs

import (
	"bytes"
	"sort"
)

// A user who closes the quote of a value himself, and goes on with a newline, leaves a record that lacks what PBS
// writes last, whatever he writes behind it, and last a line that is no head: the real rest of his record, which closes
// a quote that nothing opened. Where such a stray rest names the second of the record, what stands between them may be
// part of its value, and is Doubtful. A record that was cut off looks the same, but for the stray rest; more of the log
// may bring it.

// A stray is a line, or a part of one, that may be the rest of a record: where it begins and ends, in the block.
type stray struct{ start, end int }

// strayKind tells strays apart by the time that they name, within a quarter of an hour (see search.quarters), and by
// the key that names it; Unknown if none does.
type strayKind struct {
	key  Key
	time int64
}

// strays are those of a block, up to a place.
type strays struct {
	to    int
	found map[strayKind][]stray
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

// weighRest raises a doubt about what stands between the record that p begins and its stray rest, if there is one.
func (f *Framer) weighRest(r *Record, p *piece) {
	if f.whole || !bytes.ContainsAny(r.Text, `"'`) || !f.judging().isCutOff(r) {
		return
	}
	limit := min(len(f.block), p.start+maxLook)
	f.findStrays(limit)
	if rest, ok := f.strays.of(r, f.next.start); ok && rest.start < limit {
		f.doubt = max(f.doubt, rest.end)
	} else if limit < p.start+maxLook && f.unsure < 0 {
		f.unsure = p.start
	}
}

// isCutOff tells whether the job's record lacks what PBS writes last.
func (j *judge) isCutOff(r *Record) bool {
	whole := *r
	whole.unwrap(j.parser.keys)
	read := j.read(&whole)
	return isJob(r.Letter()) && read.keptAttrs(false) < len(read.Attrs)
}

// findStrays goes on to look for strays, up to a place.
func (f *Framer) findStrays(limit int) {
	f.strays.to = max(f.strays.to, f.next.start)
	for f.strays.to < limit {
		q := f.pieceAt(f.strays.to)
		if q.end == len(f.block) && !q.hasNewline && f.more {
			return
		}
		if !q.isHead && bytes.ContainsAny(q.bytes(f.block), `"'`) {
			f.addStray(&q)
		}
		f.strays.to = q.end
	}
}

// addStray notes what the piece may be the rest of.
func (f *Framer) addStray(q *piece) {
	if f.strays.found == nil {
		f.strays.found = map[strayKind][]stray{}
	}
	f.changeJudges()
	defer f.changeJudges()
	text := q.bytes(f.block)
	for _, letter := range []byte("ESQu") {
		f.judge.look(text, letter)
		for _, o := range []opening{
			{letter, '"', rankHead + rank(Account)}, {letter, '\'', rankHead + rank(Account)},
			{letter, '"', rankRequested}, {letter, '\'', rankRequested},
		} {
			place := f.judge.closings(text, o).foreign
			if place < 0 {
				continue
			}
			kind := strayKind{timeKey(letter), f.judge.time(text, letter, place) % quarterHour}
			list := f.strays.found[kind]
			if n := len(list); n == 0 || list[n-1].start < q.start {
				f.strays.found[kind] = append(list, stray{q.start, q.end})
			}
		}
	}
}

// of finds the first stray at or behind a place that may be the rest of the record.
func (s *strays) of(r *Record, place int) (first stray, ok bool) {
	at, key := r.Stamp.seconds(), timeKey(r.Letter())
	try := func(time int64) {
		list := s.found[strayKind{key, time}]
		i := sort.Search(len(list), func(i int) bool { return list[i].start >= place })
		if i < len(list) && (!ok || list[i].start < first.start) {
			first, ok = list[i], true
		}
	}
	if key == Unknown {
		try(0)
		return first, ok
	}
	for late := int64(-nearBefore); late <= nearBehind; late++ {
		try(((at-late)%quarterHour + quarterHour) % quarterHour)
	}
	return first, ok
}
