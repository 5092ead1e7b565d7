// Package dictionary says what the tables, views and columns of a database mean, out of the one list that makes them.
//
// What enters: what a site decides about its columns, and names of tables. What leaves: rows, or a text for people.
package dictionary

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"

	"pbsduck/export"
	"pbsduck/ingest/schema"
)

// An Entry is a line of the data dictionary: a column, or, without a column, a table or view.
type Entry struct {
	Table, Column, Type, Unit, Source, Comment string
	Null                                       bool // whether a value can be
}

// Of lists the tables and views of these names with their columns.
func Of(s schema.Site, names []string) []Entry {
	var entries []Entry
	for _, t := range s.Relations() {
		if !slices.Contains(names, t.Name) {
			continue
		}
		kind := "TABLE"
		if schema.IsView(t.Name) {
			kind = "VIEW"
		}
		entries = append(entries, OfTable(t, kind)...)
	}
	return entries
}

// OfTable lists one with its columns.
func OfTable(t schema.Table, kind string) []Entry {
	entries := []Entry{{Table: t.Name, Type: kind, Comment: t.Comment}}
	for _, c := range t.Columns {
		entries = append(entries, Entry{t.Name, c.Name, c.Type.SQL(), c.Unit, c.Source, c.Comment, !c.NotNull})
	}
	return entries
}

var rowSchema = arrow.NewSchema([]arrow.Field{
	{Name: "table", Type: arrow.BinaryTypes.String},
	{Name: "column", Type: arrow.BinaryTypes.String, Nullable: true},
	{Name: "type", Type: arrow.BinaryTypes.String},
	{Name: "unit", Type: arrow.BinaryTypes.String, Nullable: true},
	{Name: "null", Type: arrow.FixedWidthTypes.Boolean, Nullable: true},
	{Name: "source", Type: arrow.BinaryTypes.String, Nullable: true},
	{Name: "comment", Type: arrow.BinaryTypes.String},
}, nil)

// Rows are the entries as Arrow. The caller releases the reader.
func Rows(entries []Entry) (array.RecordReader, error) {
	return export.Filled(rowSchema, func(b *array.RecordBuilder) {
		for _, e := range entries {
			e.appendTo(b)
		}
	})
}

func (e Entry) appendTo(b *array.RecordBuilder) {
	for i, s := range []string{e.Table, e.Column, e.Type, e.Unit, "", e.Source, e.Comment} {
		text, isText := b.Field(i).(*array.StringBuilder)
		switch {
		case isText && s != "":
			text.Append(s)
		case isText, e.Column == "":
			b.Field(i).AppendNull()
		default:
			b.Field(i).(*array.BooleanBuilder).Append(e.Null)
		}
	}
}

// Text is the dictionary as a text for people, in lines of at most width characters where words allow.
func Text(entries []Entry, width int) string {
	var b strings.Builder
	for i, e := range entries {
		switch {
		case e.Column != "":
			fmt.Fprintf(&b, "  %-22s %s%s\n", e.Column, e.Type, notNull(e))
			wrap(&b, schema.Column{Unit: e.Unit, Source: e.Source, Comment: e.Comment}.Describe(), "      ", width)
			continue
		case i > 0:
			b.WriteString("\n")
		}
		fmt.Fprintf(&b, "%s\n", e.Table)
		wrap(&b, e.Comment, "  ", width)
		b.WriteString("\n")
	}
	return b.String()
}

func notNull(e Entry) string {
	if e.Null {
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

// Read reads what Rows gave, as JSON.
func Read(text []byte) ([]Entry, error) {
	var entries []Entry
	return entries, json.Unmarshal(text, &entries)
}
