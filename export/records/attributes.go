package records

import (
	"unicode/utf8"

	"pbsduck/ingest/batch"
	"pbsduck/ingest/pbs"
)

// Attributes reads the attributes of records as a map has them: each name once, in the order in which the names come
// first. Of a name that comes twice it is the last value, as in the columns of jobs (pbs.Record.Value). It reuses what
// it holds; one goroutine at a time.
type Attributes struct {
	scanner *pbs.Scanner
	record  pbs.Record
	names   nameIndex
	latin1  []byte
}

// NewAttributes makes one.
func NewAttributes() *Attributes {
	return &Attributes{scanner: pbs.NewScanner(batch.NewParser()), names: newNameIndex()}
}

// Visit visits the attributes of a record; one whose text is free text, or that is no record, has none. A name or value
// with bytes that are not UTF-8 is read as Latin-1, all of it, as in the columns. The bytes are good until visit
// returns.
func (a *Attributes) Visit(raw []byte, visit func(name, value []byte)) {
	a.scanner.Split(raw, &a.record)
	if a.record.Problem != "" {
		return
	}
	attrs := a.record.Attrs
	a.names.build(attrs)
	for i := range attrs {
		if a.names.repeats[i] {
			continue
		}
		last := i
		for a.names.next[last] >= 0 {
			last = int(a.names.next[last])
		}
		visit(attrs[i].Name, a.text(attrs[last].Value)) // names are ASCII (pbs.Attr)
	}
}

// text gives a value as UTF-8.
func (a *Attributes) text(value []byte) []byte {
	if a.record.Flags&pbs.NotUTF8 == 0 || utf8.Valid(value) {
		return value
	}
	a.latin1 = batch.AppendLatin1(a.latin1[:0], value)
	return a.latin1
}
