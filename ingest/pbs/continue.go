package pbs

import "bytes"

// Lines that are no head belong to the record before them only if it can go on: a number, a duration or a size ends
// with its line, and so does a record in which everything is there that PBS writes.

// takeContinuations moves over the lines that continue a record whose first line leaves no quote open, and makes them
// part of it.
func (f *Framer) takeContinuations(r *Record, first *piece) {
	if f.atEnd() || f.next.isHead || f.next.isHole {
		return
	}
	var take func(line []byte) bool
	for {
		before, line := f.next, f.line
		lines := r.Lines
		f.takeBlanks(r)
		if f.atEnd() || f.next.isHead || f.next.isHole || f.isTorn(&f.next) {
			f.next, f.line, r.Lines = before, line, lines
			return
		}
		if take == nil {
			take = f.continuation(r)
		}
		if !take(f.next.bytes(f.block)) {
			f.next, f.line, r.Lines = before, line, lines
			return
		}
		last := f.take()
		f.count(r, &last)
		f.extend(r, first, &last)
	}
}

// continuation is how the record may go on: what it gives tells whether a line is part of it.
func (f *Framer) continuation(r *Record) func(line []byte) bool {
	j := f.judging()
	letter := r.Letter()
	switch {
	case letter == 'a':
		free := j.isFreeText(r)
		return func(line []byte) bool { return free && !beginsStamp(line) }
	case !isJob(letter) || j.isWhole(r):
		return func([]byte) bool { return false }
	}
	o, text := j.lastKey(r)
	if end := f.restEnd(o); text && end > 0 {
		return func(line []byte) bool {
			goesOn := f.next.start < end
			if goesOn && wrappedKey(j.parser.keys, line) != nil {
				r.Flags |= Wrapped
			}
			return goesOn
		}
	}
	w := wrapped{judge: j, last: o, names: j.names()}
	return func(line []byte) bool {
		goesOn := w.goesOn(line)
		if goesOn {
			r.Flags |= Wrapped
		}
		return goesOn
	}
}

// A wrapped is a record that was broken into lines in front of keys.
type wrapped struct {
	*judge
	last  opening         // the key that it ends with so far
	names map[string]bool // those that it has
}

// names are those of the attributes of the record that was read.
func (j *judge) names() map[string]bool {
	names := make(map[string]bool, len(j.record.Attrs))
	for i := range j.record.Attrs {
		names[string(j.record.Attrs[i].Name)] = true
	}
	return names
}

// goesOn tells whether the record goes on with a line: it begins with a key of PBS's own, which is still to come in
// such a record, and has none that came.
func (w *wrapped) goesOn(line []byte) bool {
	k := wrappedKey(w.parser.keys, line)
	if k == nil || !(&bound{key: k, rank: rankIn(w.last.letter, k)}).mayFollow(w.last.rank) {
		return false
	}
	w.look(append([]byte{' '}, trimStart(line)...), w.last.letter)
	for i := range w.bounds {
		b := &w.bounds[i]
		if w.names[string(b.key.name)] || beginsRun(w.last.letter) && b.rank > rankAssigned {
			return false
		}
	}
	for i := range w.bounds {
		w.names[string(w.bounds[i].key.name)] = true
		w.last.rank = max(w.last.rank, w.bounds[i].rank)
	}
	return true
}

// beginsStamp tells whether a line begins with the date and time of a head, or is the beginning of one: a record that
// was cut off inside its head.
func beginsStamp(line []byte) bool {
	const form, date = "00/00/0000 00:00:00;", len("00/00/0000 ")
	line = trimEnd(line)
	n := 0
	for n < len(line) && n < len(form) && (line[n] == form[n] || form[n] == '0' && isDigit(line[n])) {
		n++
	}
	return n >= date || n == len(line) && n >= len("00/")
}

// isWhole tells whether a job's record ends with what PBS writes last, or is one of those without attributes.
func (j *judge) isWhole(r *Record) bool {
	text := trimEnd(r.Text)
	return len(text) == 0 || keyLength(text) == 0 || bytes.HasPrefix(text, queueEq) || endsInRuns(text)
}

