package report

import (
	"slices"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"

	"pbsduck/ingest/schema"
)

// shape leaves out the columns period and entity where rows are by none, or by what another column says; gives the
// entity its name; and says of each column what the head says.
func (p plan) shape(r array.RecordReader) array.RecordReader {
	shaped := &shapedReader{RecordReader: r}
	var fields []arrow.Field
	for i, f := range r.Schema().Fields() {
		switch {
		case f.Name == "period" && p.period == "",
			f.Name == "entity" && (p.entity == "" || r.Schema().HasField(p.entity)):
			continue
		case f.Name == "entity":
			f.Name = p.entity
			f.Metadata = p.describe("entity")
		default:
			f.Metadata = p.describe(f.Name)
		}
		fields = append(fields, f)
		shaped.columns = append(shaped.columns, i)
	}
	shaped.schema = arrow.NewSchema(fields, nil)
	return shaped
}

// describe is the metadata of a column, as other tables' columns have it.
func (p plan) describe(column string) arrow.Metadata {
	i := slices.IndexFunc(p.Columns, func(c Column) bool { return c.Name == column })
	if i < 0 {
		return arrow.Metadata{}
	}
	meta := map[string]string{schema.MetaComment: p.Columns[i].Comment, schema.MetaSource: "report " + p.Name}
	if unit := p.Columns[i].Unit; unit != "" {
		meta[schema.MetaUnit] = unit
	}
	return arrow.MetadataFrom(meta)
}

// A shapedReader gives some columns of another reader.
type shapedReader struct {
	array.RecordReader
	schema  *arrow.Schema
	columns []int
	batch   arrow.RecordBatch
}

func (s *shapedReader) Schema() *arrow.Schema { return s.schema }

func (s *shapedReader) Next() bool {
	s.drop()
	if !s.RecordReader.Next() {
		return false
	}
	whole := s.RecordReader.RecordBatch()
	chosen := make([]arrow.Array, len(s.columns))
	for i, c := range s.columns {
		chosen[i] = whole.Column(c)
	}
	s.batch = array.NewRecordBatch(s.schema, chosen, whole.NumRows())
	return true
}

func (s *shapedReader) RecordBatch() arrow.RecordBatch { return s.batch }

func (s *shapedReader) Record() arrow.RecordBatch { return s.batch }

func (s *shapedReader) Release() {
	s.drop()
	s.RecordReader.Release()
}

func (s *shapedReader) drop() {
	if s.batch != nil {
		s.batch.Release()
		s.batch = nil
	}
}
