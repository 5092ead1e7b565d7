package chart

import (
	"io"
	"math"
	"strings"

	"pbsduck/export"
)

// TextOptions says what the terminal can show.
type TextOptions struct {
	Width int  // character cells of a line; 0 means 80
	ASCII bool // no blocks, but letters and signs that every terminal has
}

// leastWidth is what a chart takes in any case.
const leastWidth = 40

// Text writes the chart for a terminal: bars, lines of small columns, ranges, shades.
func Text(w io.Writer, c Chart, o TextOptions) error {
	if o.Width <= 0 {
		o.Width = 80
	}
	t := &terminal{width: max(o.Width, leastWidth), ascii: o.ASCII}
	h := c.Words()
	title := h.Title
	if aside := h.Aside(); aside != "" {
		title = strings.TrimPrefix(title+" ("+aside+")", " ")
	}
	if title != "" {
		t.line(title)
	}
	if c.IsEmpty() {
		t.line(h.Empty)
	} else {
		c.text(t)
		if r := c.remark(); r != "" {
			t.line(r)
		}
	}
	_, err := io.WriteString(w, t.b.String())
	return err
}

// terminal is where a chart writes.
type terminal struct {
	b     strings.Builder
	width int
	ascii bool
}

// line writes a line, cut where the terminal ends.
func (t *terminal) line(text string) {
	t.raw(export.Fit(export.Visible(text), t.width))
}

// raw writes what was made visible before.
func (t *terminal) raw(text string) {
	if t.ascii {
		text = strings.NewReplacer("…", "~", "–", "-", "−", "-").Replace(text)
	}
	t.b.WriteString(strings.TrimRight(text, " ") + "\n")
}

// padded is a visible text in so many cells, to the left or to the right.
func padded(text string, width int, right bool) string {
	text = export.Fit(export.Visible(text), width)
	blanks := strings.Repeat(" ", max(width-export.Cells(text), 0))
	if right {
		return blanks + text
	}
	return text + blanks
}

// widest is the room that the widest of these takes, and at most so much.
func widest(texts []string, most int) int {
	n := 0
	for _, t := range texts {
		n = max(n, export.Cells(export.Visible(t)))
	}
	return min(n, most)
}

var eighths = []string{"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"}

// bar is a bar of so many cells, to an eighth. What is more than nothing is seen.
func (t *terminal) bar(cells float64) string {
	if cells <= 0 {
		return ""
	}
	if t.ascii {
		return strings.Repeat("#", max(int(math.Round(cells)), 1))
	}
	n := max(int(math.Round(cells*8)), 1)
	return strings.Repeat("█", n/8) + eighths[n%8]
}

// fills are what the parts of a bar are made of.
func (t *terminal) fills() []string {
	if t.ascii {
		return []string{"#", "=", "-", ".", "+", "x", "o", ":"}
	}
	return []string{"█", "▓", "▒", "░", "■", "□", "▪", "▫"}
}

// segments is a bar of several parts, to a cell; together they are as long as their sum.
func (t *terminal) segments(parts []float64) string {
	var b strings.Builder
	sum, drawn := 0.0, 0
	for i, p := range parts {
		sum += max(orZero(p), 0)
		n := int(math.Round(sum)) - drawn
		b.WriteString(strings.Repeat(t.fills()[i%len(t.fills())], n))
		drawn += n
	}
	return b.String()
}

func (b *Bars) text(out *terminal) {
	rows := b.folded()
	names, values, notes := make([]string, len(rows)), make([]string, len(rows)), make([]string, len(rows))
	most := 0.0
	for i, r := range rows {
		names[i], values[i], notes[i] = r.Name, b.Unit.Short(b.total(r)), r.Note
		if b.said(r) == "" {
			values[i] = ""
		}
		most = max(most, math.Abs(orZero(b.total(r))))
	}
	name, value, note := widest(names, out.width/3), widest(values, out.width), widest(notes, out.width/4)
	room := float64(max(out.width-name-value-note-6, 5))
	for i, r := range rows {
		line := padded(names[i], name, false) + "  "
		if value > 0 {
			line += padded(values[i], value, true) + "  "
		}
		if note > 0 {
			line += padded(notes[i], note, true) + "  "
		}
		out.raw(line + b.textBar(out, r, room/max(most, math.SmallestNonzeroFloat64)))
	}
	if len(b.Parts) > 1 {
		var keys []string
		for i, p := range b.Parts {
			keys = append(keys, out.fills()[i%len(out.fills())]+" "+p)
		}
		out.line(strings.Repeat(" ", name+2) + strings.Join(keys, "  "))
	}
}

