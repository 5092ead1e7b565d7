package pbs

import "bytes"

// A value that a line leaves open is closed by what PBS writes behind it: the quote, and the rest of the record in
// PBS's order. This file finds it.

// A bound is where a key of the job data block begins in a text.
type bound struct {
	boundary
	key  *keyInfo
	rank rank
}

// look finds the known keys in a text, and from which on they are in order.
func (j *judge) look(text []byte, letter byte) {
	j.bounds, j.orderly = j.bounds[:0], 0
	clear(j.lasts[:])
	for at := 0; ; {
		b, ok := nextBoundary(text, at)
		if !ok {
			return
		}
		at = b.eq
		k := j.parser.keys.known(text[b.key:b.eq])
		if k == nil {
			continue
		}
		next := bound{b, k, rankIn(letter, k)}
		if n := len(j.bounds); n > 0 && !next.mayFollow(j.bounds[n-1].rank) {
			j.orderly = n
		}
		j.bounds = append(j.bounds, next)
		j.lasts[k.key] = len(j.bounds)
	}
}

// mayFollow tells whether PBS writes the key behind one of that rank.
func (b *bound) mayFollow(r rank) bool { return b.rank > r || b.rank == r && b.key.list }

// boundAt is the number of the first known key at or behind a place.
func (j *judge) boundAt(place int) int {
	low, high := 0, len(j.bounds)
	for low < high {
		if mid := (low + high) / 2; j.bounds[mid].blank < place {
			low = mid + 1
		} else {
			high = mid
		}
	}
	return low
}

// ends tells whether what stands in a text from a place on may be the rest of a record whose value o is.
func (j *judge) ends(o opening, place int) bool {
	if o.letter == 'a' {
		return true
	}
	n := j.boundAt(place)
	if n < j.orderly || n < len(j.bounds) && !j.bounds[n].mayFollow(o.rank) || j.isLater(o.letter, n) {
		return false
	}
	needs := func(k Key) bool { // those that are to come behind the value
		r := rankHead + rank(k)
		if k >= Session {
			r = rankSession + rank(k-Session)
		}
		return r > o.rank && j.lasts[k] <= n
	}
	return !needs(Queue) && !needs(CTime)
}

// isLater tells whether the nth bound or one behind it is of a key that only a later record of the same job has, whose
// rest is otherwise the same.
func (j *judge) isLater(letter byte, n int) bool {
	return beginsRun(letter) && n < len(j.bounds) &&
		(j.bounds[len(j.bounds)-1].rank > rankAssigned || letter == 'Q' && j.lasts[Start] > n)
}

// hasEnd tells whether the time is there that ends a record of o's type, behind place if it comes behind o.
func (j *judge) hasEnd(o opening, place int) bool {
	return o.letter != 'E' && o.letter != 'R' || o.rank > rankSession+rank(End-Session) ||
		j.lasts[End] > j.boundAt(place)
}

// boundWith finds a key at or behind the nth.
func (j *judge) boundWith(n int, k Key) *bound {
	for i := n; i < len(j.bounds); i++ {
		if j.bounds[i].key.key == k {
			return &j.bounds[i]
		}
	}
	return nil
}

// A closing is where a text may close a value that was opened before it; -1 if there is no such place.
type closing struct {
	foreign int // the first place whose quote was not opened in the text itself
	own     int // the first whose quote was
	hidden  int // where there is neither: the first behind a quote that the text opens, or that opens a value itself
}

// closings looks through the quotes of a text for those that may close o. What the text itself opens it closes first.
func (j *judge) closings(text []byte, o opening) closing {
	if o.quote == 0 {
		return j.unquotedClosings(o)
	}
	q := quotes{judge: j, text: text, end: len(trimEnd(text)), of: o, found: closing{-1, -1, -1}}
	for i := 0; i < len(text); i++ {
		n := bytes.IndexAny(text[i:], `"'`)
		if n < 0 {
			break
		}
		i += n
		q.look(i)
	}
	return q.closing()
}

// quotes are those of a text, one after the other.
type quotes struct {
	*judge
	text  []byte
	end   int     // of it, without white space
	of    opening // what they may close
	own   *bound  // the key whose quote is open
	quote byte    // and that quote
	found closing
}

