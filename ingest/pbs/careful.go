package pbs

import (
	"bytes"
	"iter"
	"slices"
)

// Careful reading: where a value holds blanks, quotes or what looks like further attributes, the server's order of keys
// decides where it ends. What stands between account=" and the server's own next key is the account; what stands among
// the resources_used is one of them, up to the run_count that ends the record.

// A boundary is a place where a new attribute could begin.
type boundary struct {
	blank int // where the blanks in front of it begin: the end of the value before
	key   int // where its name begins
	eq    int // where its '=' stands
}

// nextBoundary finds the first blank at or behind i that an attribute name follows; ok is false at the end of the text.
func nextBoundary(text []byte, i int) (b boundary, ok bool) {
	for {
		n := bytes.IndexByte(text[i:], ' ')
		if n < 0 {
			return b, false
		}
		b.blank = i + n
		b.key = b.blank
		for b.key < len(text) && text[b.key] == ' ' {
			b.key++
		}
		if n := keyLength(text[b.key:]); n > 0 {
			b.eq = b.key + n
			return b, true
		}
		i = b.key
	}
}

// careful reads a job data block whose straight reading failed.
func (p *Parser) careful(r *Record) {
	r.Attrs = r.Attrs[:0]
	c := reading{Parser: p, record: r, text: r.Text, letter: r.Letter()}
	c.tail = len(c.text)
	if endsRun(c.letter) {
		c.tail, c.anchored = tailStart(c.text)
	}
	c.read((*reading).jobValueEnd)
	if c.repeated {
		r.Flags |= Ambiguous
	}
}

// endsRun tells whether records of that letter have the tail of a run that is over: session, end, usage.
func endsRun(letter byte) bool { return letter == 'E' || letter == 'R' || letter == 'A' }

// loose reads attributes of records other than job data blocks: no order is known, and a value ends where the next name
// begins.
func (p *Parser) loose(r *Record) {
	r.Attrs = r.Attrs[:0]
	c := reading{Parser: p, record: r, text: r.Text, letter: r.Letter(), tail: len(r.Text)}
	c.read((*reading).looseValueEnd)
}

// A reading is one careful pass over a record's text.
type reading struct {
	*Parser
	record   *Record
	text     []byte
	end      int // of it, without the blanks there
	letter   byte
	tail     int             // where eligible_time= and run_count= stand that end an E or R
	anchored bool            // whether there are such
	bare     bool            // it is a record of Torque's, which has no quotes but those that users typed
	repeated bool            // a key came twice or out of order, or in the value of one that is a number
	before   map[string]bool // the names in parts of the record that were read before
	last     rank

	hasAccount bool // an account was read
}

func (c *reading) read(valueEnd func(*reading, *keyInfo, int) int) {
	c.places.find(c.text, c.keys)
	c.repeated = c.repeated || c.places.full
	c.places.takeAll(c.before)
	c.bare = endsRun(c.letter) && !c.anchored && c.places.hasFrom(-1, ownerName)
	c.end = len(bytes.TrimRight(c.text, " "))
	for i := 0; i < len(c.text); {
		n := keyLength(c.text[i:])
		k := c.keys.lookup(c.text[i : i+n])
		value := i + n + 1
		if !c.isLastAccount(k, value) {
			c.checkOrder(k)
		}
		c.hasAccount = c.hasAccount || k.key == Account
		end := valueEnd(c, k, value)
		c.record.Attrs = append(c.record.Attrs, c.attr(k, i, value, end))
		c.repeated = c.repeated || k.key.tellsQuantity() && bytes.IndexByte(c.text[value:end], ' ') >= 0 ||
			k.rank == rankUsed && c.holdsEnd(value, end)
		c.places.take(c.text[i : i+n])
		for i = end; i < len(c.text) && c.text[i] == ' '; {
			i++
		}
	}
}

// holdsEnd tells whether a value of usage holds requests, or the end of the job, which stand in front of usage.
func (c *reading) holdsEnd(i, end int) bool {
	return slices.ContainsFunc(c.places.within(i, end), func(n nameAt) bool {
		k := c.known(n.boundary)
		return k != nil && k.rank >= rankRequested && k.rank <= rankSession+rank(End-Session)
	})
}