// textBar is a row's bar, so many cells to one. What is below zero is drawn lighter.
func (b *Bars) textBar(out *terminal, r Bar, scale float64) string {
	if len(b.Parts) > 1 {
		parts := make([]float64, len(b.Parts))
		for i := range parts {
			parts[i] = at(r.Values, i) * scale
		}
		return out.segments(parts)
	}
	total := orZero(b.total(r))
	if total == 0 {
		return ""
	}
	if total < 0 {
		return strings.Repeat(out.fills()[3], max(int(math.Round(-total*scale)), 1))
	}
	return out.bar(total * scale)
}

// levels are columns of growing height.
func (t *terminal) levels() []string {
	if t.ascii {
		return []string{"_", ".", ":", "-", "=", "+", "*", "#"}
	}
	return []string{"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"}
}

// spark is a line of small columns between zero and most; a blank where nothing is known.
func (t *terminal) spark(values []float64, most float64) string {
	var b strings.Builder
	levels := t.levels()
	for _, v := range values {
		switch {
		case !known(v):
			b.WriteString(" ")
		case most <= 0 || v <= 0:
			b.WriteString(levels[0])
		default:
			b.WriteString(levels[min(int(v/most*float64(len(levels))), len(levels)-1)])
		}
	}
	return b.String()
}

// text gives each series a line: its columns over time, its mean and its most.
func (t *Time) text(out *terminal) {
	f := *t
	f.Series = t.foldSeries()
	lines := append([]Series(nil), f.Series...)
	if f.Shape != Lines && len(lines) > 1 {
		lines = append(lines, Series{Name: "together", Values: f.sum(f.Series)})
	}
	if f.Limit != nil {
		lines = append(lines, Series{Name: f.LimitName, Values: f.Limit})
	}
	isPart := func(i int) bool { return i < len(f.Series) }
	names, means, mosts := []string{}, []string{"mean"}, []string{"most"}
	for i, s := range lines {
		mean, most := f.meanAndMost(s.Values, isPart(i))
		names, means, mosts = append(names, s.Name), append(means, mean), append(mosts, most)
	}
	name, mean, most := widest(names, out.width/4), widest(means, 12)+2, widest(mosts, 12)+2
	room := out.width - name - 2 - mean - most
	_, hi := f.bounds()
	numbers := func(i int) string { return padded(means[i], mean, true) + padded(mosts[i], most, true) }
	out.raw(strings.Repeat(" ", name+2+room) + numbers(0))
	for i, s := range lines {
		line := out.spark(f.sampled(s.Values, room, isPart(i)), hi)
		out.raw(padded(s.Name, name, false) + "  " + padded(line, room, false) + numbers(i+1))
	}
	used := len(f.sampled(nil, room, false))
	scale := clock{f.Start[0], f.End}
	ticks := scale.ticks(max(used/14, 1), f.length(0))
	for i, k := range ticks {
		if k.more != "" {
			ticks[i].label += " " + k.more
		}
	}
	from := func(t tick) int { return int(math.Round(t.at * float64(used))) }
	out.raw(strings.Repeat(" ", name+2) + axisLine(ticks, room, from))
}

// sampled is at most n values: means of the same number of buckets each, or each bucket as many times as fits.
func (t *Time) sampled(values []float64, n int, part bool) []float64 {
	size := (len(t.Start) + n - 1) / n
	means := t.means(values, cut(make([]bool, len(t.Start)), size), part)
	times := max(n/len(means), 1)
	wide := make([]float64, 0, len(means)*times)
	for _, v := range means {
		for range times {
			wide = append(wide, v)
		}
	}
	return wide
}

