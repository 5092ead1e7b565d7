package duckdb

import (
	"fmt"
	"slices"

	"github.com/apache/arrow-go/v18/arrow"
)

// A span is [from, until): of rows in a batch, or of instants in microseconds.
type span struct{ from, until int64 }

// covers is a condition on a column of instants. The bounds are literals, by
// which DuckDB skips row groups; by parameters it does not.
func (s span) covers(column string) string {
	return fmt.Sprintf("%[1]s >= make_timestamptz(%[2]d) AND %[1]s < make_timestamptz(%[3]d)", column, s.from, s.until)
}

const (
	// farApart is the gap, in microseconds, from where two spans are better
	// than one that has nothing in its middle.
	farApart = 86_400 * 1_000_000

	mostSpans = 8
)

// spans covers instants by a few spans. It sorts them.
func spans(times []int64) []span {
	slices.Sort(times)
	var all []span
	for _, t := range times {
		last := len(all) - 1
		if last >= 0 && (t-all[last].until < farApart || last == mostSpans-1) {
			all[last].until = t + 1
		} else {
			all = append(all, span{t, t + 1})
		}
	}
	return all
}

// appendSpan appends rows to a list of spans in ascending order, joining those
// that touch.
func appendSpan(list []span, from, until int64) []span {
	if n := len(list); n > 0 && list[n-1].until == from {
		list[n-1].until = until
		return list
	}
	if from == until {
		return list
	}
	return append(list, span{from, until})
}

// divide appends the rows of a batch to two lists: those that the spans out
// name to aside, all others to direct.
func divide(rec arrow.RecordBatch, out []span, direct, aside []part) (_, _ []part) {
	at := int64(0)
	for _, s := range append(slices.Clip(out), span{rec.NumRows(), rec.NumRows()}) {
		if s.from > at {
			direct = append(direct, part{rec, span{at, s.from}})
		}
		if s.until > s.from {
			aside = append(aside, part{rec, s})
		}
		at = s.until
	}
	return direct, aside
}

// A hashSet is a set of hashes. It takes 0 and 1 to be the same.
type hashSet struct {
	slots []uint64 // 0: empty
	mask  uint64
}

// newHashSet has room for n hashes.
func newHashSet(n int) *hashSet {
	size := 16
	for size < 2*n {
		size *= 2
	}
	return &hashSet{slots: make([]uint64, size), mask: uint64(size - 1)}
}

func (s *hashSet) slot(h uint64) *uint64 {
	h = max(h, 1)
	for i := h & s.mask; ; i = (i + 1) & s.mask {
		if p := &s.slots[i]; *p == 0 || *p == h {
			return p
		}
	}
}

// add tells whether the hash is new.
func (s *hashSet) add(h uint64) bool {
	p := s.slot(h)
	if *p != 0 {
		return false
	}
	*p = max(h, 1)
	return true
}

func (s *hashSet) has(h uint64) bool { return *s.slot(h) != 0 }
