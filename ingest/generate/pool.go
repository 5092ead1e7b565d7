package generate

import "slices"

// A part is the nodes of one kind, on the machine as large as it is made.
type part struct {
	kind
	index int // in the world's parts
	first int // number of the first host
	count int
}

// A pool is a part in time: what is free on each node, who runs, who waits. It is one goroutine's own.
type pool struct {
	*part
	free     []room
	cores    int64 // free on all nodes
	idle     int   // nodes of which all is free
	cursor   int   // whole nodes are given in turn
	found    []held
	scratch  []room
	ends     []ending  // of those who run; the first to end stands last
	slab     []running // in no order
	unused   []int32   // of slab
	arrivals []arrival // by time
	queue    []waiter  // by rank
	veterans [][]held  // of jobs that began before the log
	seq      int64
	// What the head of the queue is promised, if it could not start: when it will, and how many of the nodes that are idle
	// then it leaves.
	promised bool
	promise  int64
	spare    int
}

// A room is what is free of a node.
type room struct {
	cores, gpus, memKB int64
	slots              uint64 // numbers of the free cores
}

// An ending is when one of slab ends.
type ending struct {
	at int64
	of int32
}

type running struct {
	c    *campaign
	one  [1]held
	more []held // empty: it has one node
}

type arrival struct {
	at, seq int64
	p       *plan
	leg     int
}

// A waiter is a leg in the queue. The rank is when it came, less what its priority is worth.
type waiter struct {
	rank, hold, until int64
	c                 *campaign
	p                 *plan
	leg               int
}

// numbered is the most cores of a node that are numbered.
const numbered = 64

func newPool(pt *part) *pool {
	p := &pool{part: pt, free: make([]room, pt.count), cores: int64(pt.count) * pt.Cores, idle: pt.count}
	for i := range p.free {
		p.free[i] = pt.room()
	}
	return p
}

// room is a node with nothing on it.
func (k *kind) room() room {
	return room{cores: k.Cores, gpus: k.GPUs, memKB: k.memKB, slots: 1<<min(k.Cores, numbered) - 1}
}

func (r *room) fits(c *vnodeChunk) bool {
	return r.cores >= c.ncpus && r.gpus >= c.gpus && r.memKB >= c.memKB
}

// find looks for nodes for a job, into found. Whole nodes are given in turn, shares of nodes on the first that have
// room, so that others stay empty for those who need all of one.
func (p *pool) find(c *campaign) bool {
	p.found = p.found[:0]
	switch {
	case p.Whole:
		return c.nodes <= p.idle && p.findWhole(c)
	case c.ncpus > p.cores:
		return false
	case c.Together:
		return p.findOne(c)
	}
	for i := range c.chunks {
		from := 0
		for range c.chunks[i].count {
			n := p.search(&c.chunks[i], from)
			if n < 0 {
				return false
			}
			p.found = append(p.found, held{node: int32(n), chunk: int32(i)})
			from = n + 1
		}
	}
	return true
}

// search gives a node that has room for a chunk and is not among those found, or -1.
func (p *pool) search(c *vnodeChunk, from int) int {
	for n := from; n < len(p.free); n++ {
		if p.free[n].fits(c) && !slices.ContainsFunc(p.found, func(h held) bool { return h.node == int32(n) }) {
			return n
		}
	}
	return -1
}

// findOne looks for a node with room for all chunks.
func (p *pool) findOne(c *campaign) bool {
	all := vnodeChunk{ncpus: c.ncpus, gpus: c.ngpus, memKB: c.memKB}
	n := p.search(&all, 0)
	for i := range c.chunks {
		for range c.chunks[i].count {
			p.found = append(p.found, held{node: int32(n), chunk: int32(i)})
		}
	}
	return n >= 0
}

// findWhole takes the next idle nodes, and puts them in order, as PBS on Derecho writes them.
func (p *pool) findWhole(c *campaign) bool {
	n := p.cursor
	for len(p.found) < c.nodes {
		if p.free[n].cores == p.Cores {
			p.found = append(p.found, held{node: int32(n)})
		}
		if n++; n == len(p.free) {
			n = 0
		}
	}
	wrapped := p.found[0].node > p.found[len(p.found)-1].node
	if p.cursor = n; wrapped {
		slices.SortFunc(p.found, func(a, b held) int { return int(a.node - b.node) })
	}
	i := 0
	for chunk := range c.chunks {
		for range c.chunks[chunk].count {
			p.found[i].chunk = int32(chunk)
			i++
		}
	}
	return true
}

// take gives the nodes that were found to a job.
func (p *pool) take(c *campaign) {
	for i := range p.found {
		h := &p.found[i]
		r := &p.free[h.node]
		if r.cores == p.Cores {
			p.idle--
		}
		if p.Whole {
			r.cores, p.cores = 0, p.cores-p.Cores
			continue
		}
		ch := &c.chunks[h.chunk]
		r.cores, r.gpus, r.memKB, p.cores = r.cores-ch.ncpus, r.gpus-ch.gpus, r.memKB-ch.memKB, p.cores-ch.ncpus
		if p.Cores <= numbered {
			h.slots = lowest(r.slots, ch.ncpus)
			r.slots &^= h.slots
		}
	}
}

// lowest gives the lowest n of the bits that are set.
func lowest(set uint64, n int64) uint64 {
	rest := set
	for range n {
		rest &= rest - 1
	}
	return set &^ rest
}

// give takes nodes back from a job.
func (p *pool) give(c *campaign, nodes []held) {
	for _, h := range nodes {
		r := &p.free[h.node]
		p.cores -= r.cores
		p.part.back(r, c, h)
		if p.cores += r.cores; r.cores == p.Cores {
			p.idle++
		}
	}
}

// back adds to what is free on a node what a job had there.
func (k *kind) back(r *room, c *campaign, h held) {
	if k.Whole {
		r.cores = k.Cores
		return
	}
	ch := &c.chunks[h.chunk]
	r.cores, r.gpus, r.memKB, r.slots = r.cores+ch.ncpus, r.gpus+ch.gpus, r.memKB+ch.memKB, r.slots|h.slots
}

// nodes of a running job.
func (r *running) nodes() []held {
	if len(r.more) > 0 {
		return r.more
	}
	return r.one[:]
}
