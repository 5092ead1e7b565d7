package chart

import (
	"fmt"
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

// Text writes the chart for a terminal: bars, lines of small columns, ranges, shades.
func Text(w io.Writer, c Chart, o TextOptions) error {
	if o.Width <= 0 {
		o.Width = 80
	}
	t := &terminal{width: max(o.Width, 30), ascii: o.ASCII}
	h := c.Words()
	title := h.Title
	if word := h.Unit.Word(); word != "" {
		title = strings.TrimPrefix(title+", "+word, ", ")
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

func (b *Bars) text(out *terminal) {
	rows := b.folded()
	names, values := make([]string, len(rows)), make([]string, len(rows))
	most := 0.0
	for i, r := range rows {
		names[i], values[i] = r.Name, b.Unit.Short(b.total(r))
		most = max(most, math.Abs(orZero(b.total(r))))
	}
	name, value := widest(names, out.width/3), widest(values, out.width)
	note := 0
	for _, r := range rows {
		note = max(note, min(export.Cells(export.Visible(r.Note)), out.width/4))
	}
	room := max(out.width-name-value-note-6, 5)
	for i, r := range rows {
		share := 0.0
		if most > 0 {
			share = math.Abs(orZero(b.total(r))) / most
		}
		line := padded(names[i], name, false) + "  " + padded(values[i], value, true) + "  "
		if note > 0 {
			line += padded(r.Note, note, true) + "  "
		}
		out.raw(line + out.bar(share*float64(room)))
	}
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
	names := make([]string, 0, len(f.Series)+2)
	series := append([]Series(nil), f.Series...)
	if f.Shape != Lines && len(series) > 1 {
		series = append(series, Series{Name: "together", Values: f.sum(f.Series)})
	}
	for _, s := range series {
		names = append(names, s.Name)
	}
	if f.Limit != nil {
		names = append(names, f.LimitName)
	}
	name := widest(names, out.width/4)
	room := max(out.width-name-2-22, 8)
	_, hi := f.bounds()
	out.raw(padded("", name, false) + "  " + padded(f.ends(room), room, false) + padded("mean", 11, true) + padded("most", 11, true))
	for _, s := range series {
		out.raw(padded(s.Name, name, false) + "  " + padded(out.spark(f.sampled(s.Values, room), hi), room, false) + f.meanAndMost(s.Values))
	}
	if f.Limit != nil {
		out.raw(padded(f.LimitName, name, false) + "  " + padded(out.spark(f.sampled(f.Limit, room), hi), room, false) + f.meanAndMost(f.Limit))
	}
}

// ends names the first and the last day above so many columns.
func (t *Time) ends(room int) string {
	room = min(room, len(t.Start))
	from, to := t.Start[0].Format("2 Jan 2006"), t.end(len(t.Start)-1).Add(-1).Format("2 Jan 2006")
	if blanks := room - len(from) - len(to); blanks > 0 {
		return from + strings.Repeat(" ", blanks) + to
	}
	return fmt.Sprintf("%s to %s", from, to)
}

// sampled is at most n means, of the same number of buckets each.
func (t *Time) sampled(values []float64, n int) []float64 {
	size := (len(t.Start) + n - 1) / n
	return t.means(values, t.cut(size, false), false)
}

func (t *Time) meanAndMost(values []float64) string {
	mean := t.means(values, []step{{0, len(t.Start)}}, true)[0]
	most := math.NaN()
	for i := range t.Start {
		if v := at(values, i); known(v) && !(most >= v) {
			most = v
		}
	}
	return padded(t.Unit.Short(mean), 11, true) + padded(t.Unit.Short(most), 11, true)
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
	out.raw(padded("", name, false) + "  " + axisLine(ticks, room, place))
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

// axisLine is the labels of an axis under their places.
func axisLine(ticks []tick, room int, place func(float64) int) string {
	line := []rune(strings.Repeat(" ", room))
	at := func(v float64) float64 { return float64(place(v)) }
	for _, k := range apart(ticks, at, func(s string) float64 { return float64(len(s) + 2) }) {
		label := []rune(k.label)
		from := min(max(place(k.at)-len(label)/2, 0), room-len(label))
		copy(line[max(from, 0):], label)
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
