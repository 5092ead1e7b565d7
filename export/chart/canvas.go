package chart

import (
	"fmt"
	"html/template"
	"strconv"
	"strings"

	"pbsduck/export"
)

// Picture is a chart that was drawn: for wide pages and for narrow ones, of which one is to be hidden.
type Picture struct {
	Wide, Narrow template.HTML
	Legend       []Key
	Remark       string
}

// The widths that pictures are drawn for, in pixels. They scale, but letters must stay readable.
const (
	wideWidth   = 900
	halfWidth   = 440
	narrowWidth = 380
)

// The sizes of letters, in pixels.
const (
	letters = 12
	small   = 11
)

// Draw draws the chart. id is for its parts, so that a screen reader finds its title: it is unique on the page.
func Draw(c Chart, id string, p *Palette) Picture {
	width := float64(wideWidth)
	if c.Words().Half {
		width = halfWidth
	}
	return Picture{
		Legend: c.legend(p),
		Remark: c.remark(),
		Wide:   svg(c, id+"-w", width, p, false),
		Narrow: svg(c, id+"-n", narrowWidth, p, true),
	}
}

func svg(c Chart, id string, width float64, p *Palette, narrow bool) template.HTML {
	v := &canvas{width: width, narrow: narrow, palette: p}
	c.draw(v)
	var b strings.Builder
	fmt.Fprintf(&b,
		`<svg role="img" viewBox="0 0 %s %s" aria-labelledby="%s-t %s-d" font-size="%d" xmlns="http://www.w3.org/2000/svg">`,
		px(width), px(v.height), id, id, letters)
	fmt.Fprintf(&b, `<title id="%s-t">%s</title><desc id="%s-d">%s</desc>`,
		id, escape(c.Words().Title), id, escape(c.describe()))
	b.WriteString(v.b.String())
	b.WriteString("</svg>")
	return template.HTML(b.String())
}

// canvas is where a chart draws: it knows SVG, and charts do not. Whoever draws sets the height.
type canvas struct {
	b             strings.Builder
	width, height float64
	narrow        bool // for a telephone: no room beside, no pointer that could ask for more
	palette       *Palette
}

// px writes a length to a tenth of a pixel.
func px(v float64) string {
	s := strconv.FormatFloat(v, 'f', 1, 64)
	s = strings.TrimSuffix(s, ".0")
	if s == "-0" {
		return "0"
	}
	return s
}

// escape makes any bytes text between tags and in quotes. It is all that stands between names and markup here.
func escape(text string) string { return template.HTMLEscapeString(export.Visible(text)) }

// lines is escape line by line.
func lines(text []string) string {
	safe := make([]string, len(text))
	for i, t := range text {
		safe[i] = escape(t)
	}
	return strings.Join(safe, "\n")
}

// rect draws a rectangle. tip is what it says of itself when it is pointed at; nil: nothing.
func (c *canvas) rect(class string, x, y, w, h float64, tip ...string) {
	fmt.Fprintf(&c.b, `<rect class="%s" x="%s" y="%s" width="%s" height="%s"`,
		class, px(x), px(y), px(max(w, 0)), px(max(h, 0)))
	c.end("rect", tip)
}

func (c *canvas) circle(class string, x, y, r float64, tip ...string) {
	fmt.Fprintf(&c.b, `<circle class="%s" cx="%s" cy="%s" r="%s"`, class, px(x), px(y), px(r))
	c.end("circle", tip)
}

func (c *canvas) line(class string, x1, y1, x2, y2 float64) {
	fmt.Fprintf(&c.b, `<path class="%s" d="M%s %sL%s %s"/>`, class, px(x1), px(y1), px(x2), px(y2))
}

// path draws a path; nothing where there is none.
func (c *canvas) path(class, d string) {
	if d != "" {
		fmt.Fprintf(&c.b, `<path class="%s" d="%s"/>`, class, d)
	}
}

func (c *canvas) end(element string, tip []string) {
	if len(tip) == 0 {
		c.b.WriteString("/>")
		return
	}
	fmt.Fprintf(&c.b, "><title>%s</title></%s>", lines(tip), element)
}

// text writes a line of text. The class says the colour, and where the place is in it: start, middle (mid), end.
func (c *canvas) text(class string, x, y float64, text string) {
	fmt.Fprintf(&c.b, `<text class="%s" x="%s" y="%s">%s</text>`, class, px(x), px(y), escape(text))
}

// value writes a value, and a note in a quieter colour behind it, as far as there is room.
func (c *canvas) value(x, y float64, value, note string) {
	if value != "" {
		c.text("ink", x, y, value)
		x += room(value, letters) + 6
	}
	if note != "" {
		c.text("dim", x, y, fit(note, c.width-x, letters))
	}
}

// tilted writes a line of text that rises to its end at x, y.
func (c *canvas) tilted(x, y float64, text string) {
	fmt.Fprintf(&c.b, `<text class="dim sm end" transform="translate(%s %s)rotate(-40)">%s</text>`,
		px(x), px(y), escape(text))
}

// empty says in words that there is nothing to draw.
func (c *canvas) empty(h Head) {
	c.height = 72
	c.rect("none", 0.5, 0.5, c.width-1, c.height-1)
	c.text("dim mid", c.width/2, c.height/2+4, h.Words().Empty)
}

// room is about how many pixels a text takes in letters of this size: a little more than most fonts need.
func room(text string, size float64) float64 {
	ems := 0.0
	for _, r := range export.Visible(text) {
		switch {
		case strings.ContainsRune("fijlrtI.,:;'|!()[]/- ", r):
			ems += 0.42
		case strings.ContainsRune("mwMW@%+=<>~…", r):
			ems += 1
		case r >= 'A' && r <= 'Z':
			ems += 0.75
		case r < 0x250:
			ems += 0.64
		default:
			ems += 0.65 * float64(export.Cells(string(r)))
		}
	}
	return ems * size
}

// fit cuts a text so that it takes at most so many pixels.
func fit(text string, width, size float64) string {
	text = export.Visible(text)
	if room(text, size) <= width {
		return text
	}
	for n := int(width / (size * 0.42)); n > 0; n-- {
		if cut := export.Fit(text, n); room(cut, size) <= width {
			return cut
		}
	}
	return ""
}
