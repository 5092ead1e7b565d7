package pbs

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

func TestParseInt(t *testing.T) {
	for _, c := range []struct {
		text string
		want int64
		err  error
	}{
		{"0", 0, nil}, {"-0", 0, nil}, {"271", 271, nil}, {"-29", -29, nil}, {"0007", 7, nil},
		{"9223372036854775807", math.MaxInt64, nil}, {"-9223372036854775808", math.MinInt64, nil},
		{"9223372036854775808", 0, ErrOverflow}, {"-9223372036854775809", 0, ErrOverflow},
		{"99999999999999999999", 0, ErrOverflow}, {"", 0, ErrEmpty}, {"-", 0, ErrSyntax}, {"+1", 0, ErrSyntax},
		{"1.0", 0, ErrSyntax}, {" 1", 0, ErrSyntax}, {"1 ", 0, ErrSyntax}, {"0,", 0, ErrSyntax}, {"--1", 0, ErrSyntax},
		{"1_000", 0, ErrSyntax}, {"NULL", 0, ErrSyntax},
	} {
		got, err := ParseInt([]byte(c.text))
		checkReason(t, c.text, err, c.err)
		if got != c.want {
			t.Errorf("ParseInt(%q) = %d, want %d", c.text, got, c.want)
		}
	}
}

func TestParseFloat(t *testing.T) {
	for _, c := range []struct {
		text string
		want float64
		err  error
	}{
		{"0", 0, nil}, {"99.5", 99.5, nil}, {"-1.25", -1.25, nil}, {"9223372036854775807", 1 << 63, nil},
		{"1e3", 1000, nil}, {"1E+3", 1000, nil}, {"1e-3", 0.001, nil}, {"1e-999", 0, nil},
		{strings.Repeat("0", 60) + "1.5", 1.5, nil},
		{"1e999", 0, ErrOverflow}, {"-1e999", 0, ErrOverflow},
		{"", 0, ErrEmpty}, {"inf", 0, ErrSyntax}, {"-Infinity", 0, ErrSyntax}, {"nan", 0, ErrSyntax}, {"0x1p4", 0, ErrSyntax},
		{"1_0", 0, ErrSyntax}, {"+1", 0, ErrSyntax}, {"1-", 0, ErrSyntax}, {"e", 0, ErrSyntax}, {".", 0, ErrSyntax},
		{"1,5", 0, ErrSyntax}, {"1 ", 0, ErrSyntax},
	} {
		got, err := ParseFloat([]byte(c.text))
		checkReason(t, c.text, err, c.err)
		if got != c.want {
			t.Errorf("ParseFloat(%q) = %v, want %v", c.text, got, c.want)
		}
	}
}

func TestParseBool(t *testing.T) {
	for want, texts := range map[bool]string{
		true:  "t T true TRUE True tRUE 1 y Y",
		false: "f F false FALSE False 0 n N",
	} {
		for text := range strings.FieldsSeq(texts) {
			if got, err := ParseBool([]byte(text)); got != want || err != nil {
				t.Errorf("ParseBool(%q) = %v, %v", text, got, err)
			}
		}
	}
	for _, text := range []string{"yes", "no", "2", "tr", "truee", "\x11", "T ", "UNSET"} {
		_, err := ParseBool([]byte(text))
		checkReason(t, text, err, ErrSyntax)
	}
	_, err := ParseBool(nil)
	checkReason(t, "", err, ErrEmpty)
}

func TestParseEpoch(t *testing.T) {
	for _, c := range []struct {
		text string
		want int64
		err  error
	}{
		{"0", 0, nil}, {"1265396027", 1265396027, nil}, {"1265396027.54", 1265396027, nil},
		{"1265396027.99", 1265396027, nil}, {"253402300799", 253402300799, nil}, {"253402300799.9", 253402300799, nil},
		{"253402300800", 0, ErrOverflow}, {"99999999999999999999", 0, ErrOverflow},
		{"", 0, ErrEmpty}, {"-1", 0, ErrSyntax}, {"+1", 0, ErrSyntax}, {"1.", 0, ErrSyntax}, {".5", 0, ErrSyntax},
		{"1e9", 0, ErrSyntax}, {"1317509574start=1317509945", 0, ErrSyntax}, {"0,", 0, ErrSyntax}, {"1.5.5", 0, ErrSyntax},
	} {
		got, err := ParseEpoch([]byte(c.text))
		checkReason(t, c.text, err, c.err)
		if got != c.want {
			t.Errorf("ParseEpoch(%q) = %d, want %d", c.text, got, c.want)
		}
	}
}

var (
	intGrammar   = regexp.MustCompile(`\A-?[0-9]+\z`)
	floatGrammar = regexp.MustCompile(`\A-?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?\z`)
	epochGrammar = regexp.MustCompile(`\A([0-9]+)(\.[0-9]+)?\z`)
)

func FuzzNumbers(f *testing.F) {
	for _, s := range []string{
		"-9223372036854775808", "1e3", "1265396027.54", "253402300800", "0x1p4", "1e+", "-", "True", "1e999",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		b := []byte(text)
		if got, err := ParseInt(b); true {
			want, wantErr := strconv.ParseInt(text, 10, 64)
			if ok := wantErr == nil && intGrammar.MatchString(text); ok != (err == nil) || ok && got != want || !ok && got != 0 {
				t.Errorf("ParseInt(%q) = %d, %v", text, got, err)
			}
		}
		if got, err := ParseFloat(b); true {
			want, wantErr := strconv.ParseFloat(text, 64)
			if ok := wantErr == nil && floatGrammar.MatchString(text); ok != (err == nil) ||
				ok && got != want || !ok && got != 0 {
				t.Errorf("ParseFloat(%q) = %v, %v", text, got, err)
			}
		}
		if got, err := ParseEpoch(b); true {
			m := epochGrammar.FindStringSubmatch(text)
			var want int64
			ok := false
			if m != nil {
				n, wantErr := strconv.ParseInt(m[1], 10, 64)
				want, ok = n, wantErr == nil && n <= maxEpoch
			}
			if ok != (err == nil) || ok && got != want || !ok && got != 0 {
				t.Errorf("ParseEpoch(%q) = %d, %v", text, got, err)
			}
		}
	})
}

func TestNumbersDoNotAllocate(t *testing.T) {
	long := []byte("9223372036854775807.000000000000000000000000000")
	checkNoAllocation(t, func() {
		_, _ = ParseInt(long[:19])
		_, _ = ParseFloat(long)
		_, _ = ParseBool([]byte("True"))
		_, _ = ParseEpoch(long[:10])
	})
}

func BenchmarkParseInt(b *testing.B) {
	benchmarkText(b, "271", func(in []byte) { _, _ = ParseInt(in) })
}

func BenchmarkParseFloat(b *testing.B) {
	benchmarkText(b, "1234567.25", func(in []byte) { _, _ = ParseFloat(in) })
}

func BenchmarkParseBool(b *testing.B) {
	benchmarkText(b, "False", func(in []byte) { _, _ = ParseBool(in) })
}

func BenchmarkParseEpoch(b *testing.B) {
	benchmarkText(b, "1767250742", func(in []byte) { _, _ = ParseEpoch(in) })
}
