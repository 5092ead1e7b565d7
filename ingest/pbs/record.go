package pbs

import "bytes"

// A Record is one accounting entry. All slices point into the block that was framed.
type Record struct {
	Raw    []byte // exact bytes, without the newline that ends the last line
	Line   int64  // number of its first line in the file, from 1
	Lines  int    // physical lines it spans
	Offset int64  // byte offset of Raw in the (decompressed) file

	Stamp Stamp  // head of the line: server's local time, no zone
	Type  []byte // record letter; two letters in Cobalt logs
	ID    []byte // job, reservation, or the word "license"
	Text  []byte // what follows the third semicolon

	Attrs   []Attr // in the order written; empty where Text is free text
	Flags   Flags
	Problem string // why the record has no usable head; empty if it has

	joins []join // values that go on over the end of their line
}

// Letter is the record type as one byte, 0 for a two-letter type or none.
func (r *Record) Letter() byte { return letterOf(r.Type) }

func letterOf(typ []byte) byte {
	if len(typ) == 1 {
		return typ[0]
	}
	return 0
}

// Value gives the last attribute with that key: where a user forged one in front of it, the server's own comes later.
func (r *Record) Value(k Key) ([]byte, bool) {
	for i := len(r.Attrs) - 1; i >= 0; i-- {
		if r.Attrs[i].Key == k {
			return r.Attrs[i].Value, true
		}
	}
	return nil, false
}

// An Attr is one `key=value` of a record's text.
type Attr struct {
	Key    Key    // the number of a known key, Unknown for others
	Quoted bool   // PBS put quotes around the value
	Name   []byte // as written, e.g. "Resource_List.ncpus"
	Value  []byte // without those quotes
}

// Written is the attribute as it stands in the record: name, '=' and value with its quotes.
func (a *Attr) Written() []byte {
	n := len(a.Name) + 1 + len(a.Value)
	if a.Quoted {
		n += 2
	}
	return a.Name[:n] // the name's bytes are the record's, which go on
}

// Flags say what a reader should know before it trusts a record. Their bits are in hashes that are stored: new ones
// come last.
type Flags uint16

// The doubts a record may come with.
const (
	Ambiguous Flags = 1 << iota // keys repeat or are out of order: more than one reading
	Unclosed                    // a quote is opened and never closed
	Forged                      // holds what looks like a record of its own (log injection)
	Torn                        // no newline ends it: last in its file, or another record stands in its line
	Truncated                   // text cut by the server at 4,351 bytes (LOG_BUF_SIZE)
	Prefixed                    // a file name or syslog head stood before the record
	NotUTF8                     // holds bytes that are not UTF-8
	Orphan                      // bytes that are no record
	Doubtful                    // may be part of a value of a record before it, which was cut off or holds it
	Wrapped                     // its lines were broken between two attributes
	CutOff                      // ends before what PBS writes last
)

// Context are the flags that the record's bytes alone do not tell, but what stands around them: whoever reads stored
// bytes again has to say them.
const Context = Torn | Doubtful

var flagNames = [...]string{
	"ambiguous", "unclosed_quote", "forged_record", "torn", "truncated", "prefixed", "not_utf8", "orphan", "doubtful",
	"wrapped", "cut_off",
}

// ParseFlags reads names that AppendNames wrote. Others, which say something else about a row, are passed over.
func ParseFlags(names []byte) (f Flags) {
	for name := range bytes.FieldsSeq(names) {
		for i, n := range flagNames {
			if string(name) == n {
				f |= 1 << i
			}
		}
	}
	return f
}

// AppendNames appends the names of the flags that are set, in a fixed order, parted by blanks.
func (f Flags) AppendNames(dst []byte) []byte {
	for i, n := range flagNames {
		if f&(1<<i) == 0 {
			continue
		}
		if len(dst) > 0 {
			dst = append(dst, ' ')
		}
		dst = append(dst, n...)
	}
	return dst
}

// Names lists the flags that are set, in a fixed order.
func (f Flags) Names() []string {
	var names []string
	for i, n := range flagNames {
		if f&(1<<i) != 0 {
			names = append(names, n)
		}
	}
	return names
}
