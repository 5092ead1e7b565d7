package chart

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// plot is the part of a canvas between the axes of a chart over time.
type plot struct {
	left, top, right, bottom float64
	x                        clock
	y                        linear
}

func (p plot) xOf(share float64) float64 { return p.left + share*(p.right-p.left) }
func (p plot) yOf(v float64) float64     { return p.bottom - p.y.place(v)*(p.bottom-p.top) }

func (t *Time) draw(c *canvas) {
	if t.IsEmpty() {
		c.empty(t.Head)
		return
	}
	f := t.folded(c.steps())
	c.height = 300
	if c.width < wideWidth {
		c.height = 240
	}
	p := f.axes(c)
	f.gaps(c, p)
	classes := f.classes(c.palette)
	switch t.Shape {
	case Lines:
		f.drawLines(c, p, classes)
	default:
		f.drawAreas(c, p, classes)
	}
	if f.Limit != nil {
		c.path("limit", f.stepLine(p, f.Limit))
	}
	c.line("axis", p.left, p.yOf(0), p.right, p.yOf(0))
	f.hits(c, p)
}

// axes draws both axes with their ticks, and returns the room between them.
func (t *Time) axes(c *canvas) plot {
	lo, hi := t.bounds()
	scale, ticks := nice(lo, hi, 5, t.Unit, t.whole())
	p := plot{top: 8, bottom: c.height - 40, right: c.width - 10, x: clock{t.Start[0], t.End}, y: scale}
	for _, k := range ticks {
		p.left = max(p.left, room(k.label, small)+8)
	}
	for _, k := range ticks {
		y := p.yOf(k.at)
		c.line("grid", p.left, y, p.right, y)
		c.text("dim sm end", p.left-6, y+4, k.label)
	}
	for _, k := range p.x.ticks(int((p.right-p.left)/70), t.length(0)) {
		t.timeTick(c, p, k)
	}
	return p
}

// timeTick draws a tick of the time axis with its label: under the column that begins there, if there is one.
func (t *Time) timeTick(c *canvas, p plot, k tick) {
	x := p.xOf(k.at)
	column := slices.IndexFunc(t.Start, func(s time.Time) bool { return p.x.place(s) == k.at })
	if t.airy(p) && column >= 0 {
		x = t.middle(p, column)
	} else {
		c.line("axis", x, p.bottom, x, p.bottom+5)
	}
	wide := max(room(k.label, small), room(k.more, small)) / 2
	place := "mid"
	if x-wide < 0 {
		place = ""
	} else if x+wide > c.width {
		place = "end"
	}
	c.text("dim sm "+place, x, p.bottom+17, k.label)
	if k.more != "" {
		c.text("dim sm "+place, x, p.bottom+31, k.more)
	}
}

// gaps shades the times of which nothing is known, if they can be seen.
func (t *Time) gaps(c *canvas, p plot) {
	for _, r := range t.runs(func(i int) bool { return !t.gap(i) }) {
		from, to := p.xOf(p.x.place(t.Start[r.from])), p.xOf(p.x.place(t.end(r.to-1)))
		if to-from >= 0.5 {
			c.rect("gap", from, p.top, to-from, p.bottom-p.top)
		}
	}
}

// drawAreas draws the series on each other: each reaches from zero to where it stands, and covers what it stands on of
// those drawn before.
func (t *Time) drawAreas(c *canvas, p plot, classes []string) {
	edges := t.edges()
	for i := len(classes) - 1; i >= 0; i-- {
		var d strings.Builder
		for _, r := range t.blocks(p) {
			t.block(&d, p, r, edges[i])
		}
		c.path("area "+classes[i], d.String())
	}
}

// blocks are what areas are drawn of without a break: runs between gaps, or columns.
func (t *Time) blocks(p plot) []step {
	if t.Shape == Stacked || !t.airy(p) {
		return t.runs(t.gap)
	}
	var blocks []step
	for i := range t.Start {
		if !t.gap(i) {
			blocks = append(blocks, step{i, i + 1})
		}
	}
	return blocks
}

