package duckdb

import (
	"context"
	"fmt"
	"sync/atomic"
)

// A worker takes the jobs at a time whose numbers agree but for so many bits.
const rangeBits = 16

// idRanges shares out the numbers of the jobs there are.
type idRanges struct {
	list     []idRange
	total    int64 // jobs
	next     atomic.Int64
	done     atomic.Int64 // jobs
	progress func(done, total int64)
}

type idRange struct{ from, to, jobs int64 }

func (db *DB) idRanges(ctx context.Context) (*idRanges, error) {
	rows, err := db.conn.QueryContext(ctx, fmt.Sprintf("SELECT id >> %d, count(*) FROM jobs GROUP BY ALL ORDER BY ALL", rangeBits))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	r := &idRanges{}
	for rows.Next() {
		var one idRange
		if err := rows.Scan(&one.from, &one.jobs); err != nil {
			return nil, err
		}
		one.from <<= rangeBits
		one.to = one.from + 1<<rangeBits - 1
		r.list = append(r.list, one)
		r.total += one.jobs
	}
	return r, rows.Err()
}

func (r *idRanges) take() (one idRange, ok bool) {
	i := r.next.Add(1) - 1
	if i >= int64(len(r.list)) {
		return one, false
	}
	return r.list[i], true
}

func (r *idRanges) finished(one idRange) {
	if done := r.done.Add(one.jobs); r.progress != nil {
		r.progress(done, r.total)
	}
}