// isLastAccount tells whether an attribute is the account where some Torques write it: behind the usage, at the end.
// What comes behind a path could be part of it.
func (c *reading) isLastAccount(k *keyInfo, value int) bool {
	if k.key != Account || c.hasAccount || len(c.record.Attrs) == 0 || c.places.from(value) < len(c.places.list) {
		return false
	}
	return c.record.Attrs[len(c.record.Attrs)-1].Key == UsedWalltime
}

func (c *reading) checkOrder(k *keyInfo) {
	rk := rankIn(c.letter, k)
	if rk == rankNone {
		return
	}
	if rk < c.last || rk == c.last && !k.list {
		c.repeated = true
	}
	c.last = rk
}

func (c *reading) attr(k *keyInfo, start, value, end int) Attr {
	raw := c.text[value:end]
	inner := raw
	if !c.bare {
		inner = unquote(raw, k)
	}
	return Attr{Key: k.key, Name: c.text[start : value-1], Value: inner, Quoted: len(inner) < len(raw)}
}

// unquote takes off the quotes that PBS put on, and only those.
func unquote(raw []byte, k *keyInfo) []byte {
	if len(raw) < 2 || raw[0] != raw[len(raw)-1] || raw[0] != '"' && raw[0] != '\'' {
		return raw
	}
	inner := raw[1 : len(raw)-1]
	switch {
	case k.quote == quoteAlways && raw[0] == '"':
		return inner
	case k.rank == rankUsed: // the MoM puts JSON into single quotes
		if raw[0] == '\'' && len(inner) > 1 && inner[0] == '{' && inner[len(inner)-1] == '}' {
			return inner
		}
		return raw
	case bytes.IndexByte(inner, ' ') >= 0:
		return inner
	}
	return raw
}

// jobValueEnd is where the value at text[i:] ends, in a job data block.
func (c *reading) jobValueEnd(k *keyInfo, i int) int {
	quoted := !c.bare && i < len(c.text) && isQuote(c.text[i])
	switch {
	case quoted && k.quote == quoteAlways && c.text[i] == '"':
		return c.accountEnd(i)
	case quoted && k.quote == quoteIfBlank:
		written := func(end int) bool { return k.mayQuote(c.text[i:end]) }
		if end := c.quoteEnd(i, written, c.afterResource, c.places.repeatsFrom); end > 0 && !c.swallows(i, end) {
			return end
		}
	case k.rank == rankUsed:
		return c.usedEnd(k, i)
	case k.key == TaskRequest: // Torque 6's one attribute that holds blanks and names without quotes
		return c.endBefore(i, func(b boundary) bool { return c.known(b) != nil })
	case k.key == Group:
		return c.endBefore(i, c.afterGroup)
	case k.key == Account:
		return c.bareAccountEnd(i)
	}
	return c.endBefore(i, c.mayBegin)
}

// mayBegin tells whether an attribute may begin there. In a record of Torque's, which has no quotes, usage in front of
// end= was written by a user. Some Torques write the account last, where he could write end=, too.
func (c *reading) mayBegin(b boundary) bool {
	forged := (c.hasAccount || !c.places.isRead(endName)) && !c.anchored && endsRun(c.letter) &&
		bytes.HasPrefix(c.text[b.key:b.eq], prefixUsed) && c.places.hasFrom(b.key, endName)
	c.repeated = c.repeated || forged
	return !forged
}

// endBefore is where the value ends if it goes on to the first boundary that is accepted, or to the end of the text
// (without trailing blanks).
func (c *reading) endBefore(i int, accept func(boundary) bool) int {
	return c.endBeforePlace(i, func(at int) bool { return accept(c.places.list[at].boundary) })
}

func (c *reading) endBeforePlace(i int, accept func(at int) bool) int {
	list := c.places.list
	for at := c.places.from(i); at < len(list); at++ {
		if accept(at) {
			return list[at].blank
		}
	}
	return max(i, c.end)
}

func (c *reading) known(b boundary) *keyInfo { return c.keys.known(c.text[b.key:b.eq]) }

func (c *reading) afterGroup(b boundary) bool {
	k := c.known(b)
	return k != nil && k.rank > rankHead+rank(Group) && k.rank <= rankHead+rank(Queue)
}

func (c *reading) afterAccount(b boundary) bool {
	k := c.known(b)
	return k != nil && k.rank > rankHead+rank(Account) && k.rank <= rankHead+rank(Queue)
}

func (c *reading) afterResource(b boundary) bool {
	k := c.known(b)
	return k != nil && k.rank >= c.last
}

