package pbs

import "bytes"

// A join is a value that goes on over the end of its line: where the text ended
// when it was found open, and where its quote is closed.
type join struct{ opened, close int }

// parseJoined fills r.Attrs of a record whose lines were joined: each open value
// ends where the Framer found its end, whatever it holds.
func (p *Parser) parseJoined(r *Record) {
	text, joins, flags := r.Text, r.joins, r.Flags
	last := joins[len(joins)-1]
	r.Text, r.joins = text[:last.opened], joins[:len(joins)-1]
	p.Parse(r)
	i, quote := p.openAttr(r)
	r.Text, r.joins, r.Flags = text, joins, flags
	if i < 0 {
		p.careful(r)
		return
	}
	a := &r.Attrs[i]
	k := p.keys.lookup(a.Name)
	start, rest := cap(text)-cap(a.Name)+len(a.Name)+1, last.close
	if a.Quoted = quote != 0; a.Quoted {
		start++
		rest++
	}
	a.Value = text[start:last.close]
	r.Attrs = r.Attrs[:i+1]
	p.parseRest(r, bytes.TrimLeft(text[rest:], " "), rankIn(r.Letter(), k))
}

// parseRest appends the attributes of the last part of a record.
func (p *Parser) parseRest(r *Record, text []byte, last rank) {
	c := reading{Parser: p, record: r, text: text, letter: r.Letter(), tail: len(text), last: last}
	valueEnd := (*reading).looseValueEnd
	if isJob(c.letter) {
		valueEnd = (*reading).jobValueEnd
	}
	if c.letter == 'E' || c.letter == 'R' {
		c.tail, c.anchored = tailStart(text)
	}
	c.read(valueEnd)
	if c.repeated {
		r.Flags |= Ambiguous
	}
}

// openAttr finds the attribute in whose value the text of a record ends, and
// the quote that closes it, 0 if a blank does: one whose quote is open, or the
// last one, where PBS would go on. The index is -1 if there is none.
func (p *Parser) openAttr(r *Record) (i int, quote byte) {
	for i := range r.Attrs {
		if c := p.openQuote(r, i); c != 0 {
			return i, c
		}
	}
	i = len(r.Attrs) - 1
	if i < 0 || r.Letter() == 'a' || r.hasLast() {
		return -1, 0
	}
	switch last := &r.Attrs[i]; {
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

// openQuote is the quote that the ith value begins with and does not end with,
// 0 if there is none. A value without blanks may hold such a quote: then the
// rest of the record follows.
func (p *Parser) openQuote(r *Record, i int) byte {
	a, letter := &r.Attrs[i], r.Letter()
	if letter != 'a' && p.keys.lookup(a.Name).quote == quoteNever || a.Quoted || len(a.Value) == 0 {
		return 0
	}
	c := a.Value[0]
	if !isQuote(c) || len(a.Value) > 1 && a.Value[len(a.Value)-1] == c {
		return 0
	}
	if r.Flags&(Ambiguous|Unclosed) != 0 || letter == 'a' || !r.hasLast() {
		return c
	}
	for _, next := range r.Attrs[i+1:] {
		if p.keys.known(next.Name) != nil {
			return 0
		}
	}
	if letter != 'E' && letter != 'R' && r.Text[len(r.Text)-1] == ' ' {
		return 0
	}
	return c
}

func isQuote(c byte) bool { return c == '"' || c == '\'' }

// hasLast tells whether the attributes that PBS writes into every record of a
// job are there.
func (r *Record) hasLast() bool {
	if _, ok := r.Value(CTime); !ok {
		return false
	}
	if l := r.Letter(); l == 'E' || l == 'R' {
		_, ok := r.Value(End)
		return ok
	}
	return true
}
