// Package chart draws numbers: as SVG for a page, and as text for a terminal.
//
// What enters: one of Time, Bars, Ranges and Heat, filled with names and values. What leaves: the same picture in two
// ways, by Draw and by Text, by one set of scales, ticks and number formats.
//
// Promises:
//   - A value that is NaN or infinite is missing: it is left out, and never drawn as zero.
//   - Where nothing is to be drawn, the picture says so in words (Head.Empty).
//   - What is folded is counted: the rest of many series or rows is "other", with their number; of more than 400
//     buckets several become one step, which has their mean, so that areas stay what they were.
//   - Names are any bytes, and are shown as export.Visible shows them.
//   - SVG has no colours of its own, but classes and CSS variables, which package page gives values.
package chart

import (
	"math"
	"time"
)

// Chart is a picture: a *Time, *Bars, *Ranges or *Heat.
type Chart interface {
	// Words are what is said around the picture.
	Words() Head
	// IsEmpty reports whether there is nothing to draw.
	IsEmpty() bool

	describe() string      // what the picture shows, for who does not see it
	remark() string        // what was folded to make it readable; mostly nothing
	legend(*Palette) []Key // nil where there is nothing to tell apart
	draw(*canvas)
	text(*terminal)
}

// Head is what every chart has.
type Head struct {
	Title string // what is shown, in a few words
	Note  string // a sentence more, under the title
	Unit  Unit   // of all values
	Empty string // said where there is nothing to draw; if empty, "no data in this period"
	Half  bool   // half the page's width is enough
}

// Words are what is said around the picture.
func (h Head) Words() Head {
	if h.Empty == "" {
		h.Empty = "no data in this period"
	}
	return h
}

// Aside is the unit and the note, as they stand beside or under the title; the unit only if the title does not say it.
func (h Head) Aside() string {
	word := h.Unit.Beside(h.Title)
	if word != "" && h.Note != "" {
		return word + "; " + h.Note
	}
	return word + h.Note
}

// Time shows values over time, in buckets (hours, days, months) that follow each other without holes.
type Time struct {
	Head
	Shape  Shape
	Start  []time.Time // begin of each bucket, ascending, in the zone whose days the axis shows
	End    time.Time   // end of the last bucket
	Told   []float64   // seconds of each bucket of which values are means, where logs begin or end in it; nil: all of it
	Series []Series    // in the order in which they are drawn, from below
	// Limit is a line over the picture, such as the capacity, a value per bucket; nil means none.
	Limit     []float64
	LimitName string
	Top       int // so many series are shown, the largest; the others are one. 0 means 8, and there are no more colours
}

// Shape is how values over time are drawn.
type Shape int

// The shapes. In Stacked and Columns series stand on each other, in Lines each for itself.
const (
	Stacked Shape = iota // areas in steps, for hours or days
	Columns              // bars with air between them, for days or months
	Lines
)

// Series is the values of one name, one per bucket. A bucket of which no series has a value is a gap; a series that
// alone has none there counts as nothing, but Lines break.
type Series struct {
	Name   string
	Values []float64
	Other  bool // what is left over: drawn last, and without a colour
}

// Bars shows a value per name as horizontal bars, in the order of the rows.
type Bars struct {
	Head
	Parts []string // names of the parts that each bar is made of; nil: one part, which needs no name
	Rows  []Bar
	Top   int  // so many rows are shown; 0 means 15
	Ratio bool // values must not be added: the rows that are not shown are counted, and have no bar
}

// Bar is a row of Bars: a value for each part.
type Bar struct {
	Name   string
	Values []float64
	Note   string // said beside the value
	Other  bool   // what is left over: drawn last, and without a colour
}

// Ranges shows percentiles per name: a dot each on a line from the first to the last.
type Ranges struct {
	Head
	Points []string // names of the percentiles, ascending: p50, p90, p95, p99
	Rows   []Range
	Linear bool // values are on a linear axis, not on a logarithmic one
}

// Range is a row of Ranges.
type Range struct {
	Group  string // rows that follow each other and share a group stand under its name; empty: under none
	Name   string
	Values []float64
	Note   string // said at the end of the row, such as the number of jobs
}

// Heat shows a value for each pair of two classes. Values are not negative, and zero is as good as nothing.
type Heat struct {
	Head
	X, Y   Axis
	Values [][]float64 // Values[y][x]
}

// Axis names the classes along one side of a Heat.
type Axis struct {
	Name   string
	Labels []string
}

// Key is an entry of a legend: a class of CSS, and what it stands for.
type Key struct {
	Class, Name string
}

// known reports whether v is a value.
func known(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

// at is v[i], or NaN where there is no value.
func at(v []float64, i int) float64 {
	if i >= len(v) || !known(v[i]) {
		return math.NaN()
	}
	return v[i]
}

// orZero is v, or 0 where it is missing.
func orZero(v float64) float64 {
	if !known(v) {
		return 0
	}
	return v
}
