package notebooks

import (
	"cmp"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	godiff "github.com/google/go-cmp/cmp"

	"pbsduck/duckdb/report"
)

var update = flag.Bool("update", false, "write python/pbsduck/src/pbsduck/reports.py, and what notebooks show, again")

const functions = "python/pbsduck/src/pbsduck/reports.py"

const functionsHead = `"""The reports, a function each: what pbsduck report NAME --help says, typed.
pbsduck.report asks those that a site has of its own."""

# Written by go test ./notebooks -run Functions -update, from the heads of duckdb/report/sql/reports.

from __future__ import annotations

from typing import Literal

import duckdb
import pyarrow as pa

from ._report import Day, Flag, Words, report
`

// TestPythonFunctions: Python has a function for each report, with its choices, and says of it what its head says.
func TestPythonFunctions(t *testing.T) {
	all, err := report.All("")
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	b.WriteString(functionsHead)
	for _, r := range all {
		writeFunction(&b, r)
	}
	if *update {
		if err := os.WriteFile(functions, []byte(b.String()), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if diff := godiff.Diff(string(read(t, functions)), b.String()); diff != "" {
		t.Errorf("%s is not what the heads of reports say (go test ./notebooks -run Functions -update):\n%s", functions, diff)
	}
}

func writeFunction(b *strings.Builder, r report.Report) {
	fmt.Fprintf(b,
		"\n\ndef %s(con: duckdb.DuckDBPyConnection, *, by: Words = None, since: Day = None, until: Day = None,\n",
		strings.ReplaceAll(r.Name, "-", "_"))
	indent := strings.Repeat(" ", len("def (")+len(r.Name))
	for _, c := range r.Choices {
		fmt.Fprintf(b, "%s%s: %s | None = None,\n", indent, c.Name, typeOf(c))
	}
	fmt.Fprintf(b, "%s**flags: Flag) -> pa.Table:\n", indent)
	fmt.Fprintf(b, "    \"\"\"%s\n\n%s", r.Question, wrapped("    ", "", r.Definition))
	if len(r.By) > 0 {
		by := "by: " + cmp.Or(r.By[0], report.Nothing) + " (as if not given)"
		if len(r.By) > 1 {
			by += "; or " + strings.Join(r.By[1:], ", ")
		}
		b.WriteString("\n" + wrapped("    ", "    ", by))
	}
	for _, c := range r.Choices {
		b.WriteString(wrapped("    ", "    ", fmt.Sprintf("%s: %s (%s is usual)", c.Name, c.Comment, c.Values[0])))
	}
	b.WriteString("\n    Columns:\n")
	for _, c := range r.Columns {
		unit := ""
		if c.Unit != "" {
			unit = " [" + c.Unit + "]"
		}
		b.WriteString(wrapped("        ", "    ", c.Name+unit+": "+c.Comment))
	}
	fmt.Fprintf(b, "    \"\"\"\n    return report(con, %q, by=by, since=since, until=until, ", r.Name)
	for _, c := range r.Choices {
		fmt.Fprintf(b, "%s=%s, ", c.Name, c.Name)
	}
	b.WriteString("**flags)\n")
}

// typeOf is the type of a choice: one of its values if it has several, or any.
func typeOf(c report.Choice) string {
	if len(c.Values) < 2 {
		return "int | str"
	}
	return `Literal["` + strings.Join(c.Values, `", "`) + `"]`
}

// wrapped is a text in lines that are set in, those behind the first a bit more.
func wrapped(indent, more, text string) string {
	const width = 120
	var b strings.Builder
	line := indent
	for _, word := range strings.Fields(text) {
		if len(line)+1+len(word) > width {
			b.WriteString(strings.TrimRight(line, " ") + "\n")
			line = indent + more
		}
		line += word + " "
	}
	b.WriteString(strings.TrimRight(line, " ") + "\n")
	return b.String()
}
