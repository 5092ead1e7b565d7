package export

import (
	"slices"
	"strconv"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/decimal128"
)

// decimals returns nil where the array holds no decimals. DuckDB's HUGEINT, the type of sum(BIGINT), comes as
// decimal(38,0).
func decimals(arr arrow.Array) appendFunc {
	switch a := arr.(type) {
	case *array.Decimal32:
		scale := a.DataType().(arrow.DecimalType).GetScale()
		return func(dst []byte, i int) []byte { return appendScaled(dst, int64(a.Value(i)), scale) }
	case *array.Decimal64:
		scale := a.DataType().(arrow.DecimalType).GetScale()
		return func(dst []byte, i int) []byte { return appendScaled(dst, int64(a.Value(i)), scale) }
	case *array.Decimal128:
		scale := a.DataType().(arrow.DecimalType).GetScale()
		return func(dst []byte, i int) []byte { return appendDecimal128(dst, a.Value(i), scale) }
	case *array.Decimal256:
		scale := a.DataType().(arrow.DecimalType).GetScale()
		return func(dst []byte, i int) []byte {
			start := len(dst)
			return placePoint(a.Value(i).BigInt().Append(dst, 10), start, scale)
		}
	}
	return nil
}

// appendDecimal128 avoids big.Int for what fits 64 bits, as nearly every value does.
func appendDecimal128(dst []byte, n decimal128.Num, scale int32) []byte {
	if low := int64(n.LowBits()); n.HighBits() == low>>63 {
		return appendScaled(dst, low, scale)
	}
	start := len(dst)
	return placePoint(n.BigInt().Append(dst, 10), start, scale)
}

func appendScaled(dst []byte, v int64, scale int32) []byte {
	start := len(dst)
	return placePoint(strconv.AppendInt(dst, v, 10), start, scale)
}

// placePoint turns the integer text dst[start:] into the decimal integer * 10^-scale, keeping every digit.
func placePoint(dst []byte, start int, scale int32) []byte {
	if scale == 0 {
		return dst
	}
	if dst[start] == '-' {
		start++
	}
	if scale < 0 {
		if dst[start] == '0' {
			return dst
		}
		return appendZeros(dst, int(-scale))
	}
	for len(dst)-start <= int(scale) {
		dst = slices.Insert(dst, start, '0')
	}
	return slices.Insert(dst, len(dst)-int(scale), '.')
}

func appendZeros(dst []byte, n int) []byte {
	for range n {
		dst = append(dst, '0')
	}
	return dst
}