// look looks at the quote at i.
func (q *quotes) look(i int) {
	c := q.text[i]
	opens := q.quote == 0 && i > 0 && q.text[i-1] == '=' && q.namedAt(q.text, i-1)
	if opens || q.quote != 0 && c != q.quote || !q.endsAt(i) {
		if q.found.hidden < 0 && q.endsAt(i) && q.mayClose(i) {
			q.found.hidden = i
		}
		if opens {
			q.quote, q.own = c, q.boundOf(i-1)
		}
		return
	}
	paired := q.quote != 0 && q.goesOn(q.own, i+1)
	q.quote, q.own = 0, nil
	switch {
	case !q.mayClose(i):
	case paired && q.found.own < 0:
		q.found.own = i
	case !paired && q.found.foreign < 0:
		q.found.foreign = i
	}
}

// endsAt tells whether a value may end with the quote at i.
func (q *quotes) endsAt(i int) bool { return i+1 == q.end || q.keyFollows(q.text, i+1) }

func (q *quotes) mayClose(i int) bool { return q.text[i] == q.of.quote && q.ends(q.of, i+1) }

// closing is what was found.
func (q *quotes) closing() closing {
	found := q.found
	if found.own >= 0 || found.foreign >= 0 {
		found.hidden = -1
	}
	found.hidden = q.whole(q.of, found.hidden)
	if q.quote == 0 { // else the rest may be behind another open value
		found.own, found.foreign = q.whole(q.of, found.own), q.whole(q.of, found.foreign)
	}
	return found
}

func (j *judge) whole(o opening, place int) int {
	if place >= 0 && !j.hasEnd(o, place) {
		return -1
	}
	return place
}

// unquotedClosings is closings for a value without quotes: it ends where the order of the keys begins anew.
func (j *judge) unquotedClosings(o opening) closing {
	found := closing{-1, -1, -1}
	if len(j.bounds) == 0 || !j.ends(o, j.bounds[j.orderly].blank) || !j.hasEnd(o, j.bounds[j.orderly].blank) {
		return found
	}
	if j.orderly > 0 {
		found.foreign = j.bounds[j.orderly].blank
	} else {
		found.own = j.bounds[0].blank
	}
	return found
}

// keyFollows tells whether blanks and an attribute's name stand at i.
func (j *judge) keyFollows(text []byte, i int) bool {
	if i >= len(text) || text[i] != ' ' {
		return false
	}
	return keyLength(bytes.TrimLeft(text[i:min(len(text), i+maxName)], " ")) > 0
}

// maxName is how far behind a quote the '=' of the next attribute is looked for.
const maxName = 512

// namedAt tells whether the '=' at i ends the name of an attribute around whose value there may be quotes.
func (j *judge) namedAt(text []byte, i int) bool {
	from := max(0, i-maxName)
	name := text[from+bytes.LastIndexByte(text[from:i], ' ')+1 : i+1]
	n := keyLength(name)
	if n == 0 || n+1 < len(name) { // the '=' stands in a value
		return false
	}
	k := j.parser.keys.known(name[:n])
	return k == nil || k.quote != quoteNever
}

// boundOf is the known key whose '=' stands at eq, or nil.
func (j *judge) boundOf(eq int) *bound {
	n := j.boundAt(eq) - 1
	if n >= 0 && j.bounds[n].eq == eq {
		return &j.bounds[n]
	}
	return nil
}

// goesOn tells whether what follows place may follow the attribute own.
func (j *judge) goesOn(own *bound, place int) bool {
	n := j.boundAt(place)
	return own == nil || n == len(j.bounds) || j.bounds[n].mayFollow(own.rank)
}

// time is when the record that ends with the text was written, by what it says itself; 0 if it does not.
func (j *judge) time(text []byte, letter byte, place int) int64 {
	k := timeKey(letter)
	b := j.boundWith(j.boundAt(place), k)
	if b == nil || k == Unknown {
		return 0
	}
	value := text[b.eq+1:]
	t, err := ParseEpoch(value[:blank(value, 0)])
	if err != nil {
		return 0
	}
	return t
}
