package verify

import (
	"context"
	"sync/atomic"

	"pbsduck/duckdb"
	"pbsduck/duckdb/records"
)

// readAtOnce is how many outcomes a worker takes at a time.
var readAtOnce = duckdb.Limits{Rows: 1 << 16, Bytes: 16 << 20}

// idRanges shares out the numbers of the outcomes there are.
type idRanges struct {
	list     []duckdb.RowRange
	total    int64 // outcomes
	next     atomic.Int64
	done     atomic.Int64 // outcomes
	progress func(done, total int64)
}

func newRanges(ctx context.Context, db *duckdb.DB) (*idRanges, error) {
	list, err := records.Ranges(ctx, db, readAtOnce)
	r := &idRanges{list: list}
	for _, one := range list {
		r.total += one.Rows
	}
	return r, err
}

func (r *idRanges) take() (one duckdb.RowRange, ok bool) {
	i := r.next.Add(1) - 1
	if i >= int64(len(r.list)) {
		return one, false
	}
	return r.list[i], true
}

func (r *idRanges) finished(one duckdb.RowRange) {
	if done := r.done.Add(one.Rows); r.progress != nil {
		r.progress(done, r.total)
	}
}
