package dictionary

import (
	"cmp"
	"fmt"
	"strings"

	"pbsduck/export"
)

// Markdown is the dictionary as a page: a list of the tables, then each with its columns.
func Markdown(title, about string, entries []Entry) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n\n%s\n\n", title, about)
	for _, e := range entries {
		if e.Column == "" {
			fmt.Fprintf(&b, "* [%s](#%[1]s)\n", e.Table)
		}
	}
	for _, e := range entries {
		if e.Column == "" {
			fmt.Fprintf(&b,
				"\n## %s\n\n%s %s\n\n| column | type | unit | NULL | source | meaning |\n|---|---|---|---|---|---|\n",
				e.Table, strings.ToUpper(e.Type[:1])+strings.ToLower(e.Type[1:])+".", export.MarkdownText(e.Comment))
			continue
		}
		null := "never"
		if e.Null {
			null = "possible"
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s | %s | %s |\n",
			e.Column, e.Type, cmp.Or(e.Unit, "–"), null, export.MarkdownText(cmp.Or(e.Source, "–")),
			export.MarkdownText(e.Comment))
	}
	return b.String()
}
