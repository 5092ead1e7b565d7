package batch

import (
	"math/bits"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/bitutil"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"pbsduck/ingest/schema"
)

// A vector gathers the values of one column and becomes an Arrow array. Values are written at the place of their row; a
// row that gets none is NULL, and costs nothing. There is room for as many rows as reserve was told.
type vector struct {
	typ      schema.Type
	variable bool    // Text or Bytes
	valid    []byte  // bit per row: whether it has a value
	numbers  []int64 // Integer, Timestamp (µs), Date (days), Boolean (0, 1), Float (its bits)
	ends     []int32 // Text, Bytes: where each value ends in data, and the next one begins; ends[0] is 0
	known    int     // rows whose ends are written
	data     []byte
}

func newVector(t schema.Type) vector {
	return vector{typ: t, variable: t == schema.Text || t == schema.Bytes}
}

func (v *vector) has(row int) bool { return v.valid[row>>3]&(1<<(row&7)) != 0 }

// mark notes that the row has a value, and tells whether it had one before.
func (v *vector) mark(row int) (again bool) {
	bits, bit := &v.valid[row>>3], byte(1)<<(row&7)
	again = *bits&bit != 0
	*bits |= bit
	return again
}

func (v *vector) setNumber(row int, n int64) (again bool) {
	v.numbers[row] = n
	return v.mark(row)
}

// setNumbers writes the values of the first rows.
func (v *vector) setNumbers(all []int64) {
	copy(v.numbers, all)
	for row := range all {
		v.mark(row)
	}
}

// setText writes the value of the last row that has one, or of one behind it.
func (v *vector) setText(row int, b []byte) (again bool) {
	if v.known < row {
		v.reach(row)
	}
	v.data = appendShort(v.data[:v.ends[row]], b)
	v.ends[row+1] = int32(len(v.data))
	v.known = row + 1
	return v.mark(row)
}

// appendShort is append for texts that mostly have no more than 16 bytes: it moves so many without a call, and lets go
// of those that are too many.
func appendShort(data, b []byte) []byte {
	const short = 16
	if n := len(data); len(b) <= short && cap(b) >= short && cap(data)-n >= short {
		*(*[short]byte)(data[n : n+short]) = *(*[short]byte)(b[:short])
		return data[:n+len(b)]
	}
	return append(data, b...)
}

// reach writes the ends of the rows in front of one: those without a value are empty.
func (v *vector) reach(row int) {
	for v.known < row {
		v.ends[v.known+1] = v.ends[v.known]
		v.known++
	}
}

// text is the value of the last row that has one.
func (v *vector) text(row int) []byte { return v.data[v.ends[row]:v.ends[row+1]] }

// unset takes the value of the last row back.
func (v *vector) unset(row int) {
	v.valid[row>>3] &^= 1 << (row & 7)
	if v.variable {
		v.known = min(v.known, row)
		v.data = v.data[:v.ends[v.known]]
	} else {
		v.numbers[row] = 0
	}
}

// reserve makes room for so many rows.
func (v *vector) reserve(rows int) {
	v.valid = enlarge(v.valid, recycled.take((rows + 7) / 8)[:(rows+7)/8])
	if v.variable { // reach writes what is behind the ends that are known
		fresh := recycled.takeEnds(rows + 1)[:rows+1]
		fresh[0] = 0
		copy(fresh, v.ends)
		v.ends = fresh
	} else {
		v.numbers = enlarge(v.numbers, recycled.takeNumbers(rows)[:rows])
	}
}

// enlarge makes what is in old the beginning of fresh, and clears the rest.
func enlarge[T byte | int64](old, fresh []T) []T {
	clear(fresh[copy(fresh, old):])
	return fresh
}

// array hands the values of the first rows over to Arrow and leaves the vector without room. The array owns the memory
// until it is released.
func (v *vector) array(rows int) arrow.Array {
	buffers := []*memory.Buffer{recycled.lend(v.valid[:(rows+7)/8])}
	switch {
	case v.variable:
		v.reach(rows)
		buffers = append(buffers, recycled.lendEnds(v.ends[:rows+1]), recycled.lend(v.data))
	case v.typ == schema.Boolean:
		buffers = append(buffers, memory.NewBufferBytes(packBits(v.numbers[:rows])))
	case v.typ == schema.Date:
		buffers = append(buffers, memory.NewBufferBytes(arrow.Int32Traits.CastToBytes(narrow(v.numbers[:rows]))))
	default: // Float values are kept as their bits
		buffers = append(buffers, recycled.lendNumbers(v.numbers[:rows]))
	}
	data := array.NewData(v.typ.Arrow(), rows, buffers, nil, rows-ones(v.valid), 0)
	for _, b := range buffers {
		b.Release()
	}
	defer data.Release()
	if v.typ == schema.Boolean || v.typ == schema.Date { // they were copied
		recycled.Free(arrow.Int64Traits.CastToBytes(v.numbers[:cap(v.numbers)]))
	}
	*v = vector{typ: v.typ, variable: v.variable, data: recycled.take(len(v.data))}
	return array.MakeFromData(data)
}

func ones(valid []byte) int {
	n := 0
	for _, b := range valid {
		n += bits.OnesCount8(b)
	}
	return n
}

func packBits(numbers []int64) []byte {
	bits := make([]byte, bitutil.BytesForBits(int64(len(numbers))))
	for i, n := range numbers {
		if n != 0 {
			bitutil.SetBit(bits, i)
		}
	}
	return bits
}

func narrow(numbers []int64) []int32 {
	days := make([]int32, len(numbers))
	for i, n := range numbers {
		days[i] = int32(n)
	}
	return days
}

// batch hands the gathered rows over as an Arrow record batch.
func (r *rows) batch(schema *arrow.Schema) arrow.RecordBatch {
	if r.room == 0 {
		r.reserve(1)
	}
	arrays := make([]arrow.Array, len(r.vectors))
	for i := range r.vectors {
		if i == len(arrays)-1 && r.table.HasCheck() {
			r.vectors[i].setNumbers(Checks(r.table, r.vectors[i].numbers[:0], arrays))
		}
		arrays[i] = r.vectors[i].array(r.row)
	}
	rec := array.NewRecordBatch(schema, arrays, int64(r.row))
	r.row, r.room, r.before = 0, 0, r.row
	for _, a := range arrays {
		a.Release()
	}
	return rec
}
