package pbs

import "bytes"

// maxPrefix is how much of a line may stand in front of a record: the structured data of RFC 5424 are long.
const maxPrefix = 2048

var byteOrderMark = []byte("\xef\xbb\xbf")

// prefixLength is the length of what programs put in front of a record: a byte order mark, grep's "20150327:" with or
// without a folder, the daemon's name, and the heads of syslog:
//
//	Mar 27 00:06:27 host torque:                     RFC 3164
//	2015-03-27T00:06:27.123+01:00 host torque:       the same with a time of ISO 8601
//	<13>1 2015-03-27T00:06:27Z host torque - - -     RFC 5424, with [structured data] and a byte order mark, too
//	torque:
//
// It is 0 if there is none.
func prefixLength(line []byte) int {
	if len(line) == 0 || isDigit(line[0]) && len(line) > 2 && line[2] == '/' {
		return 0
	}
	line = line[:min(len(line), maxPrefix)]
	mark := 0
	if bytes.HasPrefix(line, byteOrderMark) {
		mark = len(byteOrderMark)
		line = line[mark:]
		if matchStamp(line) {
			return mark
		}
	}
	if n := namedFile(line); n > 0 {
		return mark + n
	}
	if n := logHead(line); n > 0 {
		return mark + n
	}
	return 0
}

// namedFile is the length of "20150327:", as grep writes it, and zgrep with further letters, or of "20150327:12:" with
// the number of the line.
func namedFile(line []byte) int {
	n := bytes.IndexByte(line, ' ') - len("00/00/0000")
	if n < 2 || line[n-1] != ':' || !matchStamp(line[n:]) {
		return 0
	}
	named := false
	for _, part := range bytes.Split(line[:n-1], []byte{':'}) {
		if len(part) > 0 && !isName(part) {
			return 0
		}
		named = named || len(part) >= len("20150327")
	}
	if named || isLetter(line[0]) {
		return n
	}
	return 0
}

// logHead is the length of what syslog or a daemon's own log puts in front.
func logHead(line []byte) int {
	priority := beginsPriority(line)
	n := bytes.IndexByte(line, ';')                                                // behind the stamp of the record
	for priority && n >= 0 && (n < headSize || !matchStamp(line[n-headSize+1:])) { // or in structured data
		next := bytes.IndexByte(line[n+1:], ';')
		if next < 0 {
			return 0
		}
		n += next + 1
	}
	if n < headSize || !matchStamp(line[n-headSize+1:]) {
		return 0
	}
	whole := line[:n-headSize+1]
	front := whole
	if priority { // a message in UTF-8 begins with it
		front = bytes.TrimSuffix(front, byteOrderMark)
	}
	if bytes.IndexByte(front, '\n') >= 0 || len(front) == 0 || front[len(front)-1] != ' ' {
		return 0
	}
	switch {
	case priority, isSyslog(front), beginsISO(front):
		return len(whole)
	case len(front) > 2 && bytes.IndexByte(front, ':') == len(front)-2 && isName(front[:len(front)-2]):
		return len(whole)
	}
	return 0
}

func isSyslog(b []byte) bool {
	return len(b) > 16 && isLetter(b[0]) && isLetter(b[1]) && isLetter(b[2]) && b[3] == ' ' &&
		b[6] == ' ' && b[9] == ':' && b[12] == ':' && b[15] == ' '
}

// beginsISO tells whether b begins with YYYY-MM-DDTHH:MM:SS.
func beginsISO(b []byte) bool {
	const form = "0000-00-00T00:00:00"
	if len(b) < len(form) {
		return false
	}
	for i := range len(form) {
		switch {
		case form[i] == '0':
			if !isDigit(b[i]) {
				return false
			}
		case form[i] == 'T':
			if b[i] != 'T' && b[i] != ' ' {
				return false
			}
		case b[i] != form[i]:
			return false
		}
	}
	return true
}

// beginsPriority tells whether b begins with syslog's <13>, and what follows is one of its heads.
func beginsPriority(b []byte) bool {
	if len(b) == 0 || b[0] != '<' {
		return false
	}
	n := bytes.IndexByte(b, '>')
	if n < 2 || n > 4 || !allDigits(b[1:n]) {
		return false
	}
	b = b[n+1:]
	if len(b) > 2 && isDigit(b[0]) && b[1] == ' ' { // the version of RFC 5424
		b = b[2:]
		return beginsISO(b) || len(b) > 1 && b[0] == '-' && b[1] == ' '
	}
	return isSyslog(b) || beginsISO(b)
}

// isName tells whether b is the name of a daemon, perhaps with its number: torque, pbs_server[1234].
func isName(b []byte) bool {
	for _, c := range b {
		if !isLetter(c) && !isDigit(c) && c != '_' && c != '-' && c != '.' && c != '[' && c != ']' && c != '/' {
			return false
		}
	}
	return len(b) > 0
}

func allDigits(b []byte) bool {
	for _, c := range b {
		if !isDigit(c) {
			return false
		}
	}
	return true
}
