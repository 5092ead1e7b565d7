package duckdb

import (
	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"pbsduck/ingest/batch"
)

const (
	// chunkRows is about how many rows DuckDB is given at a time. It takes 2,048 of them, and what remains of a batch
	// costs it as much.
	chunkRows = 16 << 10

	// chunkParts is the most parts that they are put together from: each part costs some kilobytes, however few rows it
	// has.
	chunkParts = 1 << 10
)

// A Part is some rows of a batch. It does not hold the batch.
type Part struct {
	rec  arrow.RecordBatch
	rows Span
}

func (p Part) size() int64 { return p.rows.Until - p.rows.From }

// allOf are batches as parts.
func allOf(batches []arrow.RecordBatch) []Part {
	parts := make([]Part, 0, len(batches))
	for _, rec := range batches {
		if rec.NumRows() > 0 {
			parts = append(parts, Part{rec, Span{0, rec.NumRows()}})
		}
	}
	return parts
}

// A joining is an array.RecordReader of parts of batches that joins small ones to larger ones as they are asked for.
// (An iterator can't: DuckDB asks from a thread that Go called into.)
type joining struct {
	schema  *arrow.Schema
	parts   []Part // that are still to come
	current arrow.RecordBatch
	err     error
}

func newJoining(parts []Part) *joining {
	return &joining{schema: parts[0].rec.Schema(), parts: parts}
}

// Next joins the next parts.
func (j *joining) Next() bool {
	j.drop()
	if len(j.parts) == 0 || j.err != nil {
		return false
	}
	var slices []arrow.RecordBatch
	for rows := int64(0); len(j.parts) > 0 && rows < chunkRows && len(slices) < chunkParts; j.parts = j.parts[1:] {
		p := j.parts[0]
		slices = append(slices, p.rec.NewSlice(p.rows.From, p.rows.Until))
		rows += p.size()
	}
	if len(slices) == 1 {
		j.current = slices[0]
		return true
	}
	j.current, j.err = join(slices, batch.Memory)
	for _, s := range slices {
		s.Release()
	}
	return j.err == nil
}

// JoinAll puts all parts into batches. The caller releases these, also after an error.
func JoinAll(parts []Part) (all []arrow.RecordBatch, err error) {
	if len(parts) == 0 {
		return nil, nil
	}
	reader := newJoining(parts)
	defer reader.drop()
	for reader.Next() {
		reader.current.Retain()
		all = append(all, reader.current)
	}
	return all, reader.err
}

// drop lets go the batch at hand.
func (j *joining) drop() {
	if j.current != nil {
		j.current.Release()
		j.current = nil
	}
}

// Schema is that of every batch.
func (j *joining) Schema() *arrow.Schema { return j.schema }

// RecordBatch is the batch at hand, until Next is called.
func (j *joining) RecordBatch() arrow.RecordBatch { return j.current }

// Record is RecordBatch under its former name, which the interface wants.
func (j *joining) Record() arrow.RecordBatch { return j.current }

// Err says why there is no next batch.
func (j *joining) Err() error { return j.err }

// Retain does nothing: who made the reader has it until the end.
func (j *joining) Retain() {}

// Release does nothing either.
func (j *joining) Release() {}

// join copies batches into one, which has no room to spare. The caller releases it.
func join(batches []arrow.RecordBatch, memory memory.Allocator) (arrow.RecordBatch, error) {
	rows := int64(0)
	for _, b := range batches {
		rows += b.NumRows()
	}
	columns := make([]arrow.Array, 0, batches[0].NumCols())
	defer func() {
		for _, c := range columns {
			c.Release()
		}
	}()
	pieces := make([]arrow.Array, len(batches))
	for i := range int(batches[0].NumCols()) {
		for k, b := range batches {
			pieces[k] = b.Column(i)
		}
		column, err := array.Concatenate(pieces, memory)
		if err != nil {
			return nil, err
		}
		columns = append(columns, column)
	}
	return array.NewRecordBatch(batches[0].Schema(), columns, rows), nil
}
