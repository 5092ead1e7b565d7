package duckdb

import (
	"context"
	"sync/atomic"
)

// A worker takes the jobs at a time whose numbers agree but for so many bits.
const rangeBits = 16

// idRanges shares out the numbers of the jobs there are.
type idRanges struct {
	list     []JobRange
	total    int64 // jobs
	next     atomic.Int64
	done     atomic.Int64 // jobs
	progress func(done, total int64)
}

func (db *DB) idRanges(ctx context.Context) (*idRanges, error) {
	list, err := db.JobRanges(ctx, rangeBits)
	r := &idRanges{list: list}
	for _, one := range list {
		r.total += one.Jobs
	}
	return r, err
}

func (r *idRanges) take() (one JobRange, ok bool) {
	i := r.next.Add(1) - 1
	if i >= int64(len(r.list)) {
		return one, false
	}
	return r.list[i], true
}

func (r *idRanges) finished(one JobRange) {
	if done := r.done.Add(one.Jobs); r.progress != nil {
		r.progress(done, r.total)
	}
}
