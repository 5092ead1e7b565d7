package chart

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"pbsduck/export"
)

// Unit says what a value is, and so how it is written. Those below have a way of their own; of any other the value is a
// number, and the unit a word beside it, such as core-hours or jobs.
type Unit string

// The units that are written in a way of their own.
const (
	Seconds Unit = "s"     // 3 h 12 min
	Bytes   Unit = "bytes" // 1.5 GiB
	Percent Unit = "%"     // 83.4 %
	Plain   Unit = "plain" // 2026: digits as they are, for years, numbers of jobs, codes
)

// missing is what stands in the place of a value that is not known.
const missing = "–"

// Format writes a value for reading: with separators between thousands, and to three digits at least.
func (u Unit) Format(v float64) string {
	switch {
	case !known(v):
		return missing
	case u == Seconds:
		return duration(v)
	case u == Bytes:
		return scaled(v, 1024, bytesOf)
	case u == Percent:
		return grouped(v, 1) + " %"
	case u == Plain:
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return grouped(v, decimals(v))
}

// Column gives what writes the values of a column: with as many decimals each, so that points stand under each other.
func (u Unit) Column(values []float64) func(float64) string {
	if u == Seconds || u == Bytes || u == Percent || u == Plain {
		return u.Format
	}
	most, whole := 0.0, true
	for _, v := range values {
		if known(v) {
			most, whole = max(most, math.Abs(v)), whole && v == math.Trunc(v)
		}
	}
	n := 0
	if !whole {
		n = max(decimals(most), 1)
	}
	return func(v float64) string {
		if !known(v) {
			return missing
		}
		return grouped(v, n)
	}
}

// Short writes a value for the ends of bars, cells and axes: 1.2 M, 350 k, 1.5 h.
func (u Unit) Short(v float64) string {
	switch {
	case !known(v):
		return missing
	case u == Seconds:
		return shortDuration(v)
	case u == Bytes:
		return scaled(v, 1024, bytesOf)
	case u == Percent:
		return trimmed(v) + " %"
	case u == Plain:
		return u.Format(v)
	}
	return scaled(v, 1000, thousands)
}

// Full is Format with the unit's word.
func (u Unit) Full(v float64) string {
	switch u {
	case Seconds, Bytes, Percent, Plain, "":
		return u.Format(v)
	}
	return u.Format(v) + " " + string(u)
}

// Word is the unit as it stands beside an axis or under a heading.
func (u Unit) Word() string {
	switch u {
	case Seconds, Bytes, Percent, Plain:
		return ""
	}
	return string(u)
}

// Beside is the unit's word as it stands beside a title, which may say it already.
func (u Unit) Beside(title string) string {
	word := u.Word()
	if strings.Contains(strings.ToLower(title), strings.ToLower(word)) {
		return ""
	}
	return word
}

// decimals are as many as leave three digits: 0.12, 1.23, 12.3, 123.
func decimals(v float64) int {
	switch v = math.Abs(v); {
	case v == math.Trunc(v) || v >= 99.95:
		return 0
	case v >= 9.995:
		return 1
	case v >= 0.0995:
		return 2
	case v >= 0.00995:
		return 3
	}
	return 4
}

// grouped writes v with n decimals, and with commas between groups of three digits. What would be too long, or look
// like nothing, is a power of ten.
func grouped(v float64, n int) string {
	if a := math.Abs(v); a >= 1e15 || a < 0.001 && a > 0 && n > 2 {
		return strconv.FormatFloat(v, 'g', 3, 64)
	}
	digits := strconv.FormatFloat(v, 'f', n, 64)
	sign := ""
	if strings.HasPrefix(digits, "-") {
		digits, sign = digits[1:], "−"
	}
	if strings.Trim(digits, "0.") == "" {
		sign = ""
	}
	return sign + export.GroupDigits(digits)
}

// trimmed writes v to three digits, without zeros at the end.
func trimmed(v float64) string {
	s := grouped(v, decimals(v))
	if strings.Contains(s, ".") && !strings.Contains(s, "e") {
		s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	}
	return s
}

var (
	thousands = []string{"", " k", " M", " G", " T", " P", " E"}
	bytesOf   = []string{" B", " KiB", " MiB", " GiB", " TiB", " PiB", " EiB"}
)

// scaled writes v to three digits in the prefix that suits it.
func scaled(v, base float64, names []string) string {
	if math.Abs(v) >= math.Pow(base, 7) {
		return strconv.FormatFloat(v, 'g', 3, 64) + strings.TrimLeft(names[0], " ")
	}
	i := 0
	for math.Abs(v) >= base*0.99995 && i < len(names)-1 {
		v, i = v/base, i+1
	}
	return trimmed(v) + names[i]
}

const (
	minute = 60
	hour   = 60 * minute
	day    = 24 * hour
)

// duration writes seconds as the two units that matter: 1 d 4 h, 3 h 12 min, 4 min 5 s, 12 s.
func duration(v float64) string {
	if v < 0 {
		return "−" + duration(-v)
	}
	if v < minute && v != math.Trunc(v) && v < 59.5 {
		return trimmed(v) + " s"
	}
	if v >= 1000*day {
		return grouped(v/day, 0) + " d"
	}
	for _, u := range []struct {
		large, small float64
		names        [2]string
	}{{day, hour, [2]string{"d", "h"}}, {hour, minute, [2]string{"h", "min"}}, {minute, 1, [2]string{"min", "s"}}} {
		n := math.Round(v / u.small)
		if n*u.small < u.large {
			continue
		}
		whole, rest := math.Floor(n*u.small/u.large), math.Mod(n*u.small, u.large)/u.small
		if rest == 0 {
			return fmt.Sprintf("%.0f %s", whole, u.names[0])
		}
		return fmt.Sprintf("%.0f %s %.0f %s", whole, u.names[0], rest, u.names[1])
	}
	return trimmed(math.Round(v)) + " s"
}

// shortDuration writes seconds in one unit: 1.5 h.
func shortDuration(v float64) string {
	switch a := math.Abs(v); {
	case a >= day:
		return trimmed(v/day) + " d"
	case a >= hour:
		return trimmed(v/hour) + " h"
	case a >= minute:
		return trimmed(v/minute) + " min"
	}
	return trimmed(v) + " s"
}