// isFreeText tells whether the record that alters a job ends in a text, which a hook may have written with newlines in
// it.
func (j *judge) isFreeText(r *Record) bool {
	attrs := j.read(r).Attrs
	if len(attrs) == 0 {
		return false
	}
	last := &attrs[len(attrs)-1]
	return !last.Quoted && !isQuantity(last.Value)
}

// lastKey is the attribute that a job's record ends with, and whether its value is a text.
func (j *judge) lastKey(r *Record) (o opening, text bool) {
	o.letter = r.Letter()
	attrs := j.read(r).Attrs
	if len(attrs) == 0 {
		return o, false
	}
	last := &attrs[len(attrs)-1]
	k := j.parser.keys.lookup(last.Name)
	o.rank = rankIn(o.letter, k)
	for i := 0; o.rank == rankNone && i < len(attrs); i++ { // Torque's Output_Path
		o.rank = max(o.rank, rankIn(o.letter, j.parser.keys.lookup(attrs[len(attrs)-1-i].Name)))
	}
	text = k.list || last.Key == Account || last.Key == Project || last.Key == JobName
	return o, text && !last.Quoted && !isQuantity(last.Value)
}

// isQuantity tells whether a value is a number, a duration or a size.
func isQuantity(value []byte) bool {
	if _, err := ParseDuration(value); err == nil {
		return true
	}
	if _, err := ParseSize(value); err == nil {
		return true
	}
	_, err := ParseFloat(value)
	return err == nil
}

// restEnd is where the lines end, in front of the next head, that hold the rest of a record which ends in the middle of
// a text; 0 if they do not.
func (f *Framer) restEnd(o opening) int {
	if o.letter == 'u' || o.letter == 'e' {
		return 0 // nothing follows their last values
	}
	for p := f.next; p.start < len(f.block) && !p.isHead && !p.isHole; p = f.pieceAt(p.end) {
		text := p.bytes(f.block)
		f.judge.look(text, o.letter)
		if len(f.judge.bounds) == 0 || !f.judge.ends(o, 0) || !f.judge.hasEnd(o, 0) {
			continue
		}
		if o.rank < rankUsed || endsInRuns(trimEnd(text)) {
			return p.end
		}
	}
	return 0
}

// wrappedKey is the key of the job data block that a line begins with, behind white space, or nil.
func wrappedKey(t *keyTable, line []byte) *keyInfo {
	line = trimStart(line)
	return t.known(line[:keyLength(line)])
}

// trimStart takes off the white space in front of a text.
func trimStart(text []byte) []byte {
	n := 0
	for n < len(text) && isSpace(text[n]) {
		n++
	}
	return text[n:]
}

// unwrap joins the lines of a record that was broken between two attributes: in a copy, each newline in front of a key,
// and the white space around it, is blanks.
func (r *Record) unwrap(t *keyTable) {
	if r.Flags&Wrapped == 0 {
		return
	}
	text := bytes.Clone(r.Text)
	for i := 0; ; {
		n := bytes.IndexByte(text[i:], '\n')
		if n < 0 {
			break
		}
		start, rest := len(trimEnd(text[:i+n])), trimStart(text[i+n:])
		i = len(text) - len(rest)
		if wrappedKey(t, rest) != nil {
			copy(text[start:i], bytes.Repeat([]byte{' '}, i-start))
		}
	}
	r.Text = text
}

// doubtNewlines flags a record one of whose values holds a newline that PBS can't have written: a line got between, or
// a key or a value was broken.
func (r *Record) doubtNewlines(t *keyTable) {
	for i := range r.Attrs {
		a := &r.Attrs[i]
		if !a.Quoted && bytes.IndexByte(a.Value, '\n') >= 0 && !t.mayHoldNewline(a) {
			r.Flags |= Ambiguous
		}
	}
}

// mayHoldNewline tells whether a value without quotes may hold newlines: what users type does, but a name, a quantity
// and a request for nodes do not, and PBS puts quotes around others that hold a blank, too.
func (t *keyTable) mayHoldNewline(a *Attr) bool {
	switch a.Key {
	case JobName, Queue, ReqPlace, ReqSelect, ReqNodes, ReqNeedNodes:
		return false
	}
	lacksQuotes := bytes.IndexByte(a.Value, ' ') >= 0 && t.lookup(a.Name).quote == quoteIfBlank
	return !a.Key.tellsQuantity() && !lacksQuotes
}
