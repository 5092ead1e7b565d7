package chart_test

import (
	"fmt"
	"os"

	"pbsduck/export/chart"
)

// A chart is data, and is drawn in two ways: here as a terminal shows it.
func ExampleText() {
	c := &chart.Bars{
		Head: chart.Head{Title: "Usage by account", Unit: "core-hours"},
		Rows: []chart.Bar{
			{Name: "PROJ0001", Values: []float64{1234567}, Note: "57 %"},
			{Name: "PROJ0002", Values: []float64{800000}, Note: "37 %"},
			{Name: "PROJ0003", Values: []float64{120000}},
			{Name: "PROJ0004", Values: []float64{9000}},
		},
		Top: 2,
	}
	if err := chart.Text(os.Stdout, c, chart.TextOptions{Width: 60}); err != nil {
		fmt.Println(err)
	}
	// Output:
	// Usage by account (core-hours)
	// PROJ0001   1.23 M  57 %  ███████████████████████████████████
	// PROJ0002    800 k  37 %  ██████████████████████▋
	// other (2)   129 k        ███▋
}
