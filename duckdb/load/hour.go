package load

import (
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"pbsduck/ingest/pbs"
)

// An hour is the records of a fold, in the order in which they were written.
type hour struct {
	pbs.Fold
	records []hourRecord
}

type hourRecord struct {
	row    int64
	second int32 // since the beginning of the fold, in the pass that it has now
	kind   int8  // as in hour_records.sql
	sure   bool
}

func (h *hour) read(rows arrow.RecordBatch) {
	kinds, ids := rows.Column(0).(*array.Int32), rows.Column(1).(*array.Int64)
	times, undated := rows.Column(2).(*array.Int64), rows.Column(3).(*array.Boolean)
	for i := range int(rows.NumRows()) {
		h.records = append(h.records, hourRecord{
			row: ids.Value(i), second: int32(times.Value(i) - h.Begin), kind: int8(kinds.Value(i)), sure: !undated.Value(i),
		})
	}
}

// Moves says of the records of a fold, in the order in which they were written, by how many seconds the time of each
// changes that is not sure.
func Moves(fold pbs.Fold, seconds []int64, sure []bool) []int64 {
	h := hour{Fold: fold}
	for i, s := range seconds {
		h.records = append(h.records, hourRecord{second: int32(s - fold.Begin), sure: sure[i]})
	}
	by := make([]int64, len(seconds))
	for i, pass := range h.passes() {
		by[i] = h.records[i].move(pass, h.Length)
	}
	return by
}

// move is by how many seconds the record's time changes if it was written in a pass of the hour.
func (r *hourRecord) move(pass uint8, length int64) int64 {
	if r.sure {
		return 0
	}
	return int64(pass)*length + int64(r.second)%length - int64(r.second)
}

// moved lists the events whose time is not the right one: kind, row, and by how many seconds it changes.
func (h *hour) moved() arrow.RecordBatch {
	b := array.NewRecordBuilder(memory.DefaultAllocator, movedSchema)
	defer b.Release()
	for i, pass := range h.passes() {
		r := &h.records[i]
		if by := r.move(pass, h.Length); by != 0 {
			for k, v := range []int64{int64(r.kind), r.row, by} {
				b.Field(k).(*array.Int64Builder).Append(v)
			}
		}
	}
	return b.NewRecordBatch()
}

var movedSchema = arrow.NewSchema([]arrow.Field{
	{Name: "kind", Type: arrow.PrimitiveTypes.Int64},
	{Name: "row", Type: arrow.PrimitiveTypes.Int64},
	{Name: "seconds", Type: arrow.PrimitiveTypes.Int64},
}, nil)

// passes says of each record whether it was written in the first (0) or the second (1) pass of the hour: so that the
// clock goes back as little as can be from record to record. Of what is equally likely it is the first.
func (h *hour) passes() []uint8 {
	from := make([][2]uint8, len(h.records)) // by pass: that of the record before
	var cost, at [2]int64
	for i := range h.records {
		r := &h.records[i]
		now := [2]int64{int64(r.second), int64(r.second)}
		if !r.sure {
			now[0] %= h.Length
			now[1] = now[0] + h.Length
		}
		var sum [2]int64
		for pass := range now {
			first, second := cost[0]+setBack(at[0], now[pass]), cost[1]+setBack(at[1], now[pass])
			if sum[pass] = first; second < first {
				sum[pass], from[i][pass] = second, 1
			}
		}
		cost, at = sum, now
	}
	passes := make([]uint8, len(h.records))
	pass := uint8(0)
	if cost[1] < cost[0] {
		pass = 1
	}
	for i := len(passes) - 1; i >= 0; i-- {
		passes[i] = pass
		pass = from[i][pass]
	}
	return passes
}

// setBack is what it costs that the clock goes back from one record to the next: by how much it does. Up to a minute is
// next to nothing, as servers write some records late, and decides only where nothing else does.
func setBack(from, to int64) int64 {
	back := max(0, from-to)
	if back > int64(time.Minute/time.Second) {
		return back << 16
	}
	return back
}
