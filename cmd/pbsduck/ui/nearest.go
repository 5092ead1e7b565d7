package ui

import (
	"cmp"
	"slices"
	"strings"
)

// DidYouMean asks for those of some names that a mistyped one is likely to mean, three at most; it is empty if none is
// like it. A name is like it that begins so, or of which a third of the letters, at most, are to be changed, or one of
// whose words is like it.
func DidYouMean(typed string, known []string) string {
	typed = strings.ToLower(typed)
	var near []string
	for _, name := range known {
		if distance(typed, name) < far {
			near = append(near, name)
		}
	}
	slices.SortStableFunc(near, func(a, b string) int { return cmp.Compare(distance(typed, a), distance(typed, b)) })
	if near = near[:min(3, len(near))]; len(near) == 0 {
		return ""
	}
	first, last := near[:len(near)-1], near[len(near)-1]
	if len(first) == 0 {
		return "; did you mean " + last + "?"
	}
	return "; did you mean " + strings.Join(first, ", ") + " or " + last + "?"
}

// far is the distance of names that are not alike.
const far = 1000

// distance is how unlike two names are: twice the letters that are to be changed, and one more where only a word of the
// name, or its beginning, is like what was typed.
func distance(typed, name string) int {
	bare := strings.TrimLeft(name, "-")
	typed = strings.TrimLeft(typed, "-")
	least := far
	if len(typed) > 2 && strings.HasPrefix(bare, typed) {
		least = 1
	}
	words := strings.FieldsFunc(bare, func(r rune) bool { return r == '_' || r == '-' })
	for i, word := range append([]string{bare}, words...) {
		if n := changes(typed, word); 3*n <= max(len(typed), len(word)) {
			least = min(least, 2*n+min(i, 1))
		}
	}
	return least
}

// changes is how many letters are to be put in, taken out, replaced, or swapped with the next, to make one word of
// another.
func changes(a, b string) int {
	rows := [3][]int{make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)}
	for j := range rows[2] {
		rows[2][j] = j
	}
	for i := range len(a) {
		rows = [3][]int{rows[1], rows[2], rows[0]}
		before, last, row := rows[0], rows[1], rows[2]
		row[0] = i + 1
		for j := range len(b) {
			replaced := last[j]
			if a[i] != b[j] {
				replaced++
			}
			row[j+1] = min(replaced, last[j+1]+1, row[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
	}
	return rows[2][len(b)]
}
