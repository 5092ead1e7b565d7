package qhist

import (
	"math"
	"strconv"

	"pbsduck/ingest/pbs"
)

// A job tells of up to five instants, in order: submitted, queued, eligible, started, ended, and is recorded then.
// Where the clock is set back, each that lies in the repeated hour may be one of two. All choices are tried; those that
// keep the order and in which the job ran for as long as its walltime are left.

// A moment is an instant of the job at hand.
type moment struct {
	name  string
	known bool
	two   [2]int64 // the one or two that it may be
}

func (m *moment) folded() bool { return m.known && m.two[0] != m.two[1] }

// Places of instants, as in the list instants.
const (
	ctime = iota
	qtime
	etime
	start
	end
	moments
)

// place gives the instants of the job at hand as seconds since 1970. It tells whether one may be another.
func (m *maker) place(head pbs.Stamp) (unsure bool) {
	var all [moments]moment
	folds := false
	for i, name := range instants {
		all[i] = m.moment(name)
		folds = folds || all[i].folded()
	}
	best, unsure := 0, false
	if folds {
		first, second := m.clock.Instants(head)
		c := chooser{
			all: &all, latest: max(first, second), used: m.duration("resources_used.walltime"),
			waited: m.duration("eligible_time"),
		}
		best, unsure = c.choose()
	}
	for i := range all {
		if all[i].known {
			m.values[all[i].name] = strconv.FormatInt(all[i].two[best>>i&1], 10)
		}
	}
	return unsure
}

// moment is known where it is a local time; numbers are instants already.
func (m *maker) moment(name string) moment {
	stamp, ok := localTime(m.values[name])
	if !ok {
		return moment{}
	}
	first, second := m.clock.Instants(stamp)
	return moment{name, true, [2]int64{first, second}}
}

// duration is -1 if it is not known.
func (m *maker) duration(name string) int64 {
	d, err := pbs.ParseDuration([]byte(m.values[name]))
	if err != nil {
		return -1
	}
	return d
}

// A chooser tries choices: a bit for each instant says that it is the second one.
type chooser struct {
	all          *[moments]moment
	latest       int64
	used, waited int64
}

// near is by how many seconds the length of a job may differ from its walltime, and an order be broken, as clocks
// differ.
const (
	near    = 30 * 60
	outside = 60
)

// choose gives the best choice, and whether others are as possible.
func (c *chooser) choose() (best int, unsure bool) {
	least := int64(math.MaxInt64)
	var possible []int
	for bits := range 1 << moments {
		if c.idle(bits) || !c.alike(bits) || !c.ordered(bits) || c.missed(bits) > near {
			continue
		}
		possible = append(possible, bits)
		if cost := c.cost(bits); cost < least {
			best, least = bits, cost
		}
	}
	return best, len(possible) != 1
}

// idle tells whether a bit says nothing.
func (c *chooser) idle(bits int) bool {
	for i := range c.all {
		if bits>>i&1 == 1 && !c.all[i].folded() {
			return true
		}
	}
	return false
}

// alike tells whether what reads the same before the start is the same instant: most jobs are submitted, queued and
// eligible at once.
func (c *chooser) alike(bits int) bool {
	for i := ctime; i < etime; i++ {
		for k := i + 1; k <= etime; k++ {
			if c.all[i].known && c.all[i] == (moment{c.all[i].name, c.all[k].known, c.all[k].two}) && bits>>i&1 != bits>>k&1 {
				return false
			}
		}
	}
	return true
}

// at is an instant by a choice, and whether there is one.
func (c *chooser) at(i, bits int) (int64, bool) { return c.all[i].two[bits>>i&1], c.all[i].known }

func (c *chooser) ordered(bits int) bool {
	for _, pair := range [...][2]int{
		{ctime, qtime}, {ctime, etime}, {ctime, start}, {qtime, start}, {etime, start}, {start, end},
	} {
		a, hasA := c.at(pair[0], bits)
		b, hasB := c.at(pair[1], bits)
		if hasA && hasB && a > b+outside {
			return false
		}
	}
	last, has := c.at(end, bits)
	if has && last > c.latest+outside {
		return false
	}
	from, hasFrom := c.at(etime, bits)
	until, hasUntil := c.at(start, bits)
	return !hasFrom || !hasUntil || c.waited < 0 || until-from+outside >= c.waited
}

// missed is by how much the length of the job differs from its walltime; 0 if that is not known.
func (c *chooser) missed(bits int) int64 {
	from, hasFrom := c.at(start, bits)
	until, hasUntil := c.at(end, bits)
	if !hasFrom || !hasUntil || c.used < 0 {
		return 0
	}
	return max(until-from-c.used, c.used-(until-from))
}

// cost is least where length and wait fit best, and where the job waited least.
func (c *chooser) cost(bits int) int64 {
	cost := c.missed(bits)
	from, hasFrom := c.at(etime, bits)
	until, hasUntil := c.at(start, bits)
	if hasFrom && hasUntil && c.waited >= 0 {
		cost += max(until-from-c.waited, c.waited-(until-from))
	}
	submitted, hasSubmitted := c.at(ctime, bits)
	if hasSubmitted && hasUntil {
		cost += (until - submitted) / 1000
	}
	return cost
}
