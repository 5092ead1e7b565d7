package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"pbsduck/cmd/pbsduck/flags"
	"pbsduck/cmd/pbsduck/ui"
	"pbsduck/duckdb/report"
	"pbsduck/export"
)

// explain says what a report is about: report NAME --help.
func explain(w io.Writer, r report.Report) {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s\n\n", r.Title, r.Question)
	if r.Definition != "" {
		b.WriteString(ui.Wrap(r.Definition, "", 79) + "\n\n")
	}
	if words := r.ByWords(); len(words) > 0 {
		by := "--by " + words[0] + " (as if not given)"
		if others := words[1:]; len(others) > 0 {
			by += "; or " + strings.Join(others, ", ")
		}
		b.WriteString(ui.Wrap(by, "", 79) + "\n\n")
	}
	for _, c := range r.Choices {
		choice := flags.Choice(c.Name, c.Values[0])
		if others := c.Values[1:]; len(others) > 0 {
			choice += ", " + strings.Join(others, ", ")
		}
		choice += ": " + c.Comment
		b.WriteString(ui.Wrap(choice, "", 79) + "\n")
	}
	if len(r.Choices) > 0 {
		b.WriteString("\n")
	}
	b.WriteString("Columns:\n")
	for _, c := range r.Columns {
		unit := ""
		if c.Unit != "" {
			unit = " [" + c.Unit + "]"
		}
		b.WriteString(ui.Wrap(fmt.Sprintf("%s%s: %s", c.Name, unit, c.Comment), "  ", 79) + "\n")
	}
	b.WriteString("\nDays, machines and which jobs are meant are said by flags: pbsduck report --help\n\n")
	_, _ = io.WriteString(export.VisibleLines(w), strings.TrimSuffix(b.String(), "\n"))
}

// An offer is what can be chosen of the reports that are named, or of all.
type offer struct {
	by, set []string
	choices map[string][]string
}

// offered is that of the words of a command line.
func (o *reportOptions) offered(words []string) offer {
	all := offer{choices: map[string][]string{}}
	reports, _, err := o.all()
	if err != nil {
		return all
	}
	for _, r := range reports {
		if len(words) > 0 && !slices.Contains(words, r.Name) {
			continue
		}
		all.by = append(all.by, r.ByWords()...)
		for _, c := range r.Choices {
			for _, v := range c.Values {
				all.set = append(all.set, c.Name+"="+v)
			}
			all.choices[c.Name] = append(all.choices[c.Name], c.Values...)
		}
	}
	for _, list := range []*[]string{&all.by, &all.set} {
		slices.Sort(*list)
		*list = slices.Compact(*list)
	}
	for name, values := range all.choices {
		slices.Sort(values)
		all.choices[name] = slices.Compact(values)
	}
	return all
}
