package export

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"math"
	"strconv"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
)

// appendFunc appends the value at index i, which is not NULL, to dst.
type appendFunc func(dst []byte, i int) []byte

// column reads one column of one batch. It is made once for each batch, so that the work per cell is a call and an
// append.
type column struct {
	null   func(i int) bool // nil where the batch has no NULL in this column
	append appendFunc
	plain  bool // ASCII without spaces, quotes, commas and control characters: nothing needs quoting
}

func (c *column) isNull(i int) bool { return c.null != nil && c.null(i) }

// style is how values turn into characters. As text: strings as they are, binary as lower-case hex, NaN and inf by
// name. As JSON: strings quoted, binary in base64, NaN and infinities null. Instants are in loc. Lists, structs and
// maps are JSON in both.
type style struct {
	json bool
	loc  *time.Location
}

func (s style) columns(b arrow.RecordBatch) ([]column, error) {
	cols := make([]column, b.NumCols())
	for i, arr := range b.Columns() {
		c, err := s.column(arr)
		if err != nil {
			return nil, fmt.Errorf("column %q: %w", b.ColumnName(i), err)
		}
		cols[i] = c
	}
	return cols, nil
}

func (s style) column(arr arrow.Array) (column, error) {
	c := column{null: nullsOf(arr)}
	if c.append = s.number(arr); c.append != nil {
		c.plain = true
		return c, nil
	}
	if c.append = temporal(arr, s.loc); c.append != nil {
		if s.json {
			c.append = quoted(c.append)
		}
		c.plain = true
		return c, nil
	}
	if c.append = s.bytes(arr); c.append != nil {
		return c, nil
	}
	var err error
	c.append, err = s.nested(arr)
	return c, err
}

// nullsOf returns what tells NULLs apart, nil where there are none. A dictionary may hold NULL as one of its values.
func nullsOf(arr arrow.Array) func(int) bool {
	switch a := arr.(type) {
	case *array.Null:
		return func(int) bool { return true }
	case *array.Dictionary:
		dict := a.Dictionary()
		if dict.NullN() > 0 {
			return func(i int) bool { return a.IsNull(i) || dict.IsNull(a.GetValueIndex(i)) }
		}
	case array.ExtensionArray:
		return nullsOf(a.Storage())
	case array.Union:
		return unionNulls(a)
	}
	if arr.NullN() == 0 {
		return nil
	}
	return arr.IsNull
}

type integer interface {
	~int8 | ~int16 | ~int32 | ~int64
}

type unsigned interface {
	~uint8 | ~uint16 | ~uint32 | ~uint64
}

func ints[T integer](v []T) appendFunc {
	return func(dst []byte, i int) []byte { return strconv.AppendInt(dst, int64(v[i]), 10) }
}

func uints[T unsigned](v []T) appendFunc {
	return func(dst []byte, i int) []byte { return strconv.AppendUint(dst, uint64(v[i]), 10) }
}

// number returns nil where the array holds no numbers and no booleans.
func (s style) number(arr arrow.Array) appendFunc {
	switch a := arr.(type) {
	case *array.Boolean:
		return func(dst []byte, i int) []byte { return strconv.AppendBool(dst, a.Value(i)) }
	case *array.Int8:
		return ints(a.Values())
	case *array.Int16:
		return ints(a.Values())
	case *array.Int32:
		return ints(a.Values())
	case *array.Int64:
		return ints(a.Values())
	case *array.Uint8:
		return uints(a.Values())
	case *array.Uint16:
		return uints(a.Values())
	case *array.Uint32:
		return uints(a.Values())
	case *array.Uint64:
		return uints(a.Values())
	case *array.Float32:
		return func(dst []byte, i int) []byte { return s.appendFloat(dst, float64(a.Value(i)), 32) }
	case *array.Float64:
		return func(dst []byte, i int) []byte { return s.appendFloat(dst, a.Value(i), 64) }
	}
	return decimals(arr)
}

// appendFloat appends the shortest digits that give the same number back. NaN and the infinities, which JSON lacks, are
// null there and NaN, inf, -inf as text, which pandas, R and DuckDB all read.
func (s style) appendFloat(dst []byte, f float64, bits int) []byte {
	switch {
	case s.json && (math.IsNaN(f) || math.IsInf(f, 0)):
		return append(dst, "null"...)
	case math.IsInf(f, 1):
		return append(dst, "inf"...)
	case math.IsInf(f, -1):
		return append(dst, "-inf"...)
	}
	format := byte('f')
	if abs := math.Abs(f); abs != 0 && (abs < 1e-6 || abs >= 1e21) {
		format = 'e'
	}
	return strconv.AppendFloat(dst, f, format, -1, bits)
}

// stringer is an array of strings: plain, large or view.
type stringer interface {
	Value(i int) string
}

// binary is an array of byte strings: plain, large, view or of fixed size.
type binary interface {
	Value(i int) []byte
}

// bytes returns nil where the array holds neither strings nor binary.
func (s style) bytes(arr arrow.Array) appendFunc {
	switch a := arr.(type) {
	case *array.String:
		return s.strings(a)
	case *array.LargeString:
		return s.strings(a)
	case *array.StringView:
		return s.strings(a)
	case *array.Binary:
		return s.binary(a)
	case *array.LargeBinary:
		return s.binary(a)
	case *array.BinaryView:
		return s.binary(a)
	case *array.FixedSizeBinary:
		return s.binary(a)
	}
	return nil
}

func (s style) strings(a stringer) appendFunc {
	if s.json {
		return func(dst []byte, i int) []byte { return appendJSONString(dst, a.Value(i)) }
	}
	return func(dst []byte, i int) []byte { return append(dst, a.Value(i)...) }
}

func (s style) binary(a binary) appendFunc {
	if s.json {
		return quoted(func(dst []byte, i int) []byte { return base64.StdEncoding.AppendEncode(dst, a.Value(i)) })
	}
	return func(dst []byte, i int) []byte { return hex.AppendEncode(dst, a.Value(i)) }
}

// quoted wraps values that need no escaping in quotes.
func quoted(f appendFunc) appendFunc {
	return func(dst []byte, i int) []byte { return append(f(append(dst, '"'), i), '"') }
}
