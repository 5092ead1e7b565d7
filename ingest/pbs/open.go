package pbs

import "bytes"

// An opening is the attribute in whose value a record's line ends: the value may go on behind the newline.
type opening struct {
	letter byte // of the record
	quote  byte // that closes the value; 0 if a blank and the next key do
	rank   rank // of the attribute
}

// isOpen tells whether the record's first piece ends inside a value that PBS puts between quotes, so that what follows
// may be part of it, whatever it looks like; and if it does not, whether the record has the keys that PBS writes last.
func (f *Framer) isOpen(r *Record) (open, whole bool) {
	if isClosed(r.Text, r.Letter()) {
		return false, true
	}
	return f.judging().opens(r), false
}

// isJob tells whether records of that type are written as a job data block.
func isJob(letter byte) bool {
	switch letter {
	case 'Q', 'S', 's', 'c', 'E', 'R', 'u', 'e', 'T':
		return true
	}
	return false
}

// isClosed tells, mostly, whether a text is whole: every quote that is opened is closed in front of a key or the end,
// and the keys that PBS writes last are there. What it does not recognise is left to a judge.
func isClosed(text []byte, letter byte) bool {
	job := isJob(letter)
	if !job && letter != 'a' {
		return true // PBS puts no value of others into quotes
	}
	line := trimLine(text)
	text = trimEnd(line)
	if len(text) == 0 || job && bytes.HasPrefix(text, queueEq) {
		return true
	}
	closed, submitted := outsideQuotes(text, ctimeEq)
	switch {
	case !closed:
		return false
	case letter == 'a':
		return true
	case letter == 'E', letter == 'R':
		return submitted && (endsInRuns(text) || hasKey(text, endEq) && bytes.IndexByte(text, '"') < 0)
	case beginsRun(letter):
		return submitted && (endsInBlank(line) || !holdsTyped(text))
	}
	return submitted
}

// beginsRun tells whether records of that type are written when something begins, and so without an outcome: PBS puts a
// blank behind each of their values, also the last.
func beginsRun(letter byte) bool {
	return isJob(letter) && !endsRun(letter) && letter != 'u' && letter != 'e'
}

func endsInBlank(text []byte) bool { return len(text) > 0 && text[len(text)-1] == ' ' }

// holdsTyped tells whether a job's text has what users may have typed newlines into, so that it may end early: a value
// in quotes, or an account or what else Torque writes without.
func holdsTyped(text []byte) bool {
	return bytes.ContainsAny(text, `"'`) || bytes.Contains(text, accountEq) || bytes.Contains(text, ownerEq)
}

// trimEnd cuts off the white space at the end of a text.
func trimEnd(text []byte) []byte {
	n := len(text)
	for n > 0 && isSpace(text[n-1]) {
		n--
	}
	return text[:n]
}

var (
	accountEq     = []byte(" account=")
	ownerEq       = []byte(" owner=")
	ctimeEq       = []byte("ctime=")
	endEq         = []byte("end=")
	spaceRunCount = []byte(" run_count=")
	spaceEligible = []byte(" eligible_time=")
	spaceUsed     = []byte(" resources_used.")
)

// endsInRuns tells whether the text ends in " run_count=N".
func endsInRuns(text []byte) bool {
	n := len(text)
	for n > 0 && isDigit(text[n-1]) {
		n--
	}
	return n < len(text) && bytes.HasSuffix(text[:n], spaceRunCount)
}

// outsideQuotes tells whether all quotes stand around whole values, and then whether the key stands outside of them.
func outsideQuotes(text, key []byte) (closed, found bool) {
	double, single := bytes.IndexByte(text, '"'), bytes.IndexByte(text, '\'')
	for double >= 0 || single >= 0 {
		i := double
		if i < 0 || single >= 0 && single < i {
			i = single
		}
		n := bytes.IndexByte(text[i+1:], text[i])
		if i == 0 || text[i-1] != '=' || n < 0 {
			return false, false
		}
		found = found || hasKey(text[:i], key)
		n += i + 2
		if text = text[n:]; len(text) > 0 && (text[0] != ' ' || keyLength(bytes.TrimLeft(text, " ")) == 0) {
			return false, false
		}
		double, single = indexFrom(text, double, n, '"'), indexFrom(text, single, n, '\'')
	}
	return true, found || hasKey(text, key)
}

