package overview

import (
	"math"
	"slices"

	"pbsduck/export/page"
)

// index is the place of a column, by its name in the result.
func index(t *page.Table, column string) int {
	i := place(t, column)
	if i < 0 {
		panic("a report has no column " + column)
	}
	return i
}

// place is index, or -1 if there is no such column.
func place(t *page.Table, column string) int {
	return slices.IndexFunc(t.Columns, func(c page.Column) bool { return c.Source == column })
}

// tells tells whether there are these columns, and one of the machine.
func tells(t *page.Table, columns ...string) bool {
	lacks := func(column string) bool { return place(t, column) < 0 }
	return !lacks("machine") && !slices.ContainsFunc(columns, lacks)
}

// number is the value of a cell, NaN if it is not known.
func number(t *page.Table, row []page.Cell, column string) float64 {
	c := row[index(t, column)]
	if c.Null {
		return math.NaN()
	}
	return c.Sort
}

// text is what a cell says; otherwise, where it says nothing.
func text(t *page.Table, row []page.Cell, column, otherwise string) string {
	c := row[index(t, column)]
	if c.Null {
		return otherwise
	}
	return c.Text
}

// of are the rows of a machine.
func of(t *page.Table, machine string) (rows [][]page.Cell) {
	for _, row := range t.Rows {
		if text(t, row, "machine", "") == machine {
			rows = append(rows, row)
		}
	}
	return rows
}

// total adds up a column, as far as it is known.
func total(t *page.Table, rows [][]page.Cell, column string) float64 {
	sum := 0.0
	for _, row := range rows {
		if v := number(t, row, column); !math.IsNaN(v) {
			sum += v
		}
	}
	return sum
}

// nobody is the name of rows whose records name none.
const nobody = "(none)"
