package export

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/compute"
)

// shape turns the batches of a reader into those of a file: the zone of every instant is UTC (the instants stay, only
// the label changes: DuckDB labels them with the session's zone), the element of a list is called "element" as in
// Parquet, and columns and file carry the metadata of the options. Values are not copied, but for dictionaries when
// dense is set.
type shape struct {
	schema *arrow.Schema
	// dense makes a dictionary column a plain one. Dictionaries change from batch to batch: an IPC file may hold only one
	// for each column, and arrow-go's Parquet writer gives up on dictionaries altogether when it meets a second one.
	dense bool
}

func newShape(schema *arrow.Schema, dense bool, o Options) *shape {
	return &shape{schema: reshape(schema, dense, o), dense: dense}
}

func reshape(schema *arrow.Schema, dense bool, o Options) *arrow.Schema {
	fields := make([]arrow.Field, schema.NumFields())
	for i, f := range schema.Fields() {
		f.Type = reshapeType(f.Type)
		if d, ok := f.Type.(*arrow.DictionaryType); ok && dense {
			f.Type = d.ValueType
		}
		f.Metadata = merged(f.Metadata, o.Fields[f.Name])
		fields[i] = f
	}
	meta := merged(schema.Metadata(), o.Metadata)
	return arrow.NewSchema(fields, &meta)
}

// merged adds to the metadata, sorted by key so that the same input gives the same file.
func merged(m arrow.Metadata, more map[string]string) arrow.Metadata {
	all := m.ToMap()
	maps.Copy(all, more)
	keys := slices.Sorted(maps.Keys(all))
	values := make([]string, len(keys))
	for i, k := range keys {
		values[i] = all[k]
	}
	return arrow.NewMetadata(keys, values)
}

func reshapeType(t arrow.DataType) arrow.DataType {
	switch t := t.(type) {
	case *arrow.TimestampType:
		if t.TimeZone != "" {
			return &arrow.TimestampType{Unit: t.Unit, TimeZone: "UTC"}
		}
	case *arrow.ListType:
		return arrow.ListOfField(elementField(t.ElemField()))
	case *arrow.LargeListType:
		return arrow.LargeListOfField(elementField(t.ElemField()))
	case *arrow.FixedSizeListType:
		return arrow.FixedSizeListOfField(t.Len(), elementField(t.ElemField()))
	case *arrow.StructType:
		fields := slices.Clone(t.Fields())
		for i := range fields {
			fields[i].Type = reshapeType(fields[i].Type)
		}
		return arrow.StructOf(fields...)
	case *arrow.MapType:
		key, item := t.KeyField(), t.ItemField()
		key.Type, item.Type = reshapeType(key.Type), reshapeType(item.Type)
		return arrow.MapOfFields(key, item)
	}
	return t
}

func elementField(f arrow.Field) arrow.Field {
	f.Name, f.Type = "element", reshapeType(f.Type)
	return f
}

// batch returns the batch in this shape. The caller releases it.
func (s *shape) batch(b arrow.RecordBatch) (arrow.RecordBatch, error) {
	cols := make([]arrow.Array, 0, b.NumCols())
	defer func() {
		for _, c := range cols {
			c.Release()
		}
	}()
	for i, col := range b.Columns() {
		c, err := s.array(col, s.schema.Field(i).Type)
		if err != nil {
			return nil, fmt.Errorf("column %q: %w", b.ColumnName(i), err)
		}
		cols = append(cols, c)
	}
	return array.NewRecordBatch(s.schema, cols, b.NumRows()), nil
}

func (s *shape) array(col arrow.Array, to arrow.DataType) (arrow.Array, error) {
	if d, ok := col.(*array.Dictionary); ok && s.dense {
		return compute.CastArray(context.Background(), d, compute.SafeCastOptions(to))
	}
	data := relabel(col.Data(), to)
	defer data.Release()
	return array.MakeFromData(data), nil
}

// relabel returns the same data under a type that differs in labels only. The caller releases it.
func relabel(data arrow.ArrayData, to arrow.DataType) arrow.ArrayData {
	if _, ok := to.(arrow.NestedType); !ok || len(data.Children()) == 0 {
		if arrow.TypeEqual(data.DataType(), to, arrow.CheckMetadata()) {
			data.Retain()
			return data
		}
		return array.NewData(to, data.Len(), data.Buffers(), data.Children(), data.NullN(), data.Offset())
	}
	children := make([]arrow.ArrayData, len(data.Children()))
	for i, child := range data.Children() {
		children[i] = relabel(child, childType(to, i))
	}
	whole := array.NewData(to, data.Len(), data.Buffers(), children, data.NullN(), data.Offset())
	for _, child := range children {
		child.Release()
	}
	return whole
}

func childType(t arrow.DataType, i int) arrow.DataType {
	return t.(arrow.NestedType).Fields()[i].Type
}
