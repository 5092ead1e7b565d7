package pbs

import (
	"encoding/binary"
	"math"
	"math/bits"
	"strconv"
	"unsafe"
)

// maxEpoch is 9999-12-31 23:59:59 UTC, the last instant that databases and calendars agree on.
const maxEpoch = 253402300799

// ParseInt decodes a PBS long: decimal digits with an optional minus, as in Priority, Exit_status or run_count.
func ParseInt(b []byte) (int64, error) {
	start := 0
	if len(b) > 0 && b[0] == '-' {
		start = 1
	}
	n, end, err := scanUint(b, start)
	switch {
	case len(b) == 0:
		return 0, invalid("integer", 0, ErrEmpty)
	case end == start || end < len(b):
		return 0, invalid("integer", end, ErrSyntax)
	case err != nil || n > math.MaxInt64+uint64(start): // the negative range is longer by one
		return 0, invalid("integer", start, ErrOverflow)
	case start == 1:
		return -int64(n), nil
	}
	return int64(n), nil
}

// ParseCount is ParseInt for what is never below zero, as a number of processors.
func ParseCount(b []byte) (int64, error) {
	n, err := ParseInt(b)
	if n < 0 {
		return 0, invalid("count", 0, ErrSyntax)
	}
	return n, err
}

// ParseFloat decodes a PBS float: decimal, optional minus and exponent. What is not a finite number is an error, and so
// are the spellings that Go takes and PBS never writes (hexadecimal, underscores, inf, nan).
func ParseFloat(b []byte) (float64, error) {
	if len(b) == 0 {
		return 0, invalid("float", 0, ErrEmpty)
	}
	for i, c := range b {
		exponentSign := c == '+' && i > 0 && b[i-1]|0x20 == 'e'
		if !isDigit(c) && c != '-' && c != '.' && c|0x20 != 'e' && !exponentSign {
			return 0, invalid("float", i, ErrSyntax)
		}
	}
	// strconv neither keeps nor changes the string, and copies what it puts into its error.
	v, err := strconv.ParseFloat(unsafe.String(&b[0], len(b)), 64)
	switch {
	case err == nil:
		return v, nil
	case math.IsInf(v, 0):
		return 0, invalid("float", 0, ErrOverflow)
	}
	return 0, invalid("float", 0, ErrSyntax)
}

// ParseBool decodes a PBS boolean: true, t, y or 1; false, f, n or 0; in any case (decode_b in OpenPBS
// src/lib/Libattr/attr_fn_b.c).
func ParseBool(b []byte) (bool, error) {
	switch {
	case len(b) == 0:
		return false, invalid("boolean", 0, ErrEmpty)
	case foldsTo(b, "true"), foldsTo(b, "t"), foldsTo(b, "y"), foldsTo(b, "1"):
		return true, nil
	case foldsTo(b, "false"), foldsTo(b, "f"), foldsTo(b, "n"), foldsTo(b, "0"):
		return false, nil
	}
	return false, invalid("boolean", 0, ErrSyntax)
}

// ParseEpoch decodes an instant (ctime, qtime, etime, start, end): whole seconds since 1970-01-01 UTC, up to the end of
// the year 9999. Cobalt writes fractions, `1265396027.54`; they are cut off, so that an instant never moves to a later
// second. Zero is a legal answer that PBS gives for "not yet": its meaning is the caller's.
func ParseEpoch(b []byte) (int64, error) {
	if n, ok := tenDigits(b); ok {
		return n, nil // the usual case: 2001 to 2286
	}
	if len(b) == 0 {
		return 0, invalid("epoch", 0, ErrEmpty)
	}
	n, end, err := scanUint(b, 0)
	if end == 0 {
		return 0, invalid("epoch", 0, ErrSyntax)
	}
	_, end, ok := scanFraction(b, end)
	switch {
	case !ok || end < len(b):
		return 0, invalid("epoch", end, ErrSyntax)
	case err != nil || n > maxEpoch:
		return 0, invalid("epoch", 0, ErrOverflow)
	}
	return int64(n), nil
}

func isDigit(c byte) bool { return c-'0' <= 9 }

// tenDigits reads b if it is ten digits: eight of them as one word.
func tenDigits(b []byte) (n int64, ok bool) {
	if len(b) != 10 {
		return 0, false
	}
	const zeros = 0x3030303030303030
	x := binary.LittleEndian.Uint64(b) ^ zeros
	tens, ones := b[8]-'0', b[9]-'0'
	if (x|(x+0x7676767676767676))&0x8080808080808080 != 0 || tens > 9 || ones > 9 {
		return 0, false
	}
	x = x*10 + x>>8 // pairs of digits, then fours, then all eight
	x = ((x&0x000000FF000000FF)*(100+1000000<<32) + (x>>16&0x000000FF000000FF)*(1+10000<<32)) >> 32
	return int64(x)*100 + int64(tens)*10 + int64(ones), true
}

// scanUint reads the decimal digits that start at b[from]. end is the first byte behind them, also after an overflow;
// end == from means that there are none. The only error is ErrOverflow.
func scanUint(b []byte, from int) (n uint64, end int, err error) {
	const cutoff = math.MaxUint64 / 10
	for end = from; end < len(b) && isDigit(b[end]); end++ {
		digit := uint64(b[end] - '0')
		if n > cutoff || n == cutoff && digit > math.MaxUint64%10 {
			err = ErrOverflow
		}
		n = n*10 + digit
	}
	return n, end, err
}

// scanInt is scanUint for counts, which are int64.
func scanInt(b []byte, from int) (n int64, end int, err error) {
	u, end, err := scanUint(b, from)
	if err == nil && u > math.MaxInt64 {
		err = ErrOverflow
	}
	return int64(u), end, err
}

// scanFraction reads `.digits` if b has it at from. ok is false for a point without digits.
func scanFraction(b []byte, from int) (digits []byte, end int, ok bool) {
	if from == len(b) || b[from] != '.' {
		return nil, from, true
	}
	start := from + 1
	for end = start; end < len(b) && isDigit(b[end]); end++ {
	}
	return b[start:end], end, end > start
}

// parseCount reads b as nothing but digits.
func parseCount(b []byte) (int64, error) {
	n, end, err := scanInt(b, 0)
	switch {
	case len(b) == 0:
		return 0, ErrEmpty
	case end < len(b):
		return 0, ErrSyntax
	}
	return n, err
}

// addProduct gives sum + a*b for numbers that are not negative; ok is false if that exceeds an int64.
func addProduct(sum, a, b int64) (total int64, ok bool) {
	hi, lo := bits.Mul64(uint64(a), uint64(b))
	lo, carry := bits.Add64(lo, uint64(sum), 0)
	return int64(lo), hi == 0 && carry == 0 && lo <= math.MaxInt64
}

// foldsTo reports whether b spells the ASCII lower-case word in any case. PBS compares resource names so.
func foldsTo(b []byte, lower string) bool {
	if len(b) != len(lower) {
		return false
	}
	for i, c := range b {
		if 'A' <= c && c <= 'Z' {
			c |= 0x20
		}
		if c != lower[i] {
			return false
		}
	}
	return true
}
