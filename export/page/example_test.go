package page_test

import (
	"bytes"
	"fmt"
	"strings"
	"time"

	"pbsduck/export/chart"
	"pbsduck/export/page"
)

// A page is filled with data, and written. sample_test.go fills a larger one, with each kind of chart; go test
// ./export/page -run Sample -page page.html keeps it.
func Example() {
	march := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	p := &page.Page{
		Title:    "Derecho",
		Subtitle: "1 to 3 March 2026",
		Figures:  []page.Figure{{Label: "Utilisation", Value: "86.4", Unit: "%"}},
		Sections: []page.Section{{
			ID:         "utilisation",
			Title:      "Utilisation",
			Question:   "How much of the machine was in use?",
			Definition: "Cores held by jobs at each instant, as an exact integral per day.",
			Command:    "pbsduck report utilisation --since 2026-03-01 --until 2026-03-03",
			Charts: []chart.Chart{&chart.Time{
				Head:  chart.Head{Title: "Cores in use, by queue", Unit: "cores"},
				Start: []time.Time{march, march.AddDate(0, 0, 1), march.AddDate(0, 0, 2)},
				End:   march.AddDate(0, 0, 3),
				Series: []chart.Series{
					{Name: "cpu", Values: []float64{200, 210, 190}},
					{Name: "develop", Values: []float64{20, 25, 15}},
				},
				Limit:     []float64{256, 256, 256},
				LimitName: "capacity",
			}},
			Table: &page.Table{
				Columns: []page.Column{{Name: "Queue"}, {Name: "Core-hours", Unit: "core-hours", Numeric: true}},
				Rows: [][]page.Cell{
					{{Text: "cpu"}, {Text: "14,400", Sort: 14400}},
					{{Text: "develop"}, {Text: "1,440", Sort: 1440}},
				},
				CSV: []byte("queue,core_hours\ncpu,14400\ndevelop,1440\n"),
			},
		}},
		Version: "v1.2.3",
		Source:  "Accounting logs of derecho, 2026-03-01 to 2026-03-03",
	}
	var file bytes.Buffer
	if err := p.Write(&file); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(strings.Count(file.String(), "<svg"), "drawings: one for wide pages, one for narrow ones")
	// Output: 2 drawings: one for wide pages, one for narrow ones
}
