package load

import (
	"crypto/sha256"
	"encoding/binary"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"

	"pbsduck/duckdb"
)

// twins compare candidates for repeats with each other, and with rows that are there, by all that exact repeats agree
// in: by its SHA-256, as it may be long.
type twins struct {
	same   []string // columns
	firsts map[digest]*first
	rows   []candidate // in order
	text   []byte
}

type digest = [sha256.Size]byte

// A first is the first of the candidates that are the same record.
type first struct{ isThere bool } // in the table

// A candidate is a row, by its place among all that arrive.
type candidate struct {
	place int64
	of    *first
	again bool // another one with the same record came before
}

// newTwins compares the rows with one of these hashes.
func newTwins(same string, rows []arrow.RecordBatch, hashes map[uint64]bool) *twins {
	t := &twins{same: strings.Split(same, ", "), firsts: map[digest]*first{}}
	place := int64(0)
	for _, rec := range rows {
		columns := t.columns(rec)
		eachHash(rec, func(row int, h uint64) {
			if _, is := hashes[h]; !is {
				return
			}
			key := t.digest(columns, row)
			of, again := t.firsts[key]
			if !again {
				of = new(first)
				t.firsts[key] = of
			}
			t.rows = append(t.rows, candidate{place + int64(row), of, again})
		})
		place += rec.NumRows()
	}
	return t
}

// meet takes note of rows that are there.
func (t *twins) meet(there arrow.RecordBatch) {
	columns := t.columns(there)
	for row := range int(there.NumRows()) {
		if of := t.firsts[t.digest(columns, row)]; of != nil {
			of.isThere = true
		}
	}
}

// repeats are the places of the candidates that are exact repeats.
func (t *twins) repeats() (places []int64) {
	for _, c := range t.rows {
		if c.again || c.of.isThere {
			places = append(places, c.place)
		}
	}
	return places
}

func (t *twins) columns(rec arrow.RecordBatch) (columns []arrow.Array) {
	for _, name := range t.same {
		columns = append(columns, rec.Column(duckdb.IndexOf(rec, name)))
	}
	return columns
}

// digest is that of a row's values, each behind its length if it may have any.
func (t *twins) digest(columns []arrow.Array, row int) digest {
	b := t.text[:0]
	for _, c := range columns {
		switch c := c.(type) {
		case *array.Int64:
			b = binary.LittleEndian.AppendUint64(b, uint64(c.Value(row)))
		case *array.Timestamp:
			b = binary.LittleEndian.AppendUint64(b, uint64(c.Value(row)))
		case *array.String:
			b = append(binary.LittleEndian.AppendUint64(b, uint64(c.ValueLen(row))), c.Value(row)...)
		case *array.Binary:
			b = append(binary.LittleEndian.AppendUint64(b, uint64(c.ValueLen(row))), c.Value(row)...)
		}
	}
	t.text = b
	return sha256.Sum256(b)
}