// swallows tells whether a value holds a key that every record of that type has, and nothing else does: the quotes at
// its ends are content of two values. That it holds any key of a job is a doubt.
func (c *reading) swallows(i, end int) bool {
	doubt := false
	for _, n := range c.places.within(i, end) {
		k, last := c.known(n.boundary), &c.places.list[n.last]
		doubt = doubt || k != nil
		if k != nil && k.key.isInAll(c.letter) && !last.taken && last.key < end {
			return true
		}
	}
	c.repeated = c.repeated || doubt
	return false
}

// isInAll tells whether OpenPBS writes the key into all records of jobs of that type, behind their accounts.
func (k Key) isInAll(letter byte) bool {
	switch k {
	case JobName, Queue, CTime, ReqNCPUs, ReqNodect, ReqSelect:
		return true
	case Session, End:
		return endsRun(letter)
	}
	return false
}

// maxCloses bounds the quotes that are tried as the end of a value.
const maxCloses = 64

// closes are the places behind the quotes that may close the one at text[i].
func (c *reading) closes(i int) iter.Seq[int] {
	return func(yield func(int) bool) {
		for at, tries := i+1, 0; tries < maxCloses; tries++ {
			n := bytes.IndexByte(c.text[at:], c.text[i])
			if n < 0 {
				return
			}
			if at += n + 1; !yield(at) {
				return
			}
		}
	}
}

// quoteEnd is where the quoted value at text[i] ends: behind the first quote that may have been written, and that the
// end of the text or an acceptable attribute follows, provided that no key comes twice behind it. 0 if none will do.
func (c *reading) quoteEnd(
	i int, written func(end int) bool, accept func(boundary) bool, repeats func(int) bool,
) int {
	last := 0
	for at := range c.closes(i) {
		if !written(at) {
			continue
		}
		if at >= c.end {
			return at
		}
		if c.text[at] != ' ' {
			continue
		}
		k := c.places.from(at)
		if k == len(c.places.list) || c.places.list[k].blank != at || !accept(c.places.list[k].boundary) {
			continue
		}
		if !repeats(at) {
			return at
		}
		last = at
	}
	if last > 0 {
		c.repeated = true
	}
	return last
}

func anyEnd(int) bool { return true }

// accountEnd is quoteEnd for an account. One that is never closed takes the rest of the text, as its end may be on a
// later line; but if the rest of the job follows, a blank ends it.
//
// A key may come twice behind a quote because the account holds one in front of its own end, or because a later value
// does: then the rest reads straight from that quote on. Who has both ways open had them written so.
func (c *reading) accountEnd(i int) int {
	clashes, straight := false, 0
	end := c.quoteEnd(i, anyEnd, c.afterAccount, func(at int) bool {
		if clashes && !c.mayFollowAccount(at) {
			return true
		}
		repeats := c.repeatsInAccount(at)
		if repeats && straight == 0 && c.readsStraight(at) {
			straight = at
		}
		clashes = clashes || repeats
		return repeats
	})
	switch {
	case straight > 0:
		c.repeated = c.repeated || end > straight
		return straight
	case end > 0:
		c.repeated = c.repeated || clashes && c.holds(i, end, queueName) && c.holds(i, end, ctimeName)
		return end
	}
	if c.places.hasFrom(i, queueName) && c.places.hasFrom(i, ctimeName) {
		c.repeated = true
		return c.endBefore(i, func(b boundary) bool { return c.known(b) != nil })
	}
	c.record.Flags |= Unclosed
	return len(c.text)
}

// writtenEnd is where a value ends that the server wrote: behind the first quote that it may have put there, or in
// front of a blank.
func (c *reading) writtenEnd(k *keyInfo, i int) int {
	if i < len(c.text) && isQuote(c.text[i]) && k.quote == quoteIfBlank {
		for at := range c.closes(i) {
			if (at == len(c.text) || c.text[at] == ' ') && k.mayQuote(c.text[i:at]) {
				return at
			}
		}
	}
	return blank(c.text, i)
}

// holds tells whether an attribute of that name could begin in a value.
func (c *reading) holds(i, end int, name []byte) bool {
	return slices.ContainsFunc(c.places.within(i, end), func(n nameAt) bool {
		return bytes.Equal(c.text[n.key:n.eq], name)
	})
}

// mayFollowAccount tells whether a quote in front of a place may close an account: it opens no other value, and what
// every job has stands behind it.
func (c *reading) mayFollowAccount(at int) bool {
	before := c.places.from(at) - 1
	opens := before >= 0 && c.places.list[before].eq == at-2
	return !opens && c.places.hasFrom(at, queueName) && c.places.hasFrom(at, ctimeName)
}

