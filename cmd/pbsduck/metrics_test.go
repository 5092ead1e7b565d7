package main

import (
	"cmp"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pbsduck/duckdb/report"
)

var updateMetrics = flag.Bool("update-metrics", false, "write docs/metrics.md from the heads of the reports")

// TestMetrics: docs/metrics.md says what the heads of the reports say.
func TestMetrics(t *testing.T) {
	all, err := report.All("")
	if err != nil {
		t.Fatal(err)
	}
	want, path := metrics(all), filepath.Join(docs, "metrics.md")
	if *updateMetrics {
		write(t, path, want)
		return
	}
	if got, err := os.ReadFile(path); err != nil || string(got) != want {
		t.Errorf("%s is not what the heads of the reports say (%v): go test ./cmd/pbsduck -run Metrics -update-metrics",
			path, err)
	}
}

const metricsHead = `# Figures

How each figure of a [report](reports.md) is reckoned, as the heads of the reports' SQL say it;
` + "`pbsduck report NAME --help`" + ` says the same of one report, and ` + "`--sql`" + ` shows all of it.
Core-hours and their kin are in [usage](#usage), the three waits in [waits](#waits), expansion factor and bounded
slowdown in [slowdown](#slowdown), CPU and memory efficiency in [efficiency](#efficiency), utilisation in
[utilisation](#utilisation), what was lost in [requeues](#requeues). Charges are hours by the rules of the site:
[configuration](configuration.md#charges).
`

// metrics is the page: an index of figures, and each report as its head says it.
func metrics(all []report.Report) string {
	var page strings.Builder
	page.WriteString(metricsHead + "\n## By name\n\n| figure | reports |\n|---|---|\n")
	of := map[string][]string{}
	for _, r := range all {
		for _, c := range r.Columns {
			of[c.Name] = append(of[c.Name], fmt.Sprintf("[%s](#%s)", r.Name, r.Name))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(of)) {
		fmt.Fprintf(&page, "| `%s` | %s |\n", name, strings.Join(of[name], ", "))
	}
	for _, r := range all {
		fmt.Fprintf(&page, "\n## %s\n\n**%s** %s\n\n", r.Name, r.Question, r.Definition)
		if len(r.By) > 1 {
			fmt.Fprintf(&page, "By %s, or %s.\n\n", cmp.Or(r.By[0], report.Nothing), strings.Join(r.By[1:], ", "))
		}
		page.WriteString("| column | unit | means |\n|---|---|---|\n")
		for _, c := range r.Columns {
			fmt.Fprintf(&page, "| `%s` | %s | %s |\n", c.Name, c.Unit, strings.ReplaceAll(c.Comment, "|", `\|`))
		}
		for i, c := range r.Choices {
			if i == 0 {
				page.WriteString("\n| choice | values, the usual one first | means |\n|---|---|---|\n")
			}
			fmt.Fprintf(&page, "| `--%s` | %s | %s |\n", report.Flag(c.Name), strings.Join(c.Values, ", "), c.Comment)
		}
	}
	return page.String()
}