// airy reports whether there is room for air between columns.
func (t *Time) airy(p plot) bool {
	return t.Shape == Columns && (p.right-p.left)/float64(len(t.Start)) >= 4
}

// sides are the left and right end of a bucket on the picture.
func (t *Time) sides(p plot, i int) (from, to float64) {
	from, to = p.xOf(p.x.place(t.Start[i])), p.xOf(p.x.place(t.end(i)))
	if t.airy(p) {
		air := min((to-from)*0.15, 6)
		from, to = from+air, to-air
		if to-from > 64 {
			middle := (from + to) / 2
			from, to = middle-32, middle+32
		}
	}
	return from, to
}

// block appends the outline of an area: along its edge, and back along zero.
func (t *Time) block(d *strings.Builder, p plot, r step, edge []float64) {
	drawn := false
	for i := r.from; i < r.to; i++ {
		drawn = drawn || edge[i] != 0
	}
	if !drawn {
		return
	}
	from, _ := t.sides(p, r.from)
	zero := p.yOf(0)
	fmt.Fprintf(d, "M%s %s", px(from), px(zero))
	before := zero
	for i := r.from; i < r.to; i++ {
		if i+1 < r.to && edge[i+1] == edge[i] {
			continue
		}
		_, to := t.sides(p, i)
		before = stepTo(d, p.yOf(edge[i]), to, before)
	}
	d.WriteString("V" + px(zero) + "Z")
}

// stepTo appends a step: up or down to y, if the line is not there, then along to x.
func stepTo(d *strings.Builder, y, x, before float64) float64 {
	if px(y) != px(before) {
		d.WriteString("V" + px(y))
	}
	d.WriteString("H" + px(x))
	return y
}

// stepLine is a line in steps.
func (t *Time) stepLine(p plot, values []float64) string {
	var d strings.Builder
	for _, r := range t.runs(func(i int) bool { return !known(at(values, i)) }) {
		from := p.xOf(p.x.place(t.Start[r.from]))
		y := p.yOf(values[r.from])
		fmt.Fprintf(&d, "M%s %s", px(from), px(y))
		for i := r.from; i < r.to; i++ {
			if i+1 < r.to && values[i+1] == values[i] {
				continue
			}
			y = stepTo(&d, p.yOf(values[i]), p.xOf(p.x.place(t.end(i))), y)
		}
	}
	return d.String()
}

// drawLines draws each series from the middle of one bucket to that of the next; alone between gaps it is a point.
func (t *Time) drawLines(c *canvas, p plot, classes []string) {
	for s := len(classes) - 1; s >= 0; s-- {
		values := t.Series[s].Values
		var d strings.Builder
		for _, r := range t.runs(func(i int) bool { return !known(at(values, i)) }) {
			if r.to == r.from+1 {
				c.circle("dot "+classes[s], t.middle(p, r.from), p.yOf(values[r.from]), 2.5)
				continue
			}
			letter := "M"
			for i := r.from; i < r.to; i++ {
				d.WriteString(letter + px(t.middle(p, i)) + " " + px(p.yOf(values[i])))
				letter = "L"
			}
		}
		c.path("line "+classes[s], d.String())
	}
}

func (t *Time) middle(p plot, i int) float64 {
	return p.xOf((p.x.place(t.Start[i]) + p.x.place(t.end(i))) / 2)
}

// hits are what the pointer finds: each bucket says what it has.
func (t *Time) hits(c *canvas, p plot) {
	if c.narrow {
		return
	}
	for i := range t.Start {
		from, to := p.xOf(p.x.place(t.Start[i])), p.xOf(p.x.place(t.end(i)))
		c.rect("hit", from, p.top, to-from, p.bottom-p.top, t.tip(i)...)
	}
}
