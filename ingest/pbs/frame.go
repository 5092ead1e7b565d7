package pbs

import "bytes"

// headSize is the length of "MM/DD/YYYY HH:MM:SS;".
const headSize = 20

// head is where the parts of a record's first line lie.
type head struct {
	stamp, typ, id, text int // start of each part; typ ends at id-1, id at text-1
}

// matchHead tells whether a line that begins at b looks like the first line of
// a record. It looks at the digits' neighbours first: most lines that are not
// a head fail at once.
func matchHead(b []byte) (h head, ok bool) {
	if len(b) < headSize+3 || b[2] != '/' || b[5] != '/' || b[10] != ' ' || b[13] != ':' || b[16] != ':' || b[19] != ';' {
		return h, false
	}
	for _, i := range [...]int{0, 1, 3, 4, 6, 7, 8, 9, 11, 12, 14, 15, 17, 18} {
		if b[i]-'0' > 9 {
			return h, false
		}
	}
	t := headSize
	for t < len(b) && t < headSize+2 && isLetter(b[t]) {
		t++
	}
	if t == headSize || t >= len(b) || b[t] != ';' {
		return h, false
	}
	for i := t + 1; i < len(b); i++ {
		switch b[i] {
		case ';':
			return head{typ: headSize, id: t + 1, text: i + 1}, true
		case '\n':
			return h, false
		}
	}
	return h, false
}

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

// findHead is matchHead for a line that may carry what grep or syslog put in
// front: "20150327:" with or without a folder, or "Mar 27 00:06:27 host torque: ".
func findHead(line []byte) (h head, ok bool) {
	if h, ok = matchHead(line); ok {
		return h, true
	}
	if n := prefixLength(line); n > 0 {
		if h, ok = matchHead(line[n:]); ok {
			return head{stamp: n, typ: h.typ + n, id: h.id + n, text: h.text + n}, true
		}
	}
	return h, false
}

const maxPrefix = 256

func prefixLength(line []byte) int {
	line = line[:min(len(line), maxPrefix)]
	if n := bytes.IndexByte(line, ':'); n >= 8 && allDigits(line[n-8:n]) && !bytes.ContainsAny(line[:n], " =;\"'\n") {
		return n + 1
	}
	if isSyslog(line) {
		if n := bytes.Index(line[15:], []byte(": ")); n >= 0 {
			return 15 + n + 2
		}
	}
	return 0
}

func allDigits(b []byte) bool {
	for _, c := range b {
		if c-'0' > 9 {
			return false
		}
	}
	return true
}

func isSyslog(b []byte) bool {
	return len(b) > 16 && isLetter(b[0]) && isLetter(b[1]) && isLetter(b[2]) && b[3] == ' ' &&
		b[6] == ' ' && b[9] == ':' && b[12] == ':' && b[15] == ' '
}

// A Framer cuts a block into records. Set it on a block with Reset.
type Framer struct {
	block  []byte
	pos    int
	line   int64
	offset int64
	head   head // of the record at pos, if ahead
	ahead  bool // takeLines met it
}

// Reset starts on a block: whole records, of which the first lies at the given
// line (from 1) and byte offset of its file.
func (f *Framer) Reset(block []byte, line, offset int64) {
	*f = Framer{block: block, line: line, offset: offset}
}

// Next frames the next record: Raw, place, and the parts of its head. It
// returns false at the end of the block.
func (f *Framer) Next(r *Record) bool {
	if f.pos >= len(f.block) {
		return false
	}
	start := f.pos
	h, ok := f.head, f.ahead
	if !ok {
		h, ok = findHead(f.block[start:])
	}
	r.Attrs, r.Flags, r.Problem = r.Attrs[:0], 0, ""
	r.Line, r.Offset, r.Lines = f.line, f.offset+int64(start), 0
	f.takeLines(r)
	r.Raw = f.raw(start, r)
	if !ok {
		r.orphan()
		return true
	}
	r.split(h)
	return true
}

// takeLines moves over the first line and those that continue it.
func (f *Framer) takeLines(r *Record) {
	f.ahead = false
	for {
		r.Lines++
		f.line++
		n := bytes.IndexByte(f.block[f.pos:], '\n')
		if n < 0 {
			f.pos = len(f.block)
			return
		}
		f.pos += n + 1
		if f.pos == len(f.block) {
			return
		}
		if f.head, f.ahead = findHead(f.block[f.pos:]); f.ahead {
			return
		}
	}
}

// raw is the record's bytes from start to where takeLines came to, without the
// newline.
func (f *Framer) raw(start int, r *Record) []byte {
	if f.block[f.pos-1] == '\n' {
		return f.block[start : f.pos-1 : f.pos-1]
	}
	r.Flags |= Torn
	return f.block[start:f.pos:f.pos]
}

func (r *Record) orphan() {
	r.Flags |= Orphan
	r.Stamp, r.Type, r.ID, r.Text = Stamp{}, nil, nil, r.Raw
	r.Problem = "not the beginning of a record: no MM/DD/YYYY HH:MM:SS;T;ID; at the start of the line"
}

