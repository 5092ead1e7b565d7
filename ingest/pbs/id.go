package pbs

import "bytes"

// IDKind says what the id of a record names.
type IDKind uint8

// The kinds of id. IDOther is what [ParseID] gives together with an error.
const (
	IDOther                  IDKind = iota
	IDJob                           // 123.server, and bare 123
	IDArrayParent                   // 123[].server
	IDArrayElement                  // 123[5].server; Torque before 2.5 wrote 123-5.server
	IDArrayRange                    // 123[1-10:2].server, in D and a records
	IDAdvanceReservation            // R123.server
	IDStandingReservation           // S123.server
	IDMaintenanceReservation        // M123.server
	IDLicense                       // the word license, in L records
)

var idKindNames = [...]string{
	IDOther:                  "other",
	IDJob:                    "job",
	IDArrayParent:            "array parent",
	IDArrayElement:           "array element",
	IDArrayRange:             "array range",
	IDAdvanceReservation:     "advance reservation",
	IDStandingReservation:    "standing reservation",
	IDMaintenanceReservation: "maintenance reservation",
	IDLicense:                "license",
}

func (k IDKind) String() string {
	if int(k) < len(idKindNames) {
		return idKindNames[k]
	}
	return idKindNames[IDOther]
}

// ID is the third field of a record, taken apart.
type ID struct {
	Kind   IDKind
	Base   int64  // sequence number: shared by an array and its elements; -1 for license and on error
	Index  int64  // index of an array element, or of an occurrence S1[2]; -1 where the id names no single one
	Range  []byte // text between the brackets of an array range, else nil; part of the parsed bytes
	Server []byte // what follows the first dot, nil for a bare id; part of the parsed bytes
}

var noID = ID{Kind: IDOther, Base: -1, Index: -1}

// ParseID takes an id apart. The server suffix may be any printable text without blanks, brackets included
// (`3073070.[host_1]`, a masked plain job). Whatever is not an id of PBS, Torque or Cobalt is an error.
func ParseID(b []byte) (ID, error) {
	if len(b) == 0 {
		return noID, invalid("id", 0, ErrEmpty)
	}
	if string(b) == "license" {
		return ID{Kind: IDLicense, Base: -1, Index: -1}, nil
	}
	kind, start := leadingKind(b[0])
	base, end, err := scanInt(b, start)
	if end == start {
		return noID, invalid("id", end, ErrSyntax)
	}
	if err != nil {
		return noID, invalid("id", start, err)
	}
	id := ID{Kind: kind, Base: base, Index: -1}
	end, err = id.scanSubscript(b, end)
	if err != nil {
		return noID, invalid("id", end, err)
	}
	end, err = id.scanServer(b, end)
	if err != nil {
		return noID, invalid("id", end, err)
	}
	return id, nil
}

// leadingKind tells a reservation by its letter (PBS_RESV_ID_CHAR and its kin in OpenPBS src/include/pbs_ifl.h), and
// where the number starts.
func leadingKind(first byte) (kind IDKind, start int) {
	switch first {
	case 'R':
		return IDAdvanceReservation, 1
	case 'S':
		return IDStandingReservation, 1
	case 'M':
		return IDMaintenanceReservation, 1
	}
	return IDJob, 0
}

// scanSubscript reads [], [5], [1-10] or -5 at b[from], if there is one.
func (id *ID) scanSubscript(b []byte, from int) (end int, err error) {
	if from == len(b) {
		return from, nil
	}
	switch b[from] {
	case '[':
		return id.scanBrackets(b, from)
	case '-':
		if id.Kind != IDJob {
			return from, ErrSyntax
		}
		id.Kind = IDArrayElement
		id.Index, end, err = scanInt(b, from+1)
		if end == from+1 {
			err = ErrSyntax
		}
		return end, err
	}
	return from, nil
}

func (id *ID) scanBrackets(b []byte, from int) (end int, err error) {
	length := bytes.IndexByte(b[from:], ']')
	if length < 0 {
		return len(b), ErrSyntax
	}
	inside, end := b[from+1:from+length], from+length+1
	if id.Kind != IDJob { // an occurrence of a standing reservation
		id.Index, err = parseCount(inside)
		return end, err
	}
	if len(inside) == 0 {
		id.Kind = IDArrayParent
		return end, nil
	}
	id.Kind = IDArrayElement
	if id.Index, err = parseCount(inside); err != ErrSyntax {
		return end, err
	}
	id.Kind, id.Index, id.Range = IDArrayRange, -1, inside
	if !isIndexRange(inside) {
		return from + 1, ErrSyntax
	}
	return end, nil
}

// isIndexRange checks N[-N[:STEP]] joined by commas.
func isIndexRange(b []byte) bool {
	for more := true; more; {
		var item []byte
		item, b, more = bytes.Cut(b, []byte(","))
		first, rest, isSpan := bytes.Cut(item, []byte("-"))
		last, step, hasStep := bytes.Cut(rest, []byte(":"))
		if !isCount(first) || isSpan && !isCount(last) || hasStep && !isCount(step) {
			return false
		}
	}
	return true
}

func isCount(b []byte) bool {
	_, err := parseCount(b)
	return err == nil
}

// scanServer reads the rest of the id, which is nothing or a dot and a name.
func (id *ID) scanServer(b []byte, from int) (end int, err error) {
	if from == len(b) {
		return from, nil
	}
	if b[from] != '.' || from+1 == len(b) {
		return from, ErrSyntax
	}
	for end = from + 1; end < len(b); end++ {
		if b[end] <= ' ' || b[end] == 0x7f {
			return end, ErrSyntax
		}
	}
	id.Server = b[from+1:]
	return end, nil
}
