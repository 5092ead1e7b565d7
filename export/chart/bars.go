package chart

import (
	"fmt"
	"math"
	"strings"
)

// IsEmpty reports whether no row has a value.
func (b *Bars) IsEmpty() bool {
	for _, r := range b.Rows {
		for _, v := range r.Values {
			if known(v) {
				return false
			}
		}
	}
	return true
}

func (b *Bars) top() int {
	if b.Top <= 0 {
		return 15
	}
	return b.Top
}

// folded has at most Top rows and, where values may be added, the others in one: what is drawn.
func (b *Bars) folded() []Bar {
	var kept, rest []Bar
	for _, r := range b.Rows {
		if r.Other || len(kept) >= b.top() {
			rest = append(rest, r)
		} else {
			kept = append(kept, r)
		}
	}
	switch {
	case len(rest) == 0 || b.Ratio:
		return kept
	case len(rest) == 1:
		rest[0].Other = rest[0].Other || len(kept) >= b.top()
		return append(kept, rest[0])
	}
	all := Bar{Name: "other", Other: true, Values: make([]float64, b.parts())}
	names := 0
	for _, r := range rest {
		if !r.Other {
			names++
		}
		for i := range all.Values {
			all.Values[i] += orZero(at(r.Values, i))
		}
	}
	if names > 0 && names == len(rest) {
		all.Name = fmt.Sprintf("other (%d)", names)
	}
	return append(kept, all)
}

func (b *Bars) parts() int { return max(len(b.Parts), 1) }

func (b *Bars) remark() string {
	if n := len(b.Rows); b.Ratio && n > b.top() {
		return fmt.Sprintf("The first %d of %d are drawn.", b.top(), n)
	}
	return ""
}

// total is the sum of a row's parts, NaN if none is known.
func (b *Bars) total(r Bar) float64 {
	total := math.NaN()
	for i := range b.parts() {
		if v := at(r.Values, i); known(v) {
			total = orZero(total) + v
		}
	}
	return total
}

// said is what stands behind a bar: what its parts are together, if they may be added. Nobody counts the digits of
// billions.
func (b *Bars) said(r Bar) string {
	if b.Ratio && len(b.Parts) > 1 {
		return ""
	}
	total := b.total(r)
	if math.Abs(total) >= 1e9 {
		return b.Unit.Short(total)
	}
	return b.Unit.Format(total)
}

// ends are how far a row reaches below and above zero.
func (b *Bars) ends(r Bar) (below, above float64) {
	for i := range b.parts() {
		v := orZero(at(r.Values, i))
		below, above = below+min(v, 0), above+max(v, 0)
	}
	return below, above
}

func (b *Bars) describe() string {
	if b.IsEmpty() {
		return b.Words().Empty
	}
	rows := b.folded()
	said := make([]string, 0, 3)
	for _, r := range rows[:min(3, len(rows))] {
		said = append(said, label(r.Name, b.Unit.Full(b.total(r))))
	}
	text := fmt.Sprintf("Horizontal bars, %d rows", len(rows))
	if len(b.Parts) > 1 {
		text += " of " + strings.Join(b.Parts, ", ")
	}
	return text + ". First: " + strings.Join(said, "; ") + "."
}

func (b *Bars) legend(p *Palette) []Key {
	if len(b.Parts) < 2 || b.IsEmpty() {
		return nil
	}
	var keys []Key
	for i, class := range p.classes(b.Parts) {
		keys = append(keys, Key{Class: class, Name: b.Parts[i]})
	}
	return keys
}

// The heights of rows: with the name before the bar, and above it.
const (
	rowHeight = 25
	rowTall   = 38
)

// rowsOf is how rows with names are laid out: the names to the left, or above where it is narrow.
type rowsOf struct {
	height, left float64 // of a row; where its marks begin
	mark         float64 // how far below the row's top its marks are
	names        float64 // room for a name
}

func layRows(c *canvas, names []string) rowsOf {
	if c.narrow {
		return rowsOf{height: rowTall, mark: 17, names: c.width}
	}
	widest := 0.0
	for _, n := range names {
		widest = max(widest, room(n, letters))
	}
	widest = min(widest, c.width*0.3)
	return rowsOf{height: rowHeight, left: widest + 10, mark: 4, names: widest}
}

// name writes the name of the row at y.
func (l rowsOf) name(c *canvas, y float64, name, class string) {
	text := fit(name, l.names, letters)
	if c.narrow {
		c.text(class, 0, y+12, text)
		return
	}
	c.text(class+" end", l.left-10, y+l.mark+13, text)
}

func (b *Bars) draw(c *canvas) {
	if b.IsEmpty() {
		c.empty(b.Head)
		return
	}
	rows := b.folded()
	names := make([]string, len(rows))
	lo, hi, texts := 0.0, 0.0, 0.0
	for i, r := range rows {
		names[i] = r.Name
		below, above := b.ends(r)
		lo, hi = min(lo, below), max(hi, above)
		texts = max(texts, room(b.said(r), letters)+room(r.Note, letters)+18)
	}
	l := layRows(c, names)
	texts = min(texts, c.width*0.4)
	scale := linear{lo, hi}
	width := max(c.width-l.left-texts, 40)
	place := func(v float64) float64 { return l.left + scale.place(v)*width }
	classes := []string{"c0"}
	if len(b.Parts) > 1 {
		classes = c.palette.classes(b.Parts)
	}
	y := 4.0
	for _, r := range rows {
		b.row(c, l, y, r, classes, place)
		y += l.height
	}
	if !c.narrow || lo < 0 { // names stand where the line would be
		c.line("axis", place(0), 4, place(0), y)
	}
	c.height = y + 4
}

// row draws one row: its name, its parts side by side, and what they are together.
func (b *Bars) row(c *canvas, l rowsOf, y float64, r Bar, classes []string, place func(float64) float64) {
	class := "ink"
	if r.Other {
		class = "dim"
	}
	l.name(c, y, r.Name, class)
	below, above := 0.0, 0.0
	for i := range b.parts() {
		v := at(r.Values, i)
		if !known(v) || v == 0 {
			continue
		}
		from := &above
		if v < 0 {
			from = &below
		}
		x1, x2 := place(*from), place(*from+v)
		*from += v
		name := r.Name
		if len(b.Parts) > 1 {
			name += ", " + b.Parts[i]
		}
		fill := classes[i%len(classes)]
		if r.Other && len(b.Parts) < 2 {
			fill = other
		}
		c.rect("bar "+fill, min(x1, x2), y+l.mark, max(math.Abs(x2-x1), 1), rowHeight-8, label(name, b.Unit.Full(v)))
	}
	c.value(place(above)+6, y+l.mark+13, b.said(r), r.Note)
}
