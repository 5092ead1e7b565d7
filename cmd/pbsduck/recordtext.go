package main

import (
	"bytes"
	"fmt"
	"time"

	"pbsduck/duckdb"
	"pbsduck/export"
	"pbsduck/ingest/batch"
	"pbsduck/ingest/pbs"
)

// unknownOffset is that of a record whose place in bytes is not known.
const unknownOffset = -1

// splitRecord reads a record from its bytes.
func splitRecord(raw []byte) *pbs.Record {
	var r pbs.Record
	pbs.NewScanner(batch.NewParser()).Split(raw, &r)
	return &r
}

// appendRecordJSON writes a record as parse does, but for its place in the log
// in bytes, which is not kept.
func appendRecordJSON(out *bytes.Buffer, raw duckdb.RawRecord) error {
	zone, err := time.LoadLocation(raw.TimeZone) // UTC if unknown
	if err != nil {
		return fmt.Errorf("log_files.time_zone: %w", err)
	}
	record := splitRecord(raw.Bytes)
	record.Line, record.Offset = raw.Line, unknownOffset
	record.Flags |= raw.Context
	lines := newRecordJSON(zone)
	lines.setFile(raw.File)
	out.Write(lines.appendLine(nil, record))
	return nil
}

// appendFields writes the attributes of a record, one per line, or the text of
// one that has none.
func appendFields(out *bytes.Buffer, raw []byte) {
	record := splitRecord(raw)
	show := func(b []byte) string {
		if record.Flags&pbs.NotUTF8 != 0 {
			b = batch.AppendLatin1(nil, b)
		}
		return export.Visible(string(b))
	}
	for _, a := range record.Attrs {
		fmt.Fprintf(out, "%s = %s\n", show(a.Name), show(a.Value))
	}
	if len(record.Attrs) == 0 {
		out.WriteString(show(record.Text) + "\n")
	}
}
