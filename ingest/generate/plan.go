package generate

import (
	"math"
	"sync"
)

// A plan is what was decided about the jobs of one slot before any of their records is written: when each of their runs
// begins, and where. Stories are told twice, and ask for runs in the same order each time: the first time the plan
// fills, and nothing is written; the second time it answers.
type plan struct {
	slot    int
	legs    []leg
	held    []held // the nodes of all legs
	waiting int    // legs that were not granted yet
}

// A leg is a run of a job, or whatever else holds nodes: a reservation.
type leg struct {
	c      *campaign
	asked  int64 // instant from which it may start; of a leg that follows another: seconds after the other's end
	hold   int64 // seconds
	until  int64 // if it starts before this, it ends then
	next   int   // leg of the same job that follows; 0 for none
	follow bool
	old    bool // it began before the log and ends when it is asked for

	start, end int64
	from, to   int // in held
}

// A held is what a leg has of a node.
type held struct {
	slots uint64 // numbers of the cores, where they have numbers
	node  int32  // index in its part
	chunk int32  // of the campaign
}

// never is when a run begins that does not begin before the end of the log.
const never = math.MaxInt64 / 4

var plans = sync.Pool{New: func() any { return new(plan) }}

// takePlan gives an empty plan, with the buffers of an earlier one.
func takePlan(slot int) *plan {
	p := plans.Get().(*plan)
	*p = plan{slot: slot, legs: p.legs[:0], held: p.held[:0]}
	return p
}

// ask adds a leg to the plan, and returns its place.
func (p *plan) ask(l leg, after int) int {
	l.start, l.end = never, never
	p.legs = append(p.legs, l)
	p.waiting++
	n := len(p.legs) - 1
	if l.follow {
		p.legs[after].next = n
	}
	return n
}

func (p *plan) nodes(l *leg) []held { return p.held[l.from:l.to] }
