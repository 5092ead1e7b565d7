package export

import (
	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
)

// Filled are rows that fill puts into the columns of a schema, for what comes from no database. The caller releases the
// reader.
func Filled(s *arrow.Schema, fill func(*array.RecordBuilder)) (array.RecordReader, error) {
	b := array.NewRecordBuilder(memory.DefaultAllocator, s)
	defer b.Release()
	fill(b)
	batch := b.NewRecordBatch()
	defer batch.Release()
	return array.NewRecordReader(s, []arrow.RecordBatch{batch})
}
