package chart

import (
	"fmt"
	"math"
)

// shades is how many classes of values a Heat tells apart, besides nothing.
const shades = 7

// IsEmpty reports whether no cell has a value other than zero.
func (h *Heat) IsEmpty() bool { return h.most() == 0 }

func (h *Heat) remark() string { return "" }

// value is that of a cell, NaN if it is not known.
func (h *Heat) value(y, x int) float64 {
	if y >= len(h.Values) {
		return math.NaN()
	}
	return at(h.Values[y], x)
}

func (h *Heat) each(do func(y, x int, v float64)) {
	for y := range h.Y.Labels {
		for x := range h.X.Labels {
			do(y, x, h.value(y, x))
		}
	}
}

func (h *Heat) most() float64 {
	most := 0.0
	h.each(func(_, _ int, v float64) { most = max(most, orZero(v)) })
	return most
}

// bounds are where the shades above the first begin: a half, a fifth, a tenth and so on of the most that there is.
func (h *Heat) bounds() []float64 {
	most := h.most()
	power := math.Pow(10, math.Floor(math.Log10(most)))
	if h.Unit == Bytes {
		power = math.Pow(1024, math.Floor(math.Log2(most)/10))
	}
	var bounds []float64
	for len(bounds) < shades-1 {
		for _, m := range []float64{5, 2, 1} {
			if m*power < most && len(bounds) < shades-1 {
				bounds = append([]float64{m * power}, bounds...)
			}
		}
		power /= 10
	}
	return bounds
}

// shade is the class of a value, 0 for nothing, 1 to shades for more and more.
func shade(v float64, bounds []float64) int {
	if orZero(v) <= 0 {
		return 0
	}
	class := 1
	for _, b := range bounds {
		if v >= b {
			class++
		}
	}
	return class
}

func (h *Heat) describe() string {
	if h.IsEmpty() {
		return h.Words().Empty
	}
	best, by, bx := 0.0, 0, 0
	h.each(func(y, x int, v float64) {
		if orZero(v) > best {
			best, by, bx = v, y, x
		}
	})
	return fmt.Sprintf(
		"Map of %s by %s. Most: %s at %s, %s.", h.X.Name, h.Y.Name, h.Unit.Full(best), h.X.Labels[bx], h.Y.Labels[by],
	)
}

func (h *Heat) legend(*Palette) []Key {
	if h.IsEmpty() {
		return nil
	}
	bounds := h.bounds()
	keys := []Key{{Class: "h1", Name: "less than " + h.Unit.Short(bounds[0])}}
	for i, b := range bounds {
		keys = append(keys, Key{Class: fmt.Sprintf("h%d", i+2), Name: h.Unit.Short(b)})
	}
	keys[len(keys)-1].Name += " and more"
	if word := h.Unit.Word(); word != "" {
		keys[len(keys)-1].Name += " " + word
	}
	return keys
}

func (h *Heat) draw(c *canvas) {
	if h.IsEmpty() {
		c.empty(h.Head)
		return
	}
	left := max(room(h.Y.Name, small), room(h.X.Name, small))
	for _, name := range h.Y.Labels {
		left = max(left, room(name, small))
	}
	left = min(left, c.width*0.3) + 8
	cell := min((c.width-left)/float64(len(h.X.Labels)), 120)
	high, widest := 30.0, 0.0
	for _, name := range h.X.Labels {
		widest = max(widest, room(name, small))
	}
	c.text("dim sm end", left-8, 12, fit(h.Y.Name, left-8, small))
	bounds := h.bounds()
	h.each(func(y, x int, v float64) {
		h.cell(c, left+float64(x)*cell, 20+float64(y)*high, cell, high, y, x, shade(v, bounds))
	})
	for y, name := range h.Y.Labels {
		c.text("ink sm end", left-8, 20+(float64(y)+0.5)*high+4, fit(name, left-8, small))
	}
	foot := 20 + float64(len(h.Y.Labels))*high
	c.height = foot + 20
	if widest > cell-4 {
		c.height = foot + 22 + min(widest, 90)*0.65
	}
	c.text("dim sm end", left-8, foot+15, fit(h.X.Name, left-8, small))
	for x, name := range h.X.Labels {
		middle := left + (float64(x)+0.5)*cell
		if widest > cell-4 {
			c.tilted(middle+4, foot+12, fit(name, 90, small))
		} else {
			c.text("ink sm mid", middle, foot+15, name)
		}
	}
}

// cell draws a cell, with its value where there is room for it.
func (h *Heat) cell(c *canvas, left, top, width, height float64, y, x, class int) {
	v := h.value(y, x)
	said := h.Unit.Full(v)
	if !known(v) {
		said = "no data"
	}
	where := fmt.Sprintf("%s %s, %s %s", h.X.Name, h.X.Labels[x], h.Y.Name, h.Y.Labels[y])
	c.rect(fmt.Sprintf("cell h%d", class), left+1, top+1, width-2, height-2, where, said)
	if text := h.Unit.Short(v); class > 0 && room(text, small) <= width-4 {
		ink := "lo"
		if class > shades/2+1 {
			ink = "hi"
		}
		c.text("sm mid "+ink, left+width/2, top+height/2+4, text)
	}
}
