package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"pbsduck/duckdb"
	"pbsduck/ingest/schema"
)

// A dictionaryEntry is a line of the data dictionary: a column, or, without a
// column, a table or view.
type dictionaryEntry struct {
	table, column, typ, unit, source, comment string
	null                                      bool
}

// dictionary lists tables and views with their columns.
func dictionary(s schema.Site, names []string) []dictionaryEntry {
	var entries []dictionaryEntry
	add := func(kind string, t schema.Table) {
		if !slices.Contains(names, t.Name) {
			return
		}
		entries = append(entries, dictionaryEntry{table: t.Name, typ: kind, comment: t.Comment})
		for _, c := range t.Columns {
			entries = append(entries, dictionaryEntry{t.Name, c.Name, duckdb.TypeName(c.Type), c.Unit, c.Source, c.Comment, !c.NotNull})
		}
	}
	for _, t := range s.Tables() {
		add("TABLE", t)
	}
	for _, v := range duckdb.Views(s) {
		add("VIEW", v.Table)
	}
	return entries
}

var dictionarySchema = arrow.NewSchema([]arrow.Field{
	{Name: "table", Type: arrow.BinaryTypes.String},
	{Name: "column", Type: arrow.BinaryTypes.String, Nullable: true},
	{Name: "type", Type: arrow.BinaryTypes.String},
	{Name: "unit", Type: arrow.BinaryTypes.String, Nullable: true},
	{Name: "null", Type: arrow.FixedWidthTypes.Boolean, Nullable: true},
	{Name: "source", Type: arrow.BinaryTypes.String, Nullable: true},
	{Name: "comment", Type: arrow.BinaryTypes.String},
}, nil)

// dictionaryRows are the entries as Arrow. The caller releases the reader.
func dictionaryRows(entries []dictionaryEntry) (array.RecordReader, error) {
	b := array.NewRecordBuilder(memory.DefaultAllocator, dictionarySchema)
	defer b.Release()
	for _, e := range entries {
		for i, s := range []string{e.table, e.column, e.typ, e.unit, "", e.source, e.comment} {
			text, isText := b.Field(i).(*array.StringBuilder)
			switch {
			case isText && s != "":
				text.Append(s)
			case isText, e.column == "":
				b.Field(i).AppendNull()
			default:
				b.Field(i).(*array.BooleanBuilder).Append(e.null)
			}
		}
	}
	batch := b.NewRecordBatch()
	defer batch.Release()
	return array.NewRecordReader(dictionarySchema, []arrow.RecordBatch{batch})
}

// dictionaryText is the dictionary as a text for people, in lines of at most
// width characters where words allow.
func dictionaryText(entries []dictionaryEntry, width int) string {
	var b strings.Builder
	for i, e := range entries {
		switch {
		case e.column != "":
			fmt.Fprintf(&b, "  %-22s %s%s\n", e.column, e.typ, notNull(e))
			wrap(&b, schema.Column{Unit: e.unit, Source: e.source, Comment: e.comment}.Describe(), "      ", width)
			continue
		case i > 0:
			b.WriteString("\n")
		}
		fmt.Fprintf(&b, "%s\n", e.table)
		wrap(&b, e.comment, "  ", width)
		b.WriteString("\n")
	}
	return b.String()
}

func notNull(e dictionaryEntry) string {
	if e.null {
		return ""
	}
	return ", never NULL"
}

// wrap writes text in lines that begin with indent.
func wrap(b *strings.Builder, text, indent string, width int) {
	length := 0
	for _, word := range strings.Fields(text) {
		if length > 0 && length+1+len(word) > width {
			b.WriteString("\n")
			length = 0
		}
		if length == 0 {
			b.WriteString(indent)
			length = len(indent)
		} else {
			b.WriteString(" ")
			length++
		}
		b.WriteString(word)
		length += len(word)
	}
	b.WriteString("\n")
}
