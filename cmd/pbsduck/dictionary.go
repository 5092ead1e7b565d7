package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"pbsduck/duckdb"
	"pbsduck/ingest/batch"
)

// A dictionaryEntry is a line of the data dictionary: a column, or, without a
// column, a table or view.
type dictionaryEntry struct {
	table, column, typ, unit, source, comment string
	null                                      bool
}

// dictionary lists tables and views with their columns.
func dictionary(ctx context.Context, s batch.Site, names []string) ([]dictionaryEntry, error) {
	var entries []dictionaryEntry
	for _, t := range s.Tables() {
		if !slices.Contains(names, t.Name) {
			continue
		}
		entries = append(entries, dictionaryEntry{table: t.Name, typ: "TABLE", comment: t.Comment})
		for _, c := range t.Columns {
			entries = append(entries, dictionaryEntry{t.Name, c.Name, duckdb.TypeName(c.Type), c.Unit, c.Source, c.Comment, !c.NotNull})
		}
	}
	var types map[string]string
	for _, v := range duckdb.Views(s) {
		if !slices.Contains(names, v.Name) {
			continue
		}
		if types == nil {
			var err error
			if types, err = viewTypes(ctx, s); err != nil {
				return nil, err
			}
		}
		entries = append(entries, dictionaryEntry{table: v.Name, typ: "VIEW", comment: v.Comment})
		for _, c := range v.Columns {
			entries = append(entries, dictionaryEntry{table: v.Name, column: c[0], typ: types[v.Name+"."+c[0]], comment: c[1], null: true})
		}
	}
	return entries, nil
}

// viewTypes gives the type of each "view.column". Only DuckDB knows them: it
// is asked about an empty database in memory.
func viewTypes(ctx context.Context, s batch.Site) (types map[string]string, err error) {
	db, err := duckdb.Open(ctx, "", duckdb.Options{Version: version, Site: s})
	if err != nil {
		return nil, err
	}
	defer db.Close()
	rows, err := db.Query(ctx, "SELECT table_name || '.' || column_name, data_type FROM duckdb_columns() WHERE NOT internal")
	if err != nil {
		return nil, err
	}
	defer rows.Release()
	types = map[string]string{}
	for rows.Next() {
		b := rows.RecordBatch()
		for i := range int(b.NumRows()) {
			// The strings lie in memory of the batch.
			types[strings.Clone(b.Column(0).ValueStr(i))] = shortType(strings.Clone(b.Column(1).ValueStr(i)))
		}
	}
	return types, rows.Err()
}

// shortType is the name of a type as the tables' definitions have it.
func shortType(name string) string {
	if name == "TIMESTAMP WITH TIME ZONE" {
		return "TIMESTAMPTZ"
	}
	return name
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
			wrap(&b, batch.Column{Unit: e.unit, Source: e.source, Comment: e.comment}.Describe(), "      ", width)
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
