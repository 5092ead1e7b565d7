package batch

import (
	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/bitutil"
	"github.com/zeebo/xxh3"

	"pbsduck/ingest/schema"
)

// Rows that can be made again from nothing else carry a check of their own, row_check: by it verify tells a row that is
// not what was written. It has 16 bits, as a longer one would be a good part of an event: of 65,536 changed rows one
// goes unnoticed.

// Checks appends the checks of rows: of all columns but the check itself and those that change when a record is found
// in another log. The columns are those of the table, in order; behind them there may be more.
func Checks(t schema.Table, dst []int64, columns []arrow.Array) []int64 {
	from := len(dst)
	dst = append(dst, make([]int64, columns[0].Len())...)
	sums := dst[from:]
	for i, c := range t.Columns {
		AddToChecks(sums, c, columns[i])
	}
	FinishChecks(sums)
	return dst
}

// AddToChecks adds a column of the table to checks, which begin as 0: Checks in parts, where rows have more than may be
// read at a time. The order of columns is all the same.
func AddToChecks(sums []int64, c schema.Column, column arrow.Array) {
	if !c.Moves && c.Name != schema.CheckName && column.NullN() < len(sums) {
		addHashes(sums, column, xxh3.HashString(c.Name))
	}
}

// FinishChecks makes checks of what all columns were added to.
func FinishChecks(sums []int64) {
	for i, s := range sums {
		sums[i] = int64(mix(uint64(s)) >> 48)
	}
}

// addHashes adds to each sum the hash of a value; that of NULL is 0. For numbers a product does, as the sum is mixed in
// the end.
func addHashes(sums []int64, column arrow.Array, seed uint64) {
	c := cells{sums: sums, seed: seed, offset: column.Data().Offset()}
	if column.NullN() > 0 {
		c.valid = column.NullBitmapBytes()
	}
	switch a := column.(type) {
	case *array.String:
		c.addTexts(a.ValueOffsets(), a.ValueBytes())
	case *array.Binary:
		c.addTexts(a.ValueOffsets(), a.ValueBytes())
	case *array.Int64:
		addNumbers(&c, a.Int64Values())
	case *array.Timestamp:
		addNumbers(&c, a.TimestampValues())
	case *array.Date32:
		addNumbers(&c, a.Date32Values())
	case *array.Float64: // its bits
		addNumbers(&c, arrow.Int64Traits.CastFromBytes(arrow.Float64Traits.CastToBytes(a.Float64Values())))
	case *array.Boolean:
		for i := range sums {
			if c.has(i) {
				sums[i] += (truth(a.Value(i)) + int64(seed)) * c.factor()
			}
		}
	default:
		panic("no column of ours has the type " + column.DataType().String())
	}
}

// cells are those of a column whose hashes are added to sums.
type cells struct {
	sums   []int64
	seed   uint64
	valid  []byte // nil if none is NULL
	offset int    // of the first cell in valid
}

func (c *cells) has(i int) bool { return c.valid == nil || bitutil.BitIsSet(c.valid, c.offset+i) }

// factor spreads the numbers of the column.
func (c *cells) factor() int64 { return int64(mix(c.seed) | 1) }

func (c *cells) addTexts(ends []int32, data []byte) {
	for i := range c.sums {
		if c.has(i) {
			c.sums[i] += int64(xxh3.HashSeed(data[ends[i]-ends[0]:ends[i+1]-ends[0]], c.seed))
		}
	}
}

func addNumbers[T ~int32 | ~int64](c *cells, numbers []T) {
	sums, seed, factor := c.sums, int64(c.seed), c.factor()
	if c.valid == nil {
		for i, n := range numbers[:len(sums)] {
			sums[i] += (int64(n) + seed) * factor
		}
		return
	}
	for i, n := range numbers[:len(sums)] {
		if c.has(i) {
			sums[i] += (int64(n) + seed) * factor
		}
	}
}

// mix spreads every bit of a number over all of them (the finalizer of splitmix64).
func mix(x uint64) uint64 {
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}
