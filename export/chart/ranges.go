package chart

import (
	"fmt"
	"strings"
)

// IsEmpty reports whether no row has a value.
func (r *Ranges) IsEmpty() bool { return len(r.values()) == 0 }

func (r *Ranges) remark() string { return "" }

// values are all that are known.
func (r *Ranges) values() []float64 {
	var all []float64
	for _, row := range r.Rows {
		for i := range r.Points {
			if v := at(row.Values, i); known(v) {
				all = append(all, v)
			}
		}
	}
	return all
}

// scale leads values to [0, 1], with ticks that may stand there, the most telling first.
func (r *Ranges) scale() (func(float64) float64, []tick) {
	values := r.values()
	if !r.Linear {
		scale, ticks := logOf(values, r.Unit)
		return scale.place, ticks
	}
	lo, hi := 0.0, 0.0
	for _, v := range values {
		lo, hi = min(lo, v), max(hi, v)
	}
	scale, ticks := nice(lo, hi, 6, r.Unit, false)
	return scale.place, ticks
}

func (r *Ranges) describe() string {
	if r.IsEmpty() {
		return r.Words().Empty
	}
	axis := "a logarithmic axis"
	if r.Linear {
		axis = "a linear axis"
	}
	return fmt.Sprintf("%s on %s, a row for each of %d.", strings.Join(r.Points, ", "), axis, len(r.Rows))
}

// rangeColours are the colours of up to four percentiles, from cool to hot.
var rangeColours = []string{"c0", "c4", "c1", "c5"}

// class is that of a percentile: the last is always the hottest.
func (r *Ranges) class(point int) string {
	if len(r.Points) < 2 {
		return rangeColours[0]
	}
	return rangeColours[point*(len(rangeColours)-1)/(len(r.Points)-1)]
}

func (r *Ranges) legend(*Palette) []Key {
	if r.IsEmpty() {
		return nil
	}
	keys := make([]Key, len(r.Points))
	for i, name := range r.Points {
		keys[i] = Key{Class: r.class(i), Name: name}
	}
	return keys
}

func (r *Ranges) draw(c *canvas) {
	if r.IsEmpty() {
		c.empty(r.Head)
		return
	}
	names, notes := make([]string, len(r.Rows)), 0.0
	for i, row := range r.Rows {
		names[i] = row.Name
		notes = max(notes, min(room(row.Note, small), c.width*0.3))
	}
	l := layRows(c, names)
	if c.narrow {
		notes = 0
	}
	scale, ticks := r.scale()
	from, to := l.left+8, c.width-notes-18
	place := func(v float64) float64 { return from + scale(v)*(to-from) }
	rows := r.height(l)
	c.height = rows + 28
	for _, t := range apart(ticks, place, func(s string) float64 { return room(s, small) + 14 }) {
		c.line("grid", place(t.at), 2, place(t.at), rows)
		c.text("dim sm mid", place(t.at), rows+16, t.label)
	}
	y, group := 2.0, ""
	for _, row := range r.Rows {
		if row.Group != group {
			group = row.Group
			c.text("ink strong", 0, y+17, fit(group, c.width, letters))
			y += rowHeight
		}
		r.row(c, l, y, row, place)
		y += l.height
	}
}

// height is that of all rows and the names of their groups.
func (r *Ranges) height(l rowsOf) float64 {
	height, group := 4.0, ""
	for _, row := range r.Rows {
		if row.Group != group {
			height, group = height+rowHeight, row.Group
		}
		height += l.height
	}
	return height
}

// row draws one row: its name, a line from the first to the last percentile, and a dot for each.
func (r *Ranges) row(c *canvas, l rowsOf, y float64, row Range, place func(float64) float64) {
	l.name(c, y, row.Name, "ink")
	middle := y + l.mark + 8
	if row.Note != "" {
		class, at := "dim sm end", middle+4
		if c.narrow {
			at = y + 12
		}
		c.text(class, c.width, at, fit(row.Note, c.width*0.3, small))
	}
	tip, ends := []string{label(row.Name, row.Note)}, []float64{}
	for i := range r.Points {
		if v := at(row.Values, i); known(v) {
			ends = append(ends, place(v))
			tip = append(tip, label(r.Points[i], r.Unit.Full(v)))
		}
	}
	if len(ends) == 0 {
		c.text("dim sm", l.left+8, middle+4, missing)
		return
	}
	c.line("range", ends[0], middle, ends[len(ends)-1], middle)
	for i := len(r.Points) - 1; i >= 0; i-- {
		if v := at(row.Values, i); known(v) {
			c.circle("dot "+r.class(i), place(v), middle, 5, tip...)
		}
	}
}