func (t *Time) meanAndMost(values []float64, part bool) (mean, most string) {
	high := math.NaN()
	for i := range t.Start {
		if v := at(values, i); known(v) && !(high >= v) {
			high = v
		}
	}
	return t.Unit.Short(t.means(values, []step{{0, len(t.Start)}}, part)[0]), t.Unit.Short(high)
}

func (r *Ranges) text(out *terminal) {
	names, notes := make([]string, len(r.Rows)), make([]string, len(r.Rows))
	for i, row := range r.Rows {
		names[i], notes[i] = row.Name, row.Note
	}
	name, note := widest(names, out.width/3), widest(notes, out.width/4)
	room := max(out.width-name-note-4, 10)
	scale, ticks := r.scale()
	place := func(v float64) int { return int(math.Round(scale(v) * float64(room-1))) }
	group := ""
	for _, row := range r.Rows {
		if row.Group != group {
			group = row.Group
			out.line(group)
		}
		out.raw(padded(row.Name, name, false) + "  " + out.dots(r, row, room, place) + "  " + padded(row.Note, note, true))
	}
	from := func(t tick) int { return place(t.at) - export.Cells(t.label)/2 }
	out.raw(padded("", name, false) + "  " + axisLine(ticks, room, from))
	var keys []string
	for i, p := range r.Points {
		keys = append(keys, out.mark(i, len(r.Points))+" "+p)
	}
	out.line(strings.Repeat(" ", name+2) + strings.Join(keys, "  "))
}

// mark is the sign of a percentile.
func (t *terminal) mark(i, n int) string {
	marks := []string{"●", "○", "◆", "◇"}
	if t.ascii {
		marks = []string{"o", "+", "x", "*"}
	}
	if n < 2 {
		return marks[0]
	}
	return marks[i*(len(marks)-1)/(n-1)]
}

// dots is a row of percentiles; where several share a cell, the first is seen.
func (t *terminal) dots(r *Ranges, row Range, room int, place func(float64) int) string {
	cells := make([]string, room)
	from, to := room, -1
	for i := len(r.Points) - 1; i >= 0; i-- {
		if v := at(row.Values, i); known(v) {
			at := place(v)
			cells[at] = t.mark(i, len(r.Points))
			from, to = min(from, at), max(to, at)
		}
	}
	for i, c := range cells {
		if c != "" {
			continue
		}
		cells[i] = " "
		if i > from && i < to {
			cells[i] = map[bool]string{true: "-", false: "─"}[t.ascii]
		}
	}
	return strings.Join(cells, "")
}

// axisLine is the labels of an axis, the first ones first, as far as there is room. from is where a label begins.
func axisLine(ticks []tick, room int, from func(tick) int) string {
	line := []rune(strings.Repeat(" ", room+1))
	for _, t := range ticks {
		label := []rune(t.label)
		at := max(from(t), 0)
		if at+len(label) > room {
			at = room - len(label)
		}
		if at < 0 || strings.TrimSpace(string(line[max(at-2, 0):at+len(label)+1])) != "" {
			continue
		}
		copy(line[at:], label)
	}
	return string(line)
}

func (h *Heat) text(out *terminal) {
	name := max(widest(h.Y.Labels, out.width/4), export.Cells(export.Visible(h.Y.Name)))
	room := max((out.width-name-2)/len(h.X.Labels), 4)
	room = min(room, 12)
	head := padded(h.Y.Name, name, false) + "  "
	for _, x := range h.X.Labels {
		head += padded(x, room-1, true) + " "
	}
	out.raw(head)
	signs := []string{" ", "░", "░", "▒", "▒", "▓", "▓", "█"}
	if out.ascii {
		signs = []string{" ", ".", ".", "+", "+", "x", "x", "#"}
	}
	bounds := h.bounds()
	for y, label := range h.Y.Labels {
		line := padded(label, name, false) + "  "
		for x := range h.X.Labels {
			v := h.value(y, x)
			sign := signs[shade(v, bounds)]
			text := ""
			if orZero(v) != 0 {
				text = h.Unit.Short(v)
			}
			line += padded(sign+" "+text, room-1, true) + " "
		}
		out.raw(line)
	}
}
