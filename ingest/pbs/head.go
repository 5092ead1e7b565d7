package pbs

import "bytes"

// headSize is the length of "MM/DD/YYYY HH:MM:SS;".
const headSize = 20

// head is where the parts of a record's first line lie.
type head struct {
	stamp, typ, id, text int // start of each part; typ ends at id-1, id at text-1
}

// matchHead tells whether a line that begins at b looks like the first line of a record. It looks at the digits'
// neighbours first: most lines that are not a head fail at once.
func matchHead(b []byte) (h head, ok bool) {
	if !matchStamp(b) {
		return h, false
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

// matchStamp tells whether b begins like "MM/DD/YYYY HH:MM:SS;" and what follows it in a record.
func matchStamp(b []byte) bool {
	if len(b) < headSize+3 || b[2] != '/' || b[5] != '/' || b[10] != ' ' || b[13] != ':' || b[16] != ':' ||
		b[19] != ';' {
		return false
	}
	for _, i := range [...]int{0, 1, 3, 4, 6, 7, 8, 9, 11, 12, 14, 15, 17, 18} {
		if b[i]-'0' > 9 {
			return false
		}
	}
	return true
}

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

func (h head) moved(n int) head {
	return head{stamp: h.stamp + n, typ: h.typ + n, id: h.id + n, text: h.text + n}
}

// findHead is matchHead for a line that may carry in front what others put there; see prefixLength.
func findHead(line []byte) (h head, ok bool) {
	if h, ok = matchHead(line); ok {
		return h, true
	}
	if n := prefixLength(line); n > 0 {
		if h, ok = matchHead(line[n:]); ok {
			return h.moved(n), true
		}
	}
	return h, false
}

// innerHead finds the first head behind the beginning of a line, at or behind from: where a record was cut off and
// another one was written behind it, or something stands in front of a record that is none. What a job's record begins
// with must follow it: dates and semicolons stand in free text, too. The line goes up to its newline or the end.
func innerHead(line []byte, from int) (h head, ok bool) {
	for at := from; ; {
		n := bytes.IndexByte(line[at:], ';')
		if n < 0 {
			return h, false
		}
		at += n + 1
		start := at - headSize
		if start < max(from, 1) || !matchStamp(line[start:]) {
			continue
		}
		if h, ok = matchHead(line[start:]); ok && beginsText(line[start:], h) {
			return h.moved(start), true
		}
	}
}

// beginsText tells whether the text behind a head is how a record of that type begins, and its date is one.
func beginsText(b []byte, h head) bool {
	if _, ok := parseStamp(b); !ok || h.text-h.id < 2 {
		return false
	}
	text := b[h.text:]
	if h.id-h.typ != 2 {
		return true
	}
	switch b[h.typ] {
	case 'E', 'S', 's', 'c', 'u', 'e':
		return beginsJob(text)
	case 'Q', 'R', 'T', 'C':
		return beginsJob(text) || len(text) == 0 || text[0] == '\r' || text[0] == '\n' || bytes.HasPrefix(text, queueEq)
	case 'a', 'P', 'p', 'z':
		return keyLength(text) > 0
	}
	return true
}

func beginsJob(text []byte) bool {
	return bytes.HasPrefix(text, userEq) || bytes.HasPrefix(text, gridEq)
}

var (
	userEq  = []byte("user=")
	gridEq  = []byte(`gridname="`)
	queueEq = []byte("queue=")
)
