package pbs

import "bytes"

// A join is a value that goes on over the end of its line: where the text ended when it was found open, and where its
// quote is closed.
type join struct{ opened, close int }

// parseJoined fills r.Attrs of a record whose lines were joined: each open value ends where the Framer found its end,
// whatever it holds.
func (p *Parser) parseJoined(r *Record) {
	text, joins, flags := r.Text, r.joins, r.Flags
	r.Text, r.joins = text[:joins[0].opened], nil
	p.Parse(r)
	part := part{Record: r}
	for n, join := range joins {
		i, quote := p.openAttr(&part)
		if i < 0 {
			break
		}
		last := &r.Attrs[i]
		start, rest := cap(text)-cap(last.Name)+len(last.Name)+1, join.close
		if last.Quoted = quote != 0; last.Quoted {
			start++
			rest++
		}
		if last.Quoted && isJob(r.Letter()) && flags&Forged == 0 && p.isOdd(last.Name, text[start-1:rest]) {
			flags |= Ambiguous
		}
		last.Value, r.Attrs, r.Flags = text[start:join.close], r.Attrs[:i+1], flags
		part.pass(len(r.Attrs))
		end := len(text)
		if n+1 < len(joins) {
			end = joins[n+1].opened
		}
		r.Text = text[:end]
		p.parseRest(&part, text[rest:end], rankIn(r.Letter(), p.keys.lookup(last.Name)))
	}
	r.Text, r.joins, r.Flags = text, joins, r.Flags|flags
}

// isOdd tells whether a value with its quotes is one that the server quotes only if it holds a blank, and would not
// have written so, or holds a key of a job: its quotes may be content of two values.
func (p *Parser) isOdd(name, value []byte) bool {
	k := p.keys.lookup(name)
	if k.quote != quoteIfBlank {
		return false
	}
	p.places.find(value, p.keys)
	for i := range p.places.list {
		if p.keys.known(p.places.name(i)) != nil {
			return true
		}
	}
	return !k.mayQuote(value)
}

// parseRest appends the attributes of a later part of a record.
func (p *Parser) parseRest(t *part, text []byte, last rank) {
	r := t.Record
	text = bytes.TrimLeft(text, " ")
	c := reading{Parser: p, record: r, text: text, letter: r.Letter(), tail: len(text), last: last, before: t.names()}
	valueEnd := (*reading).looseValueEnd
	if isJob(c.letter) {
		valueEnd = (*reading).jobValueEnd
	}
	if endsRun(c.letter) {
		c.tail, c.anchored = tailStart(text)
	}
	c.read(valueEnd)
	if c.repeated {
		r.Flags |= Ambiguous
	}
}

// A part is what of a record comes behind the open values that are closed.
type part struct {
	*Record
	from             int  // its first attribute
	submitted, ended bool // ctime= and end= came before it

	read map[string]bool // the names of the first attributes, and how many these are: no part looks at all of them again
	n    int
}

// names are those of the attributes there are.
func (t *part) names() map[string]bool {
	if t.read == nil {
		t.read = map[string]bool{}
	}
	for ; t.n < len(t.Attrs); t.n++ {
		t.read[string(t.Attrs[t.n].Name)] = true
	}
	return t.read
}

// pass moves to the part that begins with that attribute.
func (t *part) pass(from int) {
	t.submitted, t.ended = t.has(CTime, t.submitted), t.has(End, t.ended)
	t.from = from
}

func (t *part) has(k Key, before bool) bool {
	for i := range t.Attrs[t.from:] {
		before = before || t.Attrs[t.from+i].Key == k
	}
	return before
}

// hasLast tells whether the attributes that PBS writes into every record of a job have come.
func (t *part) hasLast() bool {
	l := t.Letter()
	return t.has(CTime, t.submitted) && (l != 'E' && l != 'R' || t.has(End, t.ended))
}

// openAttr finds the attribute in whose value the text of a record ends, and the quote that closes it, 0 if a blank
// does: one whose quote is open, or the last one, where PBS would go on. The index is -1 if there is none.
func (p *Parser) openAttr(t *part) (i int, quote byte) {
	for i := t.from; i < len(t.Attrs); i++ {
		if c := p.openQuote(t, i); c != 0 {
			return i, c
		}
	}
	i = len(t.Attrs) - 1
	if i < t.from || t.Letter() == 'a' || t.hasLast() {
		return -1, 0
	}
	switch last := &t.Attrs[i]; {
	case last.Quoted:
		written := last.Written()
		return i, written[len(written)-1]
	case len(last.Value) > 1 && isQuote(last.Value[0]) && p.keys.lookup(last.Name).quote != quoteNever:
		return i, last.Value[0]
	case last.Key == Account: // Torque's has no quotes
		return i, 0
	}
	return -1, 0
}

// openQuote is the quote that the ith value begins with and does not end with, 0 if there is none. A value without
// blanks may hold such a quote: then the rest of the record follows.
func (p *Parser) openQuote(t *part, i int) byte {
	a, letter := &t.Attrs[i], t.Letter()
	if letter != 'a' && p.keys.lookup(a.Name).quote == quoteNever || a.Quoted || len(a.Value) == 0 {
		return 0
	}
	c := a.Value[0]
	if !isQuote(c) || len(a.Value) > 1 && a.Value[len(a.Value)-1] == c {
		return 0
	}
	if t.Flags&(Ambiguous|Unclosed) != 0 || letter == 'a' || !t.hasLast() {
		return c
	}
	for _, next := range t.Attrs[i+1:] {
		if p.keys.known(next.Name) != nil {
			return 0
		}
	}
	if letter != 'E' && letter != 'R' && t.Text[len(t.Text)-1] == ' ' {
		return 0
	}
	return c
}

func isQuote(c byte) bool { return c == '"' || c == '\'' }

// hasLast tells whether the attributes that PBS writes into every record of a job are there.
func (r *Record) hasLast() bool { return (&part{Record: r}).hasLast() }
