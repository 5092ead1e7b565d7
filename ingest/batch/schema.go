package batch

import (
	"fmt"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
)

// Names of the metadata that each Arrow and Parquet field carries.
const (
	MetaUnit    = "unit"
	MetaComment = "comment"
	MetaSource  = "source"
)

// Arrow is the table's Arrow schema, with unit, source and comment of each
// column as metadata.
func (t Table) Arrow() *arrow.Schema {
	fields := make([]arrow.Field, len(t.Columns))
	for i, c := range t.Columns {
		fields[i] = c.Field()
	}
	return arrow.NewSchema(fields, nil)
}

// Field is the column as an Arrow field.
func (c Column) Field() arrow.Field {
	meta := map[string]string{MetaComment: c.Comment, MetaSource: c.Source}
	if c.Unit != "" {
		meta[MetaUnit] = c.Unit
	}
	return arrow.Field{Name: c.Name, Type: c.Type.arrowType(), Nullable: !c.NotNull, Metadata: arrow.MetadataFrom(meta)}
}

// Index is the position of a column; it panics if the table has none of that
// name, which only a mistake in this package can cause.
func (t Table) Index(name string) int {
	for i, c := range t.Columns {
		if c.Name == name {
			return i
		}
	}
	panic(fmt.Sprintf("table %s has no column %s", t.Name, name))
}

// batch hands the gathered rows over as an Arrow record batch.
func (r *rows) batch(schema *arrow.Schema) arrow.RecordBatch {
	if r.room == 0 {
		r.reserve(1)
	}
	arrays := make([]arrow.Array, len(r.vectors))
	for i := range r.vectors {
		if i == len(arrays)-1 && r.table.HasCheck() {
			r.vectors[i].setNumbers(r.table.Checks(r.vectors[i].numbers[:0], arrays))
		}
		arrays[i] = r.vectors[i].array(r.row)
	}
	rec := array.NewRecordBatch(schema, arrays, int64(r.row))
	r.row, r.room, r.before = 0, 0, r.row
	for _, a := range arrays {
		a.Release()
	}
	return rec
}

// Describe is the column's comment for people: meaning, what NULL means, unit
// and source.
func (c Column) Describe() string {
	s := c.Comment
	if c.Unit != "" {
		s += " Unit: " + c.Unit + "."
	}
	if c.Source != "" {
		s += " Source: " + c.Source + "."
	}
	return s
}
