package pbs

import (
	"math/big"
	"regexp"
	"strings"
	"testing"
)

func TestParseDuration(t *testing.T) {
	for _, c := range []struct {
		text string
		want int64
		err  error
	}{
		{"00:00:00", 0, nil}, {"0", 0, nil}, {"858", 858, nil}, {"14:18", 858, nil}, {"01:00:00", 3600, nil},
		{"19:23:4", 69784, nil}, {"100:00:00", 360000, nil}, {"43800:00:00", 157680000, nil}, {"0:99:99", 6039, nil},
		{"12:", 720, nil}, {"1::", 3600, nil}, {"1::30", 3630, nil}, {"1:2:3", 3723, nil},
		{"10.4999", 10, nil}, {"10.5", 11, nil}, {"0:59.9", 60, nil}, {"00:00:59.500", 60, nil}, {"12:.5", 721, nil},
		{"9223372036854775806", 9223372036854775806, nil}, {"9223372036854775806.5", 9223372036854775807, nil},
		{"2562047788015215:30:06", 9223372036854775806, nil},

		{"2562047788015215:30:07", 0, ErrOverflow}, {"9223372036854775807", 0, ErrOverflow},
		{"99999999999999999999", 0, ErrOverflow}, {"9223372036854775807:0:0", 0, ErrOverflow},
		{"1:99999999999999999999:0", 0, ErrOverflow}, {"1:18446744073709551615", 0, ErrOverflow},
		{"", 0, ErrEmpty}, {":", 0, ErrSyntax}, {":30", 0, ErrSyntax}, {"-1", 0, ErrSyntax}, {"-00:01:00", 0, ErrSyntax},
		{"1:2:3:4", 0, ErrSyntax}, {"1:2:3:", 0, ErrSyntax}, {"1.", 0, ErrSyntax}, {".5", 0, ErrSyntax},
		{"1.5:0", 0, ErrSyntax}, {"1.5.5", 0, ErrSyntax}, {"1:-2", 0, ErrSyntax}, {"1: 2", 0, ErrSyntax},
		{"1h", 0, ErrSyntax}, {"00:00:01 ", 0, ErrSyntax}, {"UNSET", 0, ErrSyntax}, {"1.5x", 0, ErrSyntax},
	} {
		got, err := ParseDuration([]byte(c.text))
		checkReason(t, c.text, err, c.err)
		if got != c.want {
			t.Errorf("ParseDuration(%q) = %d, want %d", c.text, got, c.want)
		}
	}
}

var durationGrammar = regexp.MustCompile(`\A([0-9]+(?::[0-9]*){0,2})(?:\.([0-9])[0-9]*)?\z`)

// exactDuration is ParseDuration in unlimited arithmetic.
func exactDuration(text string) (seconds *big.Int, ok bool) {
	m := durationGrammar.FindStringSubmatch(text)
	if m == nil {
		return nil, false
	}
	seconds = new(big.Int)
	for part := range strings.SplitSeq(m[1], ":") {
		n, _ := new(big.Int).SetString("0"+part, 10)
		seconds.Add(seconds.Mul(seconds, big.NewInt(60)), n)
	}
	if seconds.Cmp(big.NewInt(maxDuration)) > 0 {
		return nil, false
	}
	if m[2] >= "5" {
		seconds.Add(seconds, big.NewInt(1))
	}
	return seconds, true
}

func FuzzParseDuration(f *testing.F) {
	for _, s := range []string{
		"01:02:03", "12:", "1::30.5", "2562047788015215:30:07", "9223372036854775806.5", "1:2:3:4", "-1",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := ParseDuration([]byte(text))
		want, ok := exactDuration(text)
		if ok != (err == nil) || ok && got != want.Int64() || !ok && got != 0 {
			t.Fatalf("%q = %d, %v; want %v", text, got, err, want)
		}
	})
}

func TestParseDurationDoesNotAllocate(t *testing.T) {
	in := []byte("43800:00:00.5")
	checkNoAllocation(t, func() { _, _ = ParseDuration(in) })
}

func BenchmarkParseDuration(b *testing.B) {
	benchmarkText(b, "11:59:30", func(in []byte) { _, _ = ParseDuration(in) })
}
