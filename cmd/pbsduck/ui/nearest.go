package ui

import (
	"cmp"
	"slices"
	"strings"
)

// Nearest are the three of some names that are most like one that is none of them: by how many letters are to be
// changed to make it of them, or of one of their words.
func Nearest(name string, known []string) []string {
	name = strings.ToLower(name)
	distance := func(other string) int {
		least := 2 * changes(name, other)
		for word := range strings.SplitSeq(other, "_") {
			least = min(least, 2*changes(name, word)+1)
		}
		return least
	}
	sorted := slices.Clone(known)
	slices.SortStableFunc(sorted, func(a, b string) int { return cmp.Compare(distance(a), distance(b)) })
	return sorted[:min(3, len(sorted))]
}

// changes is how many letters are to be put in, taken out or replaced to make one word of another.
func changes(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			other := diagonal
			if a[i] != b[j] {
				other++
			}
			diagonal, row[j+1] = row[j+1], min(other, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
