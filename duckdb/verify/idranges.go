package verify

import (
	"context"
	"sync/atomic"

	"pbsduck/duckdb"
	"pbsduck/duckdb/records"
)

// A worker takes the jobs at a time whose numbers agree but for so many bits.
const rangeBits = 16

// idRanges shares out the numbers of the jobs there are.
type idRanges struct {
	list     []records.JobRange
	total    int64 // jobs
	next     atomic.Int64
	done     atomic.Int64 // jobs
	progress func(done, total int64)
}

func newRanges(ctx context.Context, db *duckdb.DB) (*idRanges, error) {
	list, err := records.JobRanges(ctx, db, rangeBits)
	r := &idRanges{list: list}
	for _, one := range list {
		r.total += one.Jobs
	}
	return r, err
}

func (r *idRanges) take() (one records.JobRange, ok bool) {
	i := r.next.Add(1) - 1
	if i >= int64(len(r.list)) {
		return one, false
	}
	return r.list[i], true
}

func (r *idRanges) finished(one records.JobRange) {
	if done := r.done.Add(one.Jobs); r.progress != nil {
		r.progress(done, r.total)
	}
}
