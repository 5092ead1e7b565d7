package duckdb

import (
	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"pbsduck/ingest/batch"
)

// chunkRows is about how many rows DuckDB is given at a time. It takes 2,048
// of them, and what remains of a batch costs it as much.
const chunkRows = 16 << 10

// A joining is an array.RecordReader of batches that joins small ones to larger
// ones as they are asked for. (An iterator can't: DuckDB asks from a thread
// that Go called into.)
type joining struct {
	schema  *arrow.Schema
	batches []arrow.RecordBatch // that are still to come
	current arrow.RecordBatch
	err     error
}

func newJoining(batches []arrow.RecordBatch) *joining {
	return &joining{schema: batches[0].Schema(), batches: batches}
}

// Next joins the next batches.
func (j *joining) Next() bool {
	j.drop()
	if len(j.batches) == 0 || j.err != nil {
		return false
	}
	n, rows := 0, int64(0)
	for n < len(j.batches) && rows < chunkRows {
		rows += j.batches[n].NumRows()
		n++
	}
	j.current, j.err = join(j.batches[:n], batch.Memory)
	j.batches = j.batches[n:]
	return j.err == nil
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

// join puts batches together. The caller releases the result.
func join(batches []arrow.RecordBatch, memory memory.Allocator) (arrow.RecordBatch, error) {
	if len(batches) == 1 {
		batches[0].Retain()
		return batches[0], nil
	}
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
