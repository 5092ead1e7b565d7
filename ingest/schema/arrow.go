package schema

import (
	"fmt"

	"github.com/apache/arrow-go/v18/arrow"
)

// Names of the metadata that each Arrow and Parquet field carries.
const (
	MetaUnit    = "unit"
	MetaComment = "comment"
	MetaSource  = "source"
)

// Arrow is the table's Arrow schema, with unit, source and comment of each column as metadata.
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
	return arrow.Field{Name: c.Name, Type: c.Type.Arrow(), Nullable: !c.NotNull, Metadata: arrow.MetadataFrom(meta)}
}

// Index is the position of a column; it panics if the table has none of that name, which only a mistake in this package
// can cause.
func (t Table) Index(name string) int {
	for i, c := range t.Columns {
		if c.Name == name {
			return i
		}
	}
	panic(fmt.Sprintf("table %s has no column %s", t.Name, name))
}

// Describe is the column's comment for people: meaning, what NULL means, unit and source.
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

// Arrow is the Arrow type of a column type.
func (t Type) Arrow() arrow.DataType {
	switch t {
	case Integer:
		return arrow.PrimitiveTypes.Int64
	case Float:
		return arrow.PrimitiveTypes.Float64
	case Boolean:
		return arrow.FixedWidthTypes.Boolean
	case Timestamp:
		return &arrow.TimestampType{Unit: arrow.Microsecond, TimeZone: "UTC"}
	case Date:
		return arrow.FixedWidthTypes.Date32
	case Bytes:
		return arrow.BinaryTypes.Binary
	}
	return arrow.BinaryTypes.String
}
