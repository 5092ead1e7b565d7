package chart

import (
	"fmt"
	"slices"
)

// colours is how many series can be told apart: the eight of Okabe and Ito.
const colours = 8

// other is the class of what is left over.
const other = "rest"

// Palette remembers which name has which colour, so that a queue is blue in every chart of a page. The zero value is
// ready.
type Palette struct {
	of map[string]int
}

// classes gives each name a class, c0 to c7. No two of them are the same: a name whose colour another one of these has
// gets one that is free.
func (p *Palette) classes(names []string) []string {
	if p.of == nil {
		p.of = map[string]int{}
	}
	taken := make([]bool, max(colours, len(names)))
	chosen := make([]int, len(names))
	met := false
	for i, name := range names {
		slot, known := p.of[name]
		met = met || known
		if known && !taken[slot] {
			taken[slot], chosen[i] = true, slot+1
		}
	}
	for i, name := range names {
		if chosen[i] > 0 {
			continue
		}
		slot := p.free(taken, met)
		taken[slot], chosen[i] = true, slot+1
		if _, known := p.of[name]; !known && slot < colours {
			p.of[name] = slot
		}
	}
	classes := make([]string, len(names))
	for i, slot := range chosen {
		classes[i] = fmt.Sprintf("c%d", (slot-1)%colours)
	}
	return classes
}

// free is the first colour that none of these has. Where some of these were met before, one that nobody has is better:
// others of theirs may stand beside them in the next chart.
func (p *Palette) free(taken []bool, met bool) int {
	owned := make([]bool, len(taken))
	for _, slot := range p.of {
		owned[slot] = met
	}
	for slot := range taken {
		if !taken[slot] && !owned[slot] {
			return slot
		}
	}
	return slices.Index(taken, false)
}
