package page

import (
	"fmt"
	"math"
	"time"

	"pbsduck/export/chart"
)

// evil are names that would be more than names where they are written carelessly.
var evil = []string{
	`</script><script>window.harmed = 1</script>`,
	`"><img src=x onerror="window.harmed = 2">`,
	`</title></svg><b class=harm>'&amp;`,
	"=cmd|' /C calc'!A0",
	"@SUM(1+1)*cmd",
	"\x1b[31mred\x07\x00\u202eevil\u2028\xff\xfe",
	`{{.Title}} <!-- ]]> --> ${window.harmed = 3}`,
	"javascript:window.harmed=4",
	"Grüße 日本語 الله",
	fmt.Sprintf("%0300d", 7),
}

// hostile is a page that has such names wherever there may be one.
func hostile() *Page {
	p := &Page{Title: evil[0], Subtitle: evil[2], Version: evil[1], Source: evil[5], Notes: evil}
	for _, e := range evil {
		p.Figures = append(p.Figures, Figure{Label: e, Value: "1", Unit: e, Note: e})
	}
	s := Section{ID: "hostile", Title: evil[1], Question: evil[0], Definition: evil[2], Command: evil[3], Notes: evil}
	head := func(half bool) chart.Head {
		return chart.Head{Title: evil[0], Note: evil[1], Unit: chart.Unit(evil[2]), Half: half}
	}
	starts := days(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), 9)
	over := &chart.Time{
		Head: head(true), Start: starts, End: starts[8].AddDate(0, 0, 1), LimitName: evil[1],
		Limit: []float64{1, math.NaN(), 1e300},
	}
	bars := &chart.Bars{Head: head(false), Parts: evil[:4]}
	ranges := &chart.Ranges{Head: head(true), Points: evil[:3]}
	heat := &chart.Heat{
		Head: head(false), X: chart.Axis{Name: evil[0], Labels: evil}, Y: chart.Axis{Name: evil[1], Labels: evil},
	}
	table := &Table{
		Columns: []Column{{Name: evil[0], Comment: evil[1]}, {Source: evil[2], Unit: chart.Unit(evil[1]), Numeric: true}},
		CSV:     []byte(evil[0]),
	}
	values := []float64{math.NaN(), 0, 1e300, -5, math.Inf(1), 1e-300, 7}
	for i, e := range evil {
		v := append(values[i%len(values):], values...)
		over.Series = append(over.Series, chart.Series{Name: e, Values: v})
		bars.Rows = append(bars.Rows, chart.Bar{Name: e, Values: v[:2], Note: evil[1]})
		ranges.Rows = append(ranges.Rows, chart.Range{Group: evil[i/2], Name: e, Values: v[:2], Note: "\x1b"})
		heat.Values = append(heat.Values, v)
		table.Rows = append(table.Rows, []Cell{{Text: e}, {Text: "1", Sort: 1e300}})
	}
	s.Charts, s.Table = []chart.Chart{over, bars, ranges, heat}, table
	p.Sections = []Section{s}
	return p
}
