package chart

import (
	"bytes"
	"encoding/xml"
	"flag"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "write the golden files anew")

var nan = math.NaN()

func months(n int) []time.Time {
	starts := make([]time.Time, n)
	for i := range starts {
		starts[i] = time.Date(2025, time.Month(i+1), 1, 0, 0, 0, 0, time.UTC)
	}
	return starts
}

func daysFrom(from time.Time, n int) []time.Time {
	starts := make([]time.Time, n)
	for i := range starts {
		starts[i] = from.AddDate(0, 0, i)
	}
	return starts
}

// over is a chart over time whose last bucket is as long as the calendar says.
func over(shape Shape, starts []time.Time, end time.Time, series ...Series) *Time {
	return &Time{Head: Head{Title: "Cores in use", Unit: "cores"}, Shape: shape, Start: starts, End: end, Series: series}
}

// cases are small charts of each kind, and what is rare in each.
func cases() map[string]Chart {
	week := daysFrom(time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC), 7)
	weekEnd := week[6].AddDate(0, 0, 1)
	stacked := over(Stacked, week, weekEnd,
		Series{Name: "cpu", Values: []float64{60, 55, 70, nan, nan, 80, 75}},
		Series{Name: "gpu", Values: []float64{20, 25, nan, nan, nan, 10, 5}},
		Series{Name: "reservations", Values: []float64{1, 2, 3}, Other: true})
	stacked.Limit, stacked.LimitName = []float64{100, 100, 100, 100, 110, 110, nan}, "capacity"
	return map[string]Chart{
		"time_stacked": stacked,
		"time_columns": over(Columns, months(12), time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC),
			Series{Name: "used", Values: []float64{5, 6, 7, 8, 9, 10, 9, 8, 7, 6, 5, 4}},
			Series{Name: "given back", Values: []float64{-1, -2, 0, -1, -1, -1, -1, -2, -3, -1, -1, 0}}),
		"time_lines": over(Lines, week, weekEnd,
			Series{Name: "users", Values: []float64{10, 12, nan, 15, nan, 11, 9}},
			Series{Name: "projects", Values: []float64{3, 3, 4, 4, 4, 3, 2}}),
		"time_one":   over(Columns, week[:1], week[1], Series{Values: []float64{12}}),
		"time_zero":  over(Stacked, week, weekEnd, Series{Name: "cpu", Values: make([]float64, 7)}),
		"time_empty": over(Stacked, week, weekEnd, Series{Name: "cpu"}),
		"time_none":  &Time{Head: Head{Title: "Nothing", Empty: "no jobs in this period"}},
		"bars": &Bars{Head: Head{Title: "Core-hours by account", Unit: "core-hours"}, Top: 3,
			Rows: []Bar{{Name: "PROJ0001", Values: []float64{1234567.8}, Note: "60.0 %"},
				{Name: "PROJ0002", Values: []float64{400000}, Note: "19.4 %"},
				{Name: "a name that goes on and on until there is no room for it any more", Values: []float64{0.25}},
				{Name: "PROJ0004", Values: []float64{7}}, {Name: "PROJ0005", Values: []float64{nan}}}},
		"bars_parts": &Bars{Head: Head{Title: "How jobs ended", Unit: Percent}, Parts: []string{"ok", "failed"}, Ratio: true,
			Rows: []Bar{{Name: "cpu", Values: []float64{93.5, 6.5}, Note: "1,234 jobs"},
				{Name: "gpu", Values: []float64{80, 20}}}},
		"bars_negative": &Bars{Head: Head{Title: "Memory asked and not used", Unit: Bytes},
			Rows: []Bar{{Name: "more", Values: []float64{3 << 40}}, {Name: "less", Values: []float64{-1 << 40}},
				{Name: "unknown", Values: []float64{nan}}}},
		"bars_one": &Bars{Head: Head{Title: "One", Unit: "jobs"}, Rows: []Bar{{Name: "only", Values: []float64{1}}}},
		"bars_zero": &Bars{
			Head: Head{Title: "Zero", Unit: "jobs"},
			Rows: []Bar{{Name: "a", Values: []float64{0}}, {Name: "b", Values: []float64{0}}},
		},
		"bars_empty": &Bars{Head: Head{Title: "Unknown"}, Rows: []Bar{{Name: "a", Values: []float64{nan}}, {Name: "b"}}},
		"ranges": &Ranges{Head: Head{Title: "Waits", Unit: Seconds}, Points: []string{"p50", "p90", "p95", "p99"},
			Rows: []Range{{Group: "cpu", Name: "1", Values: []float64{0, 40, 600, 90000}, Note: "1,204 jobs"},
				{Group: "cpu", Name: "2", Values: []float64{3, 3, 3, 3}, Note: "2 jobs"},
				{Group: "gpu", Name: "1", Values: []float64{nan, 7200, nan, 8 * day}}, {Group: "gpu", Name: "none", Values: nil}}},
		"ranges_linear": &Ranges{
			Head: Head{Title: "Efficiency", Unit: Percent}, Points: []string{"p10", "p50", "p90"}, Linear: true,
			Rows: []Range{{Name: "cpu", Values: []float64{12, 55.5, 99}}},
		},
		"ranges_zero": &Ranges{
			Head: Head{Title: "No waits", Unit: Seconds}, Points: []string{"p50"},
			Rows: []Range{{Name: "cpu", Values: []float64{0}}},
		},
		"heat": &Heat{Head: Head{Title: "Core-hours", Unit: "core-hours"}, X: Axis{"nodes", []string{"1", "2", "3–4"}},
			Y:      Axis{"run time", []string{"< 1 h", "1–12 h", "> 12 h"}},
			Values: [][]float64{{0, 12, 1500}, {250000, nan, 1.2e6}, {3}}},
		"heat_one": &Heat{
			Head: Head{Title: "Jobs", Unit: "jobs"}, X: Axis{"nodes", []string{"1"}}, Y: Axis{"GPUs", []string{"0"}},
			Values: [][]float64{{1}},
		},
		"heat_empty": &Heat{
			Head: Head{Title: "Jobs", Unit: "jobs"}, X: Axis{"nodes", []string{"1"}}, Y: Axis{"GPUs", []string{"0"}},
			Values: [][]float64{{0}},
		},
	}
}

