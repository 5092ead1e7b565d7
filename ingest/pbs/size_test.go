package pbs

import (
	"math"
	"math/big"
	"regexp"
	"strings"
	"testing"
)

func TestParseSize(t *testing.T) {
	const kib, mib, gib = 1 << 10, 1 << 20, 1 << 30
	for _, c := range []struct {
		text string
		want uint64
		err  error
	}{
		{"0b", 0, nil}, {"0", 0, nil}, {"30b", 30, nil}, {"1048576", mib, nil}, {"007kb", 7 * kib, nil},
		{"1kb", kib, nil}, {"200mb", 200 * mib, nil}, {"235GB", 235 * gib, nil}, {"692tb", 692 << 40, nil},
		{"5pb", 5 << 50, nil}, {"1k", kib, nil}, {"200M", 200 * mib, nil}, {"3Gb", 3 * gib, nil}, {"2T", 2 << 40, nil},
		{"1P", 1 << 50, nil}, {"3w", 24, nil}, {"3W", 24, nil}, {"12kw", 12 * 8 * kib, nil}, {"1MW", 8 * mib, nil},
		{"1gw", 8 * gib, nil}, {"1tw", 8 << 40, nil}, {"1pw", 8 << 50, nil},
		{"12.27M", 12866028, nil}, // 12866027.52
		{"295.56M", 309917123, nil}, {"1.5", 2, nil}, {"1.4b", 1, nil}, {"0.5kb", 512, nil}, {"0.1w", 1, nil},
		{"0.0004882812500000000kb", 1, nil}, {"0.000488281249999999kb", 0, nil}, // one half, and just below
		{"18446744073709551615", math.MaxUint64, nil}, {"18446744073709551615.4", math.MaxUint64, nil},
		{"16383pb", 16383 << 50, nil},

		{"18446744073709551616", 0, ErrOverflow}, {"18446744073709551615.5", 0, ErrOverflow}, {"16384pb", 0, ErrOverflow},
		{"2048pw", 0, ErrOverflow}, {"0." + strings.Repeat("1", 20), 0, ErrOverflow},
		{"", 0, ErrEmpty}, {"-1kb", 0, ErrSyntax}, {"+1kb", 0, ErrSyntax}, {" 1kb", 0, ErrSyntax}, {"1 kb", 0, ErrSyntax},
		{"kb", 0, ErrSyntax}, {"1kib", 0, ErrSyntax}, {"1bb", 0, ErrSyntax}, {"1bk", 0, ErrSyntax}, {"1kb ", 0, ErrSyntax},
		{"1.kb", 0, ErrSyntax}, {".5kb", 0, ErrSyntax}, {"1.2.3", 0, ErrSyntax}, {"1e3", 0, ErrSyntax},
		{"0x10", 0, ErrSyntax}, {"1eb", 0, ErrSyntax}, {"1\x00", 0, ErrSyntax}, {"\xff", 0, ErrSyntax},
		{"\x10", 0, ErrSyntax},
	} {
		got, err := ParseSize([]byte(c.text))
		checkReason(t, c.text, err, c.err)
		if got != c.want {
			t.Errorf("ParseSize(%q) = %d, want %d", c.text, got, c.want)
		}
	}
}

var sizeGrammar = regexp.MustCompile(`\A([0-9]+)(\.[0-9]+)?([kmgtpKMGTP]?)([bwBW]?)\z`)

// exactSize is ParseSize in unlimited arithmetic; ok is false for text outside of the grammar.
func exactSize(text string) (size *big.Int, ok bool) {
	m := sizeGrammar.FindStringSubmatch(text)
	if m == nil || len(m[2]) > 1+maxFractionDigits {
		return nil, false
	}
	v, _ := new(big.Rat).SetString(m[1] + m[2])
	power := map[string]int{"": 0, "k": 1, "m": 2, "g": 3, "t": 4, "p": 5}[strings.ToLower(m[3])]
	unit := int64(1) << (10 * power)
	if strings.EqualFold(m[4], "w") {
		unit *= 8
	}
	v.Mul(v, new(big.Rat).SetInt64(unit))
	v.Add(v, big.NewRat(1, 2))
	return new(big.Int).Quo(v.Num(), v.Denom()), true
}

func FuzzParseSize(f *testing.F) {
	for _, s := range []string{
		"0b", "12.27M", "16384pb", "12kw", "18446744073709551615.5", "0.0004882812500000000kb", "-1",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := ParseSize([]byte(text))
		want, ok := exactSize(text)
		if !ok || !want.IsUint64() {
			if err == nil || got != 0 {
				t.Fatalf("%q = %d, %v; want an error", text, got, err)
			}
			return
		}
		if err != nil || got != want.Uint64() {
			t.Fatalf("%q = %d, %v; want %d", text, got, err, want)
		}
	})
}

func TestParseSizeDoesNotAllocate(t *testing.T) {
	in := []byte("295.56Mb")
	checkNoAllocation(t, func() { _, _ = ParseSize(in) })
}

func BenchmarkParseSize(b *testing.B) {
	benchmarkText(b, "251658240kb", func(in []byte) { _, _ = ParseSize(in) })
}
