package records

import (
	"pbsduck/export"
	"pbsduck/ingest/batch"
	"pbsduck/ingest/pbs"
)

// Split reads a record from its bytes.
func Split(raw []byte) *pbs.Record {
	var r pbs.Record
	pbs.NewScanner(batch.NewParser()).Split(raw, &r)
	return &r
}

// AppendFields appends the attributes of a record, one per line, or the text of one that has none.
func AppendFields(dst []byte, record *pbs.Record) []byte {
	show := func(b []byte) string {
		if record.Flags&pbs.NotUTF8 != 0 {
			b = batch.AppendLatin1(nil, b)
		}
		return export.Visible(string(b))
	}
	for _, a := range record.Attrs {
		dst = append(append(append(append(dst, show(a.Name)...), " = "...), show(a.Value)...), '\n')
	}
	if len(record.Attrs) == 0 {
		dst = append(append(dst, show(record.Text)...), '\n')
	}
	return dst
}
