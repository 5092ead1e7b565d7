package export

import (
	"bytes"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/apache/arrow-go/v18/arrow"
)

// figures are the numbers of a column as a table shows them to people: commas between groups of three digits, and
// doubles rounded, so that the points of a column stand under each other.
//
// A column has as many decimals as its values need, if that is at most three; otherwise as many as give its largest
// value three digits, and at least one. What is not 0 never shows as 0, but as <0.1. Decimals are exact, with the
// digits of their type.
//
// Whole numbers by which things are called have no commas: those of a column of whose name a word is one of callings,
// unless another is count.
type figures struct {
	number  bool // else nothing is changed
	double  bool
	grouped bool
	needs   int     // decimals of the values seen
	largest float64 // of their absolute values
}

// fewDecimals are so many that nothing is rounded.
const fewDecimals = 3

// callings are words of the names of columns whose whole numbers are names, not amounts.
var callings = []string{
	"id", "jobid", "job", "index", "line", "exit", "status", "session", "hash", "check", "code", "key", "year",
	"version", "uid", "gid", "pid", "port",
}

func newFigures(f arrow.Field) figures {
	if !isNumber(f.Type) {
		return figures{}
	}
	double := arrow.IsFloating(f.Type.ID())
	return figures{number: true, double: double, grouped: double || !calls(f.Name)}
}

// calls tells whether the numbers of a column of this name are those of things.
func calls(name string) bool {
	words := nameWords(name)
	return !slices.Contains(words, "count") &&
		slices.ContainsFunc(words, func(w string) bool { return slices.Contains(callings, w) })
}

// nameWords are the words that a column's name consists of: max(job_id) is max, job and id.
func nameWords(name string) []string {
	return strings.FieldsFunc(
		strings.ToLower(name), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '%' },
	)
}

// see takes a value's exact text into account.
func (f *figures) see(text []byte) {
	if !f.double {
		return
	}
	v, finite := finite(text)
	if !finite {
		return
	}
	f.largest = max(f.largest, math.Abs(v))
	if point := bytes.IndexByte(text, '.'); point >= 0 {
		f.needs = max(f.needs, len(text)-point-1)
	}
	if bytes.IndexByte(text, 'e') >= 0 && math.Abs(v) < 1 {
		f.needs = math.MaxInt
	}
}

// finite reads the exact text of a double. NaN and the infinities are none.
func finite(text []byte) (v float64, ok bool) {
	v, err := strconv.ParseFloat(string(text), 64)
	return v, err == nil && !math.IsNaN(v) && !math.IsInf(v, 0)
}

// decimals is how many the column has; -1 if its values are too small to be shown so.
func (f *figures) decimals() int {
	if f.needs <= fewDecimals {
		return f.needs
	}
	const least = 1e-6
	if f.largest < least {
		return -1
	}
	n := 1
	for of := f.largest; of < 10; of *= 10 {
		n++
	}
	return n
}

// append appends a value of which this is the exact text.
func (f *figures) append(dst, text []byte) []byte {
	switch {
	case f.double:
		return f.appendRounded(dst, text)
	case f.grouped:
		return appendGrouped(dst, text)
	}
	return append(dst, text...)
}

func (f *figures) appendRounded(dst, text []byte) []byte {
	const most = 1e21 // from where on the text has an exponent
	v, finite := finite(text)
	decimals := f.decimals()
	if !finite || math.Abs(v) >= most || decimals < 0 {
		return append(dst, text...)
	}
	var room [64]byte
	digits := strconv.AppendFloat(room[:0], v, 'f', decimals, 64)
	if v != 0 && len(bytes.Trim(digits, "-0.")) == 0 {
		least := math.Pow10(-decimals)
		if v < 0 {
			return strconv.AppendFloat(append(dst, '>'), -least, 'f', decimals, 64)
		}
		return strconv.AppendFloat(append(dst, '<'), least, 'f', decimals, 64)
	}
	return appendGrouped(dst, digits)
}

// appendGrouped appends the text of a number with commas between groups of three digits before its point.
func appendGrouped(dst, number []byte) []byte {
	whole := bytes.IndexByte(number, '.')
	if whole < 0 {
		whole = len(number)
	}
	for i, c := range number {
		if i > 0 && i < whole && (whole-i)%3 == 0 && number[i-1] != '-' {
			dst = append(dst, ',')
		}
		dst = append(dst, c)
	}
	return dst
}

// Grouped is a number with commas between groups of three digits.
func Grouped(n int64) string { return string(appendGrouped(nil, strconv.AppendInt(nil, n, 10))) }

// GroupDigits is a number, as it is written without them, with commas between groups of three digits.
func GroupDigits(number string) string { return string(appendGrouped(nil, []byte(number))) }