// TestGolden draws all cases as a page and as terminals show them.
func TestGolden(t *testing.T) {
	for name, c := range cases() {
		t.Run(name, func(t *testing.T) {
			p := Draw(c, name, new(Palette))
			wellFormed(t, string(p.Narrow))
			var b strings.Builder
			fmt.Fprintf(&b, "%s\n", strings.ReplaceAll(string(p.Wide), "><", ">\n<"))
			for _, k := range p.Legend {
				fmt.Fprintf(&b, "<!-- %s: %s -->\n", k.Class, k.Name)
			}
			wellFormed(t, b.String())
			golden(t, name+".svg", b.String())

			var text bytes.Buffer
			for _, o := range []TextOptions{{}, {Width: 46}, {Width: 60, ASCII: true}} {
				if err := Text(&text, c, o); err != nil {
					t.Fatal(err)
				}
				text.WriteByte('\n')
			}
			golden(t, name+".txt", text.String())
		})
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs (go test -update writes it anew):\n%s", path, got)
	}
}

func wellFormed(t *testing.T, svg string) {
	t.Helper()
	for d := xml.NewDecoder(strings.NewReader(svg)); ; {
		_, err := d.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatalf("%v in %.300s", err, svg)
		}
	}
	if strings.Contains(svg, "NaN") || strings.Contains(svg, "Inf") {
		t.Errorf("a place that is no number: %.300s", svg)
	}
}

// TestTextWidth holds every line of every chart to the terminal's width, and plain text to ASCII.
func TestTextWidth(t *testing.T) {
	for name, c := range cases() {
		for _, width := range []int{40, 57, 79, 132} {
			for _, ascii := range []bool{false, true} {
				var b strings.Builder
				if err := Text(&b, c, TextOptions{Width: width, ASCII: ascii}); err != nil {
					t.Fatal(err)
				}
				for _, line := range strings.Split(b.String(), "\n") {
					if n := len([]rune(line)); n > width {
						t.Errorf("%s: %d of %d cells: %s", name, n, width, line)
					}
					for _, r := range line {
						if ascii && r > 126 {
							t.Errorf("%s: %q is not ASCII in %s", name, r, line)
							break
						}
					}
				}
			}
		}
	}
}
