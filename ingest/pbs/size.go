package pbs

import "math/bits"

// wordBytes is what the suffix w stands for: SIZEOF_WORD on a 64-bit server (OpenPBS src/lib/Libattr/attr_fn_size.c).
const wordBytes = 8

// maxFractionDigits keeps 10^digits within 64 bits, so that fractions stay exact.
const maxFractionDigits = 19

// ParseSize decodes a PBS size into bytes: a number, then optionally one of k m g t p (1024 to the power 1 to 5), then
// optionally b (bytes, the default) or w (words of 8 bytes); letters in any case. So `3kb`, `200M`, `12kw`, `30b` and
// `1048576`. The grammar is to_size in OpenPBS src/lib/Libattr/attr_fn_size.c.
//
// PBS itself never writes decimals, but post-processed logs hold `12.27M`. They are computed in integers and rounded to
// the nearest byte, halves up. A sign, a blank, or more than 64 bits worth of bytes is an error.
func ParseSize(b []byte) (uint64, error) {
	if len(b) == 0 {
		return 0, invalid("size", 0, ErrEmpty)
	}
	whole, end, err := scanUint(b, 0)
	if end == 0 {
		return 0, invalid("size", 0, ErrSyntax)
	}
	if err != nil {
		return 0, invalid("size", 0, err)
	}
	fraction, end, ok := scanFraction(b, end)
	if !ok {
		return 0, invalid("size", end, ErrSyntax)
	}
	unit, end := scanUnit(b, end)
	if end < len(b) {
		return 0, invalid("size", end, ErrSyntax)
	}
	part, ok := fractionOf(fraction, unit)
	high, size := bits.Mul64(whole, unit)
	size, carry := bits.Add64(size, part, 0)
	if !ok || high != 0 || carry != 0 {
		return 0, invalid("size", 0, ErrOverflow)
	}
	return size, nil
}

// scanUnit reads the suffix that starts at b[from] and gives its bytes; no suffix is 1.
func scanUnit(b []byte, from int) (unit uint64, end int) {
	unit, end = 1, from
	if end < len(b) {
		if shift := prefixShift(b[end]); shift > 0 {
			unit <<= shift
			end++
		}
	}
	if end < len(b) {
		switch b[end] | 0x20 {
		case 'b':
			end++
		case 'w':
			unit *= wordBytes
			end++
		}
	}
	return unit, end
}

// prefixShift gives the power of two that a letter of k m g t p stands for, and 0 for every other byte.
func prefixShift(c byte) uint {
	switch c | 0x20 {
	case 'k':
		return 10
	case 'm':
		return 20
	case 'g':
		return 30
	case 't':
		return 40
	case 'p':
		return 50
	}
	return 0
}

// fractionOf gives 0.digits x unit, rounded half up. It refuses more digits than it can compute exactly.
func fractionOf(digits []byte, unit uint64) (part uint64, ok bool) {
	if len(digits) > maxFractionDigits {
		return 0, false
	}
	numerator, denominator := uint64(0), uint64(1)
	for _, d := range digits {
		numerator = numerator*10 + uint64(d-'0')
		denominator *= 10
	}
	high, low := bits.Mul64(numerator, unit)
	part, rest := bits.Div64(high, low, denominator) // numerator < denominator, so the quotient fits
	if rest >= denominator-rest {
		part++
	}
	return part, true
}