func (r *Record) split(h head) {
	if h.stamp > 0 {
		r.Flags |= Prefixed
	}
	var ok bool
	if r.Stamp, ok = parseStamp(r.Raw[h.stamp:]); !ok {
		r.Problem = "impossible date or time at the head of the record"
	}
	r.Type = r.Raw[h.typ : h.id-1]
	r.ID = r.Raw[h.id : h.text-1]
	r.Text = r.Raw[h.text:]
	for n := len(r.Text); n > 0 && (r.Text[n-1] == '\r' || r.Text[n-1] == '\n'); n-- {
		r.Text = r.Text[:n-1]
	}
}

// maxGlued is how many forged records in a row the framer looks over for the
// end of an account that was left open.
const maxGlued = 16

// glue repairs a record that ends inside its account="...: where a user put
// newlines and whole forged records into the account, the true end of the
// record stands on a later line, behind a closing quote that this line never
// opened. Glue extends the record up to there, and says whether it did.
func (f *Framer) glue(r *Record) bool {
	start := int(r.Offset - f.offset)
	ahead := *f
	var next Record
	lines := r.Lines
	for i := 0; i < maxGlued && ahead.Next(&next); i++ {
		lines += next.Lines
		if !closesForeignQuote(next.Text) {
			continue
		}
		h, _ := findHead(f.block[start:])
		f.pos, f.line, f.head, f.ahead = ahead.pos, ahead.line, ahead.head, ahead.ahead
		r.Lines, r.Flags = lines, Forged|next.Flags&Torn
		r.Raw = f.raw(start, r)
		r.split(h)
		return true
	}
	return false
}

var (
	accountOpen   = []byte(`account="`)
	projectOpen   = []byte(` project="`)
	afterAccount  = [...][]byte{[]byte(`" project=`), []byte(`" accounting_id=`), []byte(`" jobname=`)}
	spaceQueue    = []byte(" queue=")
	spaceCTime    = []byte(" ctime=")
	spaceUsed     = []byte(" resources_used.")
	spaceRunCount = []byte(" run_count=")
	spaceEligible = []byte(" eligible_time=")
)

// closesForeignQuote tells whether text holds the end of an account that began
// on an earlier line, and the rest of a job data block behind it.
func closesForeignQuote(text []byte) bool {
	open := bytes.Index(text, accountOpen) // its own account may be closed once
	for i := 0; i < len(text); {
		n := firstAfterAccount(text[i:])
		if n < 0 {
			return false
		}
		i += n
		switch {
		case open >= 0 && open+len(accountOpen) <= i:
			open = -1
		case endsProject(text[:i]):
		default:
			rest := text[i:]
			return bytes.Contains(rest, spaceQueue) && bytes.Contains(rest, spaceCTime)
		}
		i++
	}
	return false
}

// firstAfterAccount is where the first quote stands that the key after an
// account follows, or -1.
func firstAfterAccount(b []byte) int {
	first := -1
	for _, mark := range afterAccount {
		if n := bytes.Index(b, mark); n >= 0 && (first < 0 || n < first) {
			first = n
		}
	}
	return first
}

// endsProject tells whether a quote right behind b closes project="...
func endsProject(b []byte) bool {
	n := bytes.LastIndex(b, projectOpen)
	return n >= 0 && bytes.IndexByte(b[n+len(projectOpen):], '"') < 0
}

// Cut is the length of the longest part of b, from its start, that ends
// between two records, so that b[:Cut(b)] is a block for a Framer and the rest
// belongs to the next one. It is 0 if b holds no such place. The last record
// of b never counts: lines that continue it may follow.
func Cut(b []byte) int {
	end := lastHead(b)
	cut := end
	for i := 0; i < maxGlued && cut > 0; i++ {
		start := lastHead(b[:cut])
		if endsInsideAccount(b[start:cut]) {
			end = start
		}
		cut = start
	}
	return end
}

// lastHead is where the last line of b begins that looks like a record's
// first; 0 if that is only the beginning of b, or none.
func lastHead(b []byte) int {
	for end := len(b); end > 0; {
		n := bytes.LastIndexByte(b[:end-1], '\n') + 1
		if n == 0 {
			return 0
		}
		if _, ok := findHead(b[n:]); ok {
			return n
		}
		end = n
	}
	return 0
}

// endsInsideAccount tells whether the record ends before its account="... is
// closed.
func endsInsideAccount(record []byte) bool {
	n := bytes.Index(record, accountOpen)
	return n >= 0 && bytes.IndexByte(record[n+len(accountOpen):], '"') < 0
}

// IsHead tells whether b begins with the first line of a record.
func IsHead(b []byte) bool {
	_, ok := findHead(b)
	return ok
}

// HasHead tells whether a line of b begins a record.
func HasHead(b []byte) bool { return IsHead(b) || holdsHead(b) }

// Whole is the length of the part of b, the end of a growing file, that holds
// finished records: without a last line that has no newline yet, and without a
// last record whose account is still open.
func Whole(b []byte) int {
	end := bytes.LastIndexByte(b, '\n') + 1
	start := lastHead(b[:end])
	if endsInsideAccount(b[start:end]) {
		return start
	}
	return end
}

// CountEnds is a number of E records that b certainly does not exceed, found
// at the speed of a search.
func CountEnds(b []byte) int64 { return int64(bytes.Count(b, endMark)) }

var endMark = []byte(";E;")
