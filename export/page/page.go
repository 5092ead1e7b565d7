// Package page makes one HTML file of results: figures, charts, tables and what they mean.
//
// What enters: a Page, filled by who has the numbers. What leaves: a file that needs nothing else, no network and no
// script, to be read on a screen, light or dark, wide or narrow, on paper, or by a screen reader.
//
// Promises:
//   - All names are any bytes: they are shown as export.Visible shows them, and never become markup, script or formula.
//   - The file allows itself nothing from outside (Content-Security-Policy), and runs no script but its own.
//   - Each table is there in full, also as CSV.
//   - The same page gives the same bytes.
package page

import (
	"time"

	"pbsduck/export/chart"
)

// Page is what the file says, from the top to the bottom.
type Page struct {
	Title     string // such as "Derecho and Casper"
	Subtitle  string // such as the period
	Generated time.Time
	Figures   []Figure
	Sections  []Section
	Version   string   // of the program
	Source    string   // what the numbers were made of: machines, logs, days
	Notes     []string // said at the end of the page, a paragraph each
}

// Figure is a number that stands for the whole.
type Figure struct {
	Label, Value, Unit string
	Note               string // a few words under the number
}

// Section answers one question.
type Section struct {
	ID         string // names the section in the file's address: letters, digits and - only; unique
	Title      string
	Question   string
	Definition string // how the numbers are made, beneath them
	Command    string // how to get the numbers on the command line
	Charts     []chart.Chart
	Table      *Table // nil: none
	Notes      []string
}

// Table is rows of cells.
type Table struct {
	Columns []Column
	Rows    [][]Cell
	CSV     []byte // the same rows for programs and spreadsheets, with formulas disarmed
	Empty   string // said where there are no rows; if empty, "no rows"
}

// Column says what a column holds.
type Column struct {
	Name    string // over the column; if empty, the column is told by Source
	Source  string // its name in the results
	Unit    chart.Unit
	Comment string // what it means
	Numeric bool   // numbers, to the right
}

// Cell is a value: as it is shown, and as it is sorted.
type Cell struct {
	Text string
	Sort float64 // where the column is numeric; rows are sorted by Text otherwise
	Null bool
}
