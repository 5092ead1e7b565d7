package flags

import (
	"maps"
	"slices"

	"pbsduck/cmd/pbsduck/ui"
)

// Words are the flags as they were given, as the shell takes them.
func (f *Filter) Words() []string {
	var words []string
	add := func(flag, value string) { words = append(words, "--"+flag, ui.ShellWord(value)) }
	for _, name := range slices.Sorted(maps.Keys(f.values)) {
		for _, value := range *f.values[name] {
			add(name, value)
		}
	}
	words = append(words, f.days.Words()...)
	for _, t := range timeFlags {
		if text := *f.times[t.name]; text != "" {
			add(t.name, text)
		}
	}
	for _, text := range f.where {
		add("where", text)
	}
	if f.arrayParents != "yes" {
		add("array-parents", f.arrayParents)
	}
	if f.ignoreCase {
		words = append(words, "--ignore-case")
	}
	return words
}