// indexFrom is the index of the first quote in a text of which n bytes were cut off, where it was at i, or -1.
func indexFrom(text []byte, i, n int, quote byte) int {
	if i < 0 || i >= n {
		return max(i-n, -1)
	}
	return bytes.IndexByte(text, quote)
}

// nearTokens is within how many tokens of a text a key mostly stands.
const nearTokens = 8

// hasKey tells whether a blank and the key stand in the text.
func hasKey(text, key []byte) bool {
	for range nearTokens {
		n := bytes.IndexByte(text, ' ')
		if n < 0 {
			return false
		}
		if text = text[n+1:]; len(text) >= len(key) && text[0] == key[0] && bytes.HasPrefix(text, key) {
			return true
		}
	}
	for {
		n := bytes.Index(text, key)
		if n < 0 {
			return false
		}
		if n > 0 && text[n-1] == ' ' {
			return true
		}
		text = text[n+len(key):]
	}
}

// A judge reads records more closely, where the shape of a line does not tell where its record ends.
type judge struct {
	parser *Parser
	record Record  // scratch
	part   part    // of it
	at     opening // the value that is open in the record at hand

	bounds  []bound         // the known keys of the text at hand
	orderly int             // from which of them on they are in order
	lasts   [firstExtra]int // how many of them there are up to the last one of that key
}

func (f *Framer) judging() *judge {
	if f.judge == nil {
		f.judge = &judge{parser: NewParser()}
	}
	return f.judge
}

// read parses a copy of the record, so that the record stays as it is.
func (j *judge) read(r *Record) *Record {
	attrs := j.record.Attrs[:0]
	j.record = *r
	j.record.Attrs = attrs
	j.parser.Parse(&j.record)
	return &j.record
}

// opens finds the value that the text of a record ends in.
func (j *judge) opens(r *Record) bool {
	j.part = part{Record: j.read(r)}
	return j.find()
}

// opensAgain finds the value that the text behind the last one that was closed ends in.
func (j *judge) opensAgain(r *Record) bool {
	last := r.joins[len(r.joins)-1]
	rest := last.close
	if j.at.quote != 0 {
		rest++
	}
	j.record.Text, j.record.Flags = r.Text, 0
	j.parser.parseRest(&j.part, r.Text[rest:], j.at.rank)
	return j.find()
}

// find finds the value that the part ends in, and moves behind it.
func (j *judge) find() bool {
	i, quote := j.parser.openAttr(&j.part)
	if i < 0 {
		return false
	}
	k := j.parser.keys.lookup(j.record.Attrs[i].Name)
	j.at = opening{j.record.Letter(), quote, rankIn(j.record.Letter(), k)}
	j.record.Attrs = j.record.Attrs[:i+1]
	j.part.pass(i + 1)
	return true
}

// isComplete tells whether nothing can be missing at the end of a job's record.
func (j *judge) isComplete(r *Record) bool {
	letter := r.Letter()
	if !isJob(letter) || len(r.Text) == 0 {
		return false
	}
	read := j.read(r)
	if read.Flags&(Ambiguous|Unclosed) != 0 || !read.hasLast() {
		return false
	}
	if letter == 'E' || letter == 'R' {
		return endsInRuns(r.Text) || endsInWalltime(read)
	}
	last := &read.Attrs[len(read.Attrs)-1]
	quotes := !last.Quoted && j.parser.keys.lookup(last.Name).quote != quoteNever
	open := quotes && len(last.Value) > 0 && isQuote(last.Value[0])
	return r.Text[len(r.Text)-1] == ' ' && !open
}

// endsInWalltime tells whether the record ends as Torque's do, and the last value is whole.
func endsInWalltime(r *Record) bool {
	last := &r.Attrs[len(r.Attrs)-1]
	n := len(last.Value)
	_, vnodes := r.Value(ExecVnode)
	return last.Key == UsedWalltime && !vnodes && n >= len("00:00:00") &&
		last.Value[n-3] == ':' && last.Value[n-6] == ':' && isDigit(last.Value[n-1]) && isDigit(last.Value[n-2])
}
