package batch

import (
	"math"
	"slices"
	"unicode/utf8"

	"pbsduck/ingest/pbs"
)

// A cell is the value of one column of the row at hand.
type cell struct {
	set    bool
	number int64
	text   []byte // points into the record
}

// A rows gathers the rows of one table: cells of the row at hand, and a vector
// per column.
type rows struct {
	table    Table
	cells    []cell
	vectors  []*vector
	columnOf []int16 // by pbs.Key: the column an attribute fills, or -1
	failures []int64 // by column: values that did not convert
	shared   []sharedColumn
	repeated bool   // an attribute of the row at hand came twice
	latin1   []byte // scratch
}

func newRows(t Table, parser *pbs.Parser) *rows {
	r := &rows{table: t, cells: make([]cell, len(t.Columns)), columnOf: []int16{-1}, failures: make([]int64, len(t.Columns))}
	for i, c := range t.Columns {
		r.vectors = append(r.vectors, newVector(c.Type))
		if c.decode == decodeNone {
			continue
		}
		key := parser.Key(c.Source)
		if int(key) < len(r.columnOf) && r.columnOf[key] >= 0 || slices.Contains(ruledKeys, key) {
			r.shared = append(r.shared, sharedColumn{key, i})
			continue
		}
		for int(key) >= len(r.columnOf) {
			r.columnOf = append(r.columnOf, -1)
		}
		r.columnOf[key] = int16(i)
	}
	return r
}

func (r *rows) count() int { return r.vectors[0].rows }

func (r *rows) clear() {
	clear(r.cells)
	r.repeated = false
}

func (r *rows) setNumber(column int, n int64) { r.cells[column] = cell{set: true, number: n} }

func (r *rows) setText(column int, b []byte) { r.cells[column] = cell{set: true, text: b} }

func (r *rows) fail(column int) {
	r.cells[column] = cell{}
	r.failures[column]++
}

// take decodes an attribute into its column. It returns false if the attribute
// has none, or did not convert. Of one that comes twice the last counts.
func (r *rows) take(a *pbs.Attr) bool {
	if int(a.Key) >= len(r.columnOf) {
		return false
	}
	i := r.columnOf[a.Key]
	if i < 0 {
		return false
	}
	r.repeated = r.repeated || r.cells[i].set
	return r.set(int(i), a.Value)
}

// set decodes an attribute's value into a column. It returns false if it does
// not convert.
func (r *rows) set(column int, value []byte) bool {
	d := r.table.Columns[column].decode
	if d == decodeText {
		r.setText(column, value)
		return true
	}
	n, known, err := decode(d, value)
	if err != nil {
		r.fail(column)
		return false
	}
	r.cells[column] = cell{set: known, number: n}
	return true
}

// decode turns a text into a number; known is false for an epoch of 0, by
// which PBS says that it does not know.
func decode(d decoding, value []byte) (n int64, known bool, err error) {
	switch d {
	case decodeEpoch:
		n, err = pbs.ParseEpoch(value)
		return n * microsecond, n != 0, err
	case decodeDuration:
		n, err = pbs.ParseDuration(value)
	case decodeSize:
		var size uint64
		size, err = pbs.ParseSize(value)
		n = int64(size)
		if n < 0 {
			err = pbs.ErrOverflow
		}
	case decodeFloat:
		var f float64
		f, err = pbs.ParseFloat(value)
		n = int64(math.Float64bits(f))
	case decodeBoolean:
		var b bool
		b, err = pbs.ParseBool(value)
		n = truth(b)
	default:
		n, err = pbs.ParseInt(value)
	}
	return n, true, err
}

// flush moves the cells into the vectors, as one more row. Foreign says that
// the record holds bytes that are not UTF-8.
func (r *rows) flush(foreign bool) {
	for i := range r.cells {
		c, v := &r.cells[i], r.vectors[i]
		switch {
		case !c.set:
			v.null()
		case !v.variable:
			v.number(c.number)
		case foreign && v.typ == Text:
			v.bytes(r.utf8(c.text))
		default:
			v.bytes(c.text)
		}
	}
}

// utf8 gives text as UTF-8. Bytes that are none are read as Latin-1, all of
// the value, so that no two of them look the same.
func (r *rows) utf8(b []byte) []byte {
	if utf8.Valid(b) {
		return b
	}
	r.latin1 = AppendLatin1(r.latin1[:0], b)
	return r.latin1
}

// AppendLatin1 appends bytes, each read as the character of its number, as
// UTF-8.
func AppendLatin1(dst, b []byte) []byte {
	for _, c := range b {
		dst = utf8.AppendRune(dst, rune(c))
	}
	return dst
}
