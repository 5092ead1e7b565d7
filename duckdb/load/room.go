package load

import (
	"context"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"

	"pbsduck/duckdb"
	"pbsduck/ingest/batch"
)

const (
	// packedRows is how many rows DuckDB packs at a time: it holds the bytes of
	// all of them in memory, or gives up.
	packedRows = 2048

	// easyBytes is how many bytes so many rows may have without a thought.
	easyBytes = 64 << 20
)

// A packing is how many bytes of a column DuckDB will hold while it packs.
type packing struct {
	lengths [packedRows]int64 // of the latest values
	at      int               // the oldest of them
	sum     int64             // of them all
	most    int64             // that it was
}

// add takes the values that come next.
func (p *packing) add(rec arrow.RecordBatch, column string) {
	values := rec.Column(duckdb.IndexOf(rec, column)).(*array.Binary)
	if values.NullN() == values.Len() {
		return
	}
	for i := range values.Len() {
		n := int64(values.ValueLen(i))
		p.sum += n - p.lengths[p.at]
		p.lengths[p.at] = n
		p.at = (p.at + 1) % packedRows
		p.most = max(p.most, p.sum)
	}
}

// room is what DuckDB needs for the columns that hold whatever users wrote, of
// any length.
type room struct{ records, events, rejects packing }

// makeRoom lets DuckDB take more memory before rows come that it could not pack
// otherwise: a load that takes more than it should is better than none.
func (l *Load) makeRoom(ctx context.Context, all []batch.Batches) error {
	r := &l.room
	for _, b := range all {
		r.records.add(b.Records, "compressed_data")
		r.rejects.add(b.Rejects, "bytes")
		for _, events := range b.Events {
			r.events.add(events, "raw")
		}
	}
	if most := max(r.records.most, r.events.most, r.rejects.most); most > easyBytes {
		return l.db.NeedMemory(ctx, most+most/3) // other columns tell of the same bytes, too
	}
	return nil
}
