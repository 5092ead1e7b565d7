package load

import (
	"context"
	"runtime"
	"runtime/debug"

	"github.com/apache/arrow-go/v18/arrow"

	"pbsduck/ingest/batch"
)

const (
	// packedRows is how many rows DuckDB packs at a time: it holds the bytes of all of them in memory, or gives up.
	packedRows = 2048

	// easyBytes is how many bytes so many rows may have without a thought.
	easyBytes = 64 << 20
)

// room is what DuckDB needs while it packs the columns that hold whatever users wrote, of any length.
type room struct {
	columns map[string]*window // by table.column
	most    int64              // bytes of the rows that are packed at a time, in any column, at most
}

// A window is the latest batches of a column that rows which are packed together may come from.
type window struct{ rows, bytes []int64 }

// add adds a batch, and gives how many bytes there are.
func (w *window) add(rows, bytes int64) (sum int64) {
	w.rows, w.bytes = append(w.rows, rows), append(w.bytes, bytes)
	behind := int64(0)
	for i := len(w.rows) - 1; i >= 0; i-- {
		if behind >= packedRows {
			w.rows, w.bytes = w.rows[i+1:], w.bytes[i+1:]
			break
		}
		behind += w.rows[i]
		sum += w.bytes[i]
	}
	return sum
}

// add adds the batches of a table that come next.
func (r *room) add(table string, rec arrow.RecordBatch) {
	if rec.NumRows() == 0 {
		return
	}
	for i, column := range rec.Columns() {
		texts, ok := column.(interface{ ValueOffsets() []int32 })
		if !ok || column.NullN() == column.Len() {
			continue
		}
		name := table + "." + rec.ColumnName(i)
		if r.columns == nil {
			r.columns = map[string]*window{}
		}
		if r.columns[name] == nil {
			r.columns[name] = new(window)
		}
		ends := texts.ValueOffsets()
		r.most = max(r.most, r.columns[name].add(rec.NumRows(), int64(ends[len(ends)-1]-ends[0])))
	}
}

// isTight tells whether rows came that take more memory than others.
func (r *room) isTight() bool { return r.most > easyBytes }

// makeRoom lets DuckDB take more memory before rows come that it could not pack otherwise: a load that takes more than
// it should is better than none.
func (l *transaction) makeRoom(ctx context.Context, all []batch.Batches) error {
	r := &l.room
	for _, b := range all {
		r.add("outcomes", b.Outcomes)
		r.add("records", b.Records)
		r.add("rejects", b.Rejects)
		for _, events := range b.Events {
			r.add("events", events)
		}
	}
	if r.isTight() {
		return l.db.NeedMemory(ctx, r.most+r.most/3) // other columns tell of the same bytes, too
	}
	return nil
}

// makeRoomToPack gives back what memory Go has to spare, before DuckDB packs rows that take much.
func (l *transaction) makeRoomToPack() {
	if l.room.isTight() {
		runtime.GC() // of what is kept to be used again it leaves the half
		debug.FreeOSMemory()
	}
}
