package records

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// A foldedName is a name with a number in it.
type foldedName struct {
	before, digits, behind string
	number                 int64
}

// foldNames writes names of nodes shortly: dec0001, dec0002 and dec0004 are dec[0001-0002,0004]. The number that counts
// is the last one in front of a dot. Names with none, or that hold what folding uses, stay as they are, behind the
// others.
func foldNames(names []string) []string {
	var folded []foldedName
	var plain []string
	for _, name := range names {
		if f, ok := numbered(name); ok {
			folded = append(folded, f)
		} else {
			plain = append(plain, name)
		}
	}
	slices.SortFunc(folded, func(a, b foldedName) int {
		return cmp.Or(strings.Compare(a.before, b.before), strings.Compare(a.behind, b.behind),
			cmp.Compare(a.number, b.number), strings.Compare(a.digits, b.digits))
	})
	folded = slices.Compact(folded)
	slices.Sort(plain)
	var all []string
	for len(folded) > 0 {
		n := 1
		for n < len(folded) && folded[n].before == folded[0].before && folded[n].behind == folded[0].behind {
			n++
		}
		all = append(all, fold(folded[:n]))
		folded = folded[n:]
	}
	return append(all, slices.Compact(plain)...)
}

// numbered takes a name apart.
func numbered(name string) (f foldedName, ok bool) {
	if strings.ContainsAny(name, "[],") {
		return f, false
	}
	first, _, _ := strings.Cut(name, ".")
	end := strings.LastIndexFunc(first, isDigit) + 1
	start := strings.LastIndexFunc(first[:end], func(r rune) bool { return !isDigit(r) }) + 1
	number, err := strconv.ParseInt(first[start:end], 10, 64)
	return foldedName{name[:start], name[start:end], name[end:], number}, err == nil
}

func isDigit(r rune) bool { return r >= '0' && r <= '9' }

// fold writes names that differ in their numbers only, which are in order.
func fold(names []foldedName) string {
	if len(names) == 1 {
		return names[0].before + names[0].digits + names[0].behind
	}
	before, behind := names[0].before, names[0].behind
	var ranges []string
	for len(names) > 0 {
		n := 1
		for n < len(names) && names[n].digits == fmt.Sprintf("%0*d", len(names[n-1].digits), names[n-1].number+1) {
			n++
		}
		one := names[0].digits
		if n > 1 {
			one += "-" + names[n-1].digits
		}
		ranges, names = append(ranges, one), names[n:]
	}
	return before + "[" + strings.Join(ranges, ",") + "]" + behind
}
