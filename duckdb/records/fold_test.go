package records

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestFoldNames(t *testing.T) {
	for names, want := range map[string]string{
		"":                              "",
		"dec0001":                       "dec0001",
		"dec0001 dec0002 dec0003":       "dec[0001-0003]",
		"dec0002 dec0001 dec0004 dec05": "dec[0001-0002,0004,05]",
		"n8 n9 n10 n11":                 "n[8-11]",
		"n09 n10 n9":                    "n[09,9-10]",
		"n1 n01 n1":                     "n[01,1]",
		"a1 b1 b2":                      "a1 b[1-2]",
		"r1i0n0 r1i0n1 r1i1n0":          "r1i0n[0-1] r1i1n0",
		"n1.a7.org n2.a7.org n1.a8.org": "n[1-2].a7.org n1.a8.org",
		"login h[0] h[1]":               "h[0] h[1] login",
		"99999999999999999999999 n1":    "n1 99999999999999999999999",
		"n0999 n1000 n1001":             "n[0999-1001]",
	} {
		if got := strings.Join(foldNames(strings.Fields(names)), " "); got != want {
			t.Errorf("%s: %s, want %s", names, got, want)
		}
	}
}

// unfold is what a folded name stands for.
func unfold(folded string) []string {
	before, rest, isFolded := strings.Cut(folded, "[")
	if !isFolded {
		return []string{folded}
	}
	list, behind, _ := strings.Cut(rest, "]")
	var all []string
	for one := range strings.SplitSeq(list, ",") {
		first, last, isRange := strings.Cut(one, "-")
		if !isRange {
			last = first
		}
		var from, to int
		fmt.Sscan(strings.TrimLeft(first, "0")+" 0", &from)
		fmt.Sscan(strings.TrimLeft(last, "0")+" 0", &to)
		for n := from; n <= to; n++ {
			all = append(all, fmt.Sprintf("%s%0*d%s", before, len(first), n, behind))
		}
	}
	return all
}

// TestFoldingLosesNothing: what is folded stands for the same names, each once.
func TestFoldingLosesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		names := rapid.SliceOf(rapid.StringMatching(`[ab]?(0{0,2}(0|[1-9][0-9]{0,2}))?(c|\.d1)?`)).Draw(t, "names")
		names = slices.DeleteFunc(names, func(n string) bool { return n == "" })
		var got []string
		for _, f := range foldNames(slices.Clone(names)) {
			got = append(got, unfold(f)...)
		}
		slices.Sort(got)
		slices.Sort(names)
		if want := slices.Compact(names); !slices.Equal(got, want) {
			t.Fatalf("%q folded and unfolded is %q", want, got)
		}
	})
}
