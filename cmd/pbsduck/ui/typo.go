package ui

import "strings"

// DidYouMean asks for the one of some names that a mistyped one is likely to mean; it is empty if none is like it.
func DidYouMean(typed string, known []string) string {
	if len(known) == 0 {
		return ""
	}
	for _, name := range known {
		if len(typed) > 2 && strings.HasPrefix(name, typed) {
			return "; did you mean " + name + "?"
		}
	}
	nearest := known[0]
	for _, name := range known[1:] {
		if changes(typed, name) < changes(typed, nearest) {
			nearest = name
		}
	}
	if changes(typed, nearest) > max(1, len(nearest)/3) {
		return ""
	}
	return "; did you mean " + nearest + "?"
}