// readsStraight tells whether what stands behind an account that ends at a place is the rest of a job as the server
// writes it, up to its session.
func (c *reading) readsStraight(at int) bool {
	last := rankHead + rank(Account)
	for i := at; ; {
		for i < len(c.text) && c.text[i] == ' ' {
			i++
		}
		if i == len(c.text) {
			return true
		}
		n := keyLength(c.text[i:])
		k := c.keys.known(c.text[i : i+n])
		if k == nil {
			return false
		}
		rk := rankIn(c.letter, k)
		if rk >= rankSession {
			return !c.places.hasFrom(i, queueName) && !c.places.hasFrom(i, ctimeName)
		}
		if rk < last || rk == last && !k.list {
			return false
		}
		last = rk
		i = c.writtenEnd(k, i+n+1)
	}
}

// maxBare bounds the places that are tried as the end of an account without quotes.
const maxBare = 256

// bareAccountEnd is where an account without quotes ends, as Torque writes it: in front of the first key that may
// follow it and behind which no key comes twice, whatever the user wrote in front of that. But in a record whose keys
// other programs have sorted, where ctime= comes before, any name ends it.
func (c *reading) bareAccountEnd(i int) int {
	list, end := c.places.list, -1
	for at, last := c.places.from(i), c.places.from(i)+maxBare; at < min(len(list), last); at++ {
		b := list[at].boundary
		follows := c.afterAccount(b)
		if follows && end < 0 && !c.places.hasFrom(b.key, ctimeName) {
			break
		}
		if follows && !c.repeatsInAccount(b.blank) {
			return b.blank
		}
		if follows && end < 0 {
			end = b.blank
		}
		c.repeated = c.repeated || c.known(b) != nil
	}
	switch {
	case end >= 0:
		return end
	case c.places.hasFrom(i, ctimeName):
		return c.endBefore(i, c.mayBegin)
	}
	return max(i, c.end) // some Torques write it last
}

// repeatsInAccount tells whether a key comes twice behind a place in an account. Where one does behind usage that a
// user wrote there, he meant it to be taken for the record's, or the record is forged.
func (c *reading) repeatsInAccount(at int) bool {
	repeats := c.places.repeatsAll(at)
	c.repeated = c.repeated || repeats && !c.places.repeatsFrom(at)
	return repeats
}

// tailStart finds the eligible_time= and run_count= that the server writes last, and whether they are there.
func tailStart(text []byte) (int, bool) {
	n := bytes.LastIndex(text, spaceRunCount)
	if n < 0 || !allDigits(text[n+len(spaceRunCount):]) {
		return len(text), false
	}
	if e := bytes.LastIndex(text[:n], spaceEligible); e >= 0 && bytes.IndexByte(text[e+1:n], ' ') < 0 {
		n = e
	}
	return n, true
}

// looseValueEnd is where a value of another record ends.
func (c *reading) looseValueEnd(k *keyInfo, i int) int {
	anyName := func(boundary) bool { return true }
	if k.rank == rankUsed {
		return c.usedEnd(k, i)
	}
	if i < len(c.text) && isQuote(c.text[i]) {
		if end := c.quoteEnd(i, anyEnd, anyName, c.places.repeatsFrom); end > 0 {
			return end
		}
	} else if c.letter == 'a' && c.isHooks(i) {
		return max(i, c.end)
	}
	return c.endBefore(i, anyName)
}

// isHooks tells whether the value at text[i:] is what a hook or the scheduler altered, and all of the record: qalter
// puts a value with a blank between quotes, so that behind another one the next attribute stands, by the name that
// qalter knows.
func (c *reading) isHooks(i int) bool {
	at, space := c.places.from(i), blank(c.text, i)
	if len(c.record.Attrs) > 0 || space >= c.end {
		return false
	}
	return at == len(c.places.list) || c.places.list[at].blank > space ||
		c.keys.lookup(c.places.name(at)).key.isOnlyWritten()
}

// isOnlyWritten tells whether the key is none of an attribute that is altered, but what the server calls that in its
// records, or tells by itself.
func (k Key) isOnlyWritten() bool {
	switch k {
	case User, Group, Account, JobName, Queue, CTime, QTime, ETime, Start, ExecHost, ExecVnode, Session, End, ExitStatus:
		return true
	}
	return false
}
