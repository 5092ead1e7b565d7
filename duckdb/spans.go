package duckdb

import (
	"slices"

	"github.com/apache/arrow-go/v18/arrow"
)

// A Span is [From, Until): of rows in a batch, or of instants in microseconds.
type Span struct{ From, Until int64 }

// Covers is a condition on a column of instants.
func (s Span) Covers(column string) string {
	return column + " >= " + instant(s.From) + " AND " + column + " < " + instant(s.Until)
}

const (
	// farApart is the gap, in microseconds, from where two spans are better than one that has nothing in its middle.
	farApart = 86_400 * 1_000_000

	// MostSpans is how many spans there are at most.
	MostSpans = 8
)

// Spans covers instants by a few spans. It sorts them.
func Spans(times []int64) []Span {
	slices.Sort(times)
	var all []Span
	for _, t := range times {
		last := len(all) - 1
		if last >= 0 && (t-all[last].Until < farApart || last == MostSpans-1) {
			all[last].Until = t + 1
		} else {
			all = append(all, Span{t, t + 1})
		}
	}
	return all
}

// AppendSpan appends rows to a list of spans in ascending order, joining those that touch.
func AppendSpan(list []Span, from, until int64) []Span {
	if n := len(list); n > 0 && list[n-1].Until == from {
		list[n-1].Until = until
		return list
	}
	if from == until {
		return list
	}
	return append(list, Span{from, until})
}

// Divide appends the rows of a batch to two lists: those that the spans name to named, all others to others.
func Divide(rec arrow.RecordBatch, spans []Span, others, named []Part) (_, _ []Part) {
	at := int64(0)
	for _, s := range append(slices.Clip(spans), Span{rec.NumRows(), rec.NumRows()}) {
		if s.From > at {
			others = append(others, Part{rec, Span{at, s.From}})
		}
		if s.Until > s.From {
			named = append(named, Part{rec, s})
		}
		at = s.Until
	}
	return others, named
}

// A HashSet is a set of hashes. It takes 0 and 1 to be the same.
type HashSet struct {
	slots []uint64 // 0: empty
	mask  uint64
}

// NewHashSet has room for n hashes.
func NewHashSet(n int) *HashSet {
	size := 16
	for size < 2*n {
		size *= 2
	}
	return &HashSet{slots: make([]uint64, size), mask: uint64(size - 1)}
}

func (s *HashSet) slot(h uint64) *uint64 {
	h = max(h, 1)
	for i := h & s.mask; ; i = (i + 1) & s.mask {
		if p := &s.slots[i]; *p == 0 || *p == h {
			return p
		}
	}
}

// Add tells whether the hash is new.
func (s *HashSet) Add(h uint64) bool {
	p := s.slot(h)
	if *p != 0 {
		return false
	}
	*p = max(h, 1)
	return true
}

// Has tells whether the hash was added.
func (s *HashSet) Has(h uint64) bool { return *s.slot(h) != 0 }
