package batch

import (
	"math"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/bitutil"
	"github.com/zeebo/xxh3"

	"pbsduck/ingest/schema"
)

// Rows that can be made again from nothing else carry a check of their own,
// row_check: by it verify tells a row that is not what was written. It has 16
// bits, as a longer one would be a good part of an event: of 65,536 changed rows
// one goes unnoticed.

// Checks appends the checks of rows: of all columns but the check itself and
// those that change when a record is found in another log. The columns are
// those of the table, in order; behind them there may be more.
func Checks(t schema.Table, dst []int64, columns []arrow.Array) []int64 {
	from := len(dst)
	dst = append(dst, make([]int64, columns[0].Len())...)
	sums := dst[from:]
	for i, c := range t.Columns {
		if c.Moves || c.Name == schema.CheckName || columns[i].NullN() == len(sums) {
			continue
		}
		addHashes(sums, columns[i], xxh3.HashString(c.Name))
	}
	for i, s := range sums {
		sums[i] = int64(mix(uint64(s)) >> 48)
	}
	return dst
}

// addHashes adds to each sum the hash of a value; that of NULL is 0. For numbers
// a product does, as the sum is mixed in the end.
func addHashes(sums []int64, column arrow.Array, seed uint64) {
	valid, offset := column.NullBitmapBytes(), column.Data().Offset()
	has := func(i int) bool { return valid == nil || bitutil.BitIsSet(valid, offset+i) }
	switch a := column.(type) {
	case *array.String:
		ends, data := a.ValueOffsets(), a.ValueBytes()
		for i := range sums {
			if has(i) {
				sums[i] += int64(xxh3.HashSeed(data[ends[i]-ends[0]:ends[i+1]-ends[0]], seed))
			}
		}
	case *array.Binary:
		for i := range sums {
			if has(i) {
				sums[i] += int64(xxh3.HashSeed(a.Value(i), seed))
			}
		}
	default:
		factor := int64(mix(seed) | 1)
		for i, n := range numbers(column) {
			if has(i) {
				sums[i] += (n + int64(seed)) * factor
			}
		}
	}
}

// numbers are the values of a column that holds no text.
func numbers(column arrow.Array) []int64 {
	all := make([]int64, 0, column.Len())
	switch a := column.(type) {
	case *array.Int64:
		return a.Int64Values()
	case *array.Timestamp:
		return arrow.Int64Traits.CastFromBytes(arrow.TimestampTraits.CastToBytes(a.TimestampValues()))
	case *array.Date32:
		for _, day := range a.Date32Values() {
			all = append(all, int64(day))
		}
	case *array.Boolean:
		for i := range a.Len() {
			all = append(all, truth(a.Value(i)))
		}
	case *array.Float64:
		for _, f := range a.Float64Values() {
			all = append(all, int64(math.Float64bits(f)))
		}
	default:
		panic("no column of ours has the type " + column.DataType().String())
	}
	return all
}

// mix spreads every bit of a number over all of them (the finalizer of
// splitmix64).
func mix(x uint64) uint64 {
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}
