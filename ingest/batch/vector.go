package batch

import (
	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/bitutil"
	"github.com/apache/arrow-go/v18/arrow/memory"
)

// A vector gathers the values of one column and becomes an Arrow array. It
// grows like a slice; nothing is allocated per value.
type vector struct {
	typ      Type
	variable bool // Text or Bytes
	rows     int
	nulls    int
	valid    []byte  // bit per row
	numbers  []int64 // Integer, Timestamp (µs), Date (days), Boolean (0, 1), Float (its bits)
	ends     []int32 // Text, Bytes: where each value ends in data; ends[0] is 0
	data     []byte
}

func newVector(t Type) *vector {
	v := &vector{typ: t, variable: t == Text || t == Bytes}
	if v.variable {
		v.ends = []int32{0}
	}
	return v
}

func (v *vector) number(n int64) {
	if v.rows&7 == 0 {
		v.valid = append(v.valid, allValid)
	}
	v.rows++
	v.numbers = append(v.numbers, n)
}

func (v *vector) bytes(b []byte) {
	if v.rows&7 == 0 {
		v.valid = append(v.valid, allValid)
	}
	v.rows++
	v.data = append(v.data, b...)
	v.ends = append(v.ends, int32(len(v.data)))
}

func (v *vector) text(s string) {
	v.data = append(v.data, s...)
	v.bytes(nil)
}

func (v *vector) null() {
	if v.rows&7 == 0 {
		v.valid = append(v.valid, allValid)
	}
	v.valid[v.rows>>3] &^= 1 << (v.rows & 7)
	v.nulls++
	v.rows++
	if v.variable {
		v.ends = append(v.ends, int32(len(v.data)))
	} else {
		v.numbers = append(v.numbers, 0)
	}
}

// allValid are the bits of eight rows, none of which is NULL.
const allValid = 0xff

// arrowType is the Arrow type of a column type.
func (t Type) arrowType() arrow.DataType {
	switch t {
	case Integer:
		return arrow.PrimitiveTypes.Int64
	case Float:
		return arrow.PrimitiveTypes.Float64
	case Boolean:
		return arrow.FixedWidthTypes.Boolean
	case Timestamp:
		return &arrow.TimestampType{Unit: arrow.Microsecond, TimeZone: "UTC"}
	case Date:
		return arrow.FixedWidthTypes.Date32
	case Bytes:
		return arrow.BinaryTypes.Binary
	}
	return arrow.BinaryTypes.String
}

// array hands the values over to Arrow and leaves the vector empty. The
// array owns the memory until it is released.
func (v *vector) array() arrow.Array {
	buffers := []*memory.Buffer{recycled.lend(v.valid)}
	switch {
	case v.variable:
		buffers = append(buffers, recycled.lendEnds(v.ends), recycled.lend(v.data))
	case v.typ == Boolean:
		buffers = append(buffers, memory.NewBufferBytes(packBits(v.numbers)))
	case v.typ == Date:
		buffers = append(buffers, memory.NewBufferBytes(arrow.Int32Traits.CastToBytes(narrow(v.numbers))))
	default: // Float values are kept as their bits
		buffers = append(buffers, recycled.lendNumbers(v.numbers))
	}
	data := array.NewData(v.typ.arrowType(), v.rows, buffers, nil, v.nulls, 0)
	for _, b := range buffers {
		b.Release()
	}
	defer data.Release()
	v.restart()
	return array.MakeFromData(data)
}

// restart begins afresh, with room for as much as there was.
func (v *vector) restart() {
	fresh := vector{typ: v.typ, variable: v.variable, valid: recycled.take(len(v.valid))}
	switch {
	case v.variable:
		fresh.ends = append(recycled.takeEnds(len(v.ends)), 0)
		fresh.data = recycled.take(len(v.data))
	case v.typ == Boolean || v.typ == Date:
		fresh.numbers = v.numbers[:0] // they were copied
	default:
		fresh.numbers = recycled.takeNumbers(len(v.numbers))
	}
	*v = fresh
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
