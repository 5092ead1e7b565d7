package generate

import (
	"fmt"
	"math"
	"strings"
)

// How large a machine is. It has as many nodes of each kind as the jobs that are submitted fill to the percentage that
// the profile names: what they ask for in some days is added up, and divided. Jobs that need a part of the machine need
// fewer nodes on a smaller one, so this is done again until it fits.

// fit makes the machine as large as its jobs fill, and populates it.
func (w *world) fit(o Options) error {
	m, err := w.sample(o)
	if err != nil {
		return err
	}
	counts := make([]int, len(w.Nodes))
	for i := range counts {
		counts[i] = max(1, m.jobs/4) // about as large as Derecho would be
	}
	for range 4 {
		m.setParts(counts)
		if err := m.populate(); err != nil {
			return err
		}
		counts = m.needed()
	}
	for i := range counts {
		counts[i] = int(math.Ceil(float64(counts[i]) * float64(w.jobs) / float64(m.jobs)))
	}
	w.setParts(counts)
	if err := w.populate(); err != nil {
		return err
	}
	return w.checkFits()
}

// setParts numbers the nodes: kinds of one prefix follow each other.
func (w *world) setParts(counts []int) {
	w.parts = make([]part, len(w.Nodes))
	next := map[string]int{}
	for i, k := range w.Nodes {
		w.parts[i] = part{kind: k, index: i, first: next[k.Prefix] + 1, count: counts[i]}
		next[k.Prefix] += counts[i]
	}
}

// sampled is the most jobs a day that are looked at.
const sampled = 10_000

// sample is a world of the same jobs, of some days and fewer jobs where they are many. It does not depend on how many
// days are asked for.
func (w *world) sample(o Options) (*world, error) {
	m := *w
	m.jobs, m.maxHour = min(w.jobs, sampled), 0
	m.setQuotas()
	var err error
	m.cal, err = newCalendar(w.Zone, o.Start, min(40, max(4, 2*sampled/m.jobs)))
	return &m, err
}

// A demand is what jobs ask of a kind of nodes, each times seconds.
type demand struct{ nodes, cores, gpus, memKB float64 }

// needed tells the stories of the days, and gives how many nodes of each kind that takes.
func (w *world) needed() []int {
	d := make([]demand, len(w.parts))
	s, p := simulation{world: w, asking: true}, &plan{}
	for n := -warmupSlots; n < w.cal.count(); n++ {
		*p = plan{slot: n, legs: p.legs[:0]}
		s.ask(p)
		for i := range p.legs {
			d[p.legs[i].c.at.index].add(&p.legs[i])
		}
	}
	full := float64((w.cal.count() + warmupSlots) * slotSeconds)
	counts := make([]int, len(w.parts))
	for i := range counts {
		counts[i] = max(int(math.Ceil(d[i].of(&w.parts[i].kind)/full*100/float64(w.Nodes[i].Filled))), w.least(i))
	}
	return counts
}

func (d *demand) add(l *leg) {
	hold := float64(l.hold)
	d.nodes += hold * float64(l.c.nodes)
	d.cores += hold * float64(l.c.ncpus)
	d.gpus += hold * float64(l.c.ngpus)
	d.memKB += hold * float64(l.c.memKB)
}

// of gives how many nodes of a kind that is.
func (d *demand) of(k *kind) float64 {
	if k.Whole {
		return d.nodes
	}
	n := max(d.cores/float64(k.Cores), d.memKB/float64(k.memKB))
	if k.GPUs > 0 {
		n = max(n, d.gpus/float64(k.GPUs))
	}
	return n
}

// least is how many nodes of a kind there must be: for each shape that is a story's, and for the jobs that began before
// the log.
func (w *world) least(kind int) int {
	n := 1
	for i := range w.shapes {
		s := &w.shapes[i]
		if chunks, err := parseSelect(s.Select); s.kind == kind &&
			err == nil { // a percentage is no error, but not counted
			of := 0
			for _, c := range chunks {
				of += c.count
			}
			if s.Story != "" || of <= 4 {
				n = max(n, of)
			}
			if s.Story == "long" {
				n = max(n, int(math.Ceil(float64(w.veterans())/float64(w.perNode(s)))))
			}
		}
	}
	return n
}

// perNode is how many jobs of one chunk fit on a node.
func (w *world) perNode(s *shape) int64 {
	k := &w.Nodes[s.kind]
	if chunks, err := parseSelect(s.Select); err == nil && !k.Whole && chunks[0].ncpus > 0 {
		return max(1, k.Cores/chunks[0].ncpus)
	}
	return 1
}

// checkFits refuses a profile with a job that no node has room for: it would wait for ever.
func (w *world) checkFits() error {
	for _, groups := range w.special {
		for _, g := range groups {
			if err := g.campaigns[0].fits(); err != nil {
				return fmt.Errorf("generate: profile %s: %w", w.Name, err)
			}
		}
	}
	for _, g := range w.common {
		if err := g.campaigns[0].fits(); err != nil {
			return fmt.Errorf("generate: profile %s: %w", w.Name, err)
		}
	}
	return nil
}

func (c *campaign) fits() error {
	p := newPool(c.at)
	if !p.find(c) {
		return fmt.Errorf("select %s does not fit on %d nodes of kind %s", c.sel, c.at.count, c.at.Name)
	}
	return nil
}

// counted replaces a percentage at the head of a select by the number of nodes that it is.
func (p *part) counted(sel string) string {
	head, rest, found := strings.Cut(sel, "%")
	var n int
	if _, err := fmt.Sscanf(head, "%d", &n); !found || err != nil {
		return sel
	}
	return fmt.Sprintf("%d%s", max(1, p.count*n/100), rest)
}

// Capacity is what a generated machine has.
type Capacity struct {
	Nodes int64      `json:"nodes"`
	Cores int64      `json:"cores"`
	GPUs  int64      `json:"gpus"`
	Kinds []NodeKind `json:"kinds"`
}

// NodeKind is the nodes of a machine that are alike.
type NodeKind struct {
	Name   string `json:"name"`
	Nodes  int64  `json:"nodes"`
	First  string `json:"first"` // host
	Last   string `json:"last"`
	Cores  int64  `json:"cores"` // of each
	GPUs   int64  `json:"gpus"`
	Memory int64  `json:"mem_bytes"`
	Whole  bool   `json:"whole"` // a job has its nodes for itself
}

func (w *world) capacity() (c Capacity) {
	for i := range w.parts {
		p := &w.parts[i]
		n := int64(p.count)
		c.Nodes, c.Cores, c.GPUs = c.Nodes+n, c.Cores+n*p.Cores, c.GPUs+n*p.GPUs
		c.Kinds = append(
			c.Kinds,
			NodeKind{p.Name, n, string(p.appendHost(nil, 0)), string(p.appendHost(nil, p.count-1)),
				p.Cores, p.GPUs, p.memKB * 1024, p.Whole},
		)
	}
	return c
}
