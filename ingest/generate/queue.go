package generate

import (
	"cmp"
	"slices"
	"sort"
)

// The scheduler gives each part's nodes to those who wait for them, in the order of priority and of arrival. If the
// first of the queue finds no room, it is promised the time when there will be, and others go before it that do not
// delay it: they end by then, or take what it leaves. Parts know nothing of each other, so no job waits for another's
// kind of nodes.
type scheduler struct{ pools []*pool }

// depth is how many waiters are looked at behind the first when nodes become free.
const depth = 64

// newScheduler begins with the nodes that jobs hold which began before the log.
func newScheduler(w *world) *scheduler {
	s := &scheduler{}
	for i := range w.parts {
		s.pools = append(s.pools, newPool(&w.parts[i]))
	}
	for range w.veterans() {
		c := w.special["long"][0].campaigns[0] // they are alike in what they hold
		if p := s.pools[c.at.index]; p.find(c) {
			p.take(c)
			p.veterans = append(p.veterans, slices.Clone(p.found))
		}
	}
	return s
}

// retire frees what jobs of which the log tells no end still hold.
func (s *scheduler) retire(w *world) {
	for _, g := range w.special["long"] {
		p := s.pools[g.campaigns[0].at.index]
		for _, nodes := range p.veterans {
			p.give(g.campaigns[0], nodes)
		}
		p.veterans = nil
	}
}

// add takes in the legs of a slot.
func (s *scheduler) add(p *plan) {
	for i := range p.legs {
		if l := &p.legs[i]; !l.follow {
			q := s.pools[l.c.at.index]
			q.seq++
			q.arrivals = append(q.arrivals, arrival{at: l.asked, seq: q.seq, p: p, leg: i})
		}
	}
	for _, q := range s.pools {
		slices.SortFunc(
			q.arrivals, func(a, b arrival) int { return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.seq, b.seq)) },
		)
	}
}

// advance lets all happen that happens before an instant.
func (s *scheduler) advance(to int64) {
	for _, q := range s.pools {
		q.advance(to)
	}
}

func (p *pool) advance(to int64) {
	for {
		t := to
		if n := len(p.ends); n > 0 {
			t = min(t, p.ends[n-1].at)
		}
		if len(p.arrivals) > 0 {
			t = min(t, p.arrivals[0].at)
		}
		if t >= to {
			return
		}
		changed := false
		for n := len(p.ends); n > 0 && p.ends[n-1].at <= t; n-- {
			p.end(p.ends[n-1].of)
			p.ends = p.ends[:n-1]
			changed = true
		}
		for len(p.arrivals) > 0 && p.arrivals[0].at <= t {
			a := p.arrivals[0]
			p.arrivals = p.arrivals[1:]
			changed = p.arrive(a) || changed
		}
		if changed {
			p.start(t)
		}
	}
}

// arrive puts a leg in the queue, or lets it start at once if the first of the queue is not to wait for it; one that
// began before the log ends. It returns whether others may start now.
func (p *pool) arrive(a arrival) bool {
	l := &a.p.legs[a.leg]
	if l.old {
		if len(p.veterans) > 0 {
			nodes := p.veterans[0]
			p.veterans = p.veterans[1:]
			a.p.grant(l, a.at, a.at, nodes)
			p.give(l.c, nodes)
		} else {
			a.p.waiting--
		}
		return true
	}
	w := waiter{rank: a.at - l.c.ahead, hold: l.hold, until: l.until, c: l.c, p: a.p, leg: a.leg}
	i := len(p.queue)
	for i > 0 && p.queue[i-1].rank > w.rank {
		i--
	}
	if i > 0 && p.promised && p.startBefore(&w, a.at) {
		return false
	}
	if i == 0 {
		p.promised = false
	}
	p.queue = slices.Insert(p.queue, i, w)
	return i == 0
}

// start starts who can.
func (p *pool) start(t int64) {
	for len(p.queue) > 0 && p.try(&p.queue[0], t) {
		p.queue[0] = waiter{}
		p.queue = p.queue[1:]
		p.promised = false
	}
	if len(p.queue) == 0 {
		return
	}
	if !p.promised {
		p.foresee()
	}
	for i := 1; i < min(len(p.queue), depth) && p.cores > 0; i++ {
		if p.startBefore(&p.queue[i], t) {
			copy(p.queue[1:], p.queue[:i]) // what stands before is less than what stands behind
			p.queue = p.queue[1:]
			i--
		}
	}
}

// startBefore starts a waiter before the first of the queue, if that does not delay it.
func (p *pool) startBefore(w *waiter, t int64) bool {
	late := w.ends(t) > p.promise
	if late && w.c.nodes > p.spare || !p.try(w, t) {
		return false
	}
	if late {
		p.spare -= w.c.nodes
	}
	return true
}

// ends is when it ends if it starts then.
func (w *waiter) ends(t int64) int64 {
	if w.until > t {
		return w.until
	}
	return t + w.hold
}

// try starts a waiter if there is room.
func (p *pool) try(w *waiter, t int64) bool {
	if !p.find(w.c) {
		return false
	}
	l := &w.p.legs[w.leg]
	p.take(l.c)
	w.p.grant(l, t, w.ends(t), p.found)
	p.begin(l)
	if l.next > 0 {
		p.follow(w.p, l)
	}
	return true
}

// begin notes who runs on the nodes that were found.
func (p *pool) begin(l *leg) {
	if len(p.unused) == 0 {
		p.unused = append(p.unused, int32(len(p.slab)))
		p.slab = append(p.slab, running{})
	}
	last := len(p.unused) - 1
	e := ending{at: l.end, of: p.unused[last]}
	p.unused = p.unused[:last]
	r := &p.slab[e.of]
	r.c, r.one[0], r.more = l.c, p.found[0], r.more[:0]
	if len(p.found) > 1 {
		r.more = append(r.more, p.found...)
	}
	at := sort.Search(len(p.ends), func(i int) bool { return p.ends[i].at <= e.at })
	p.ends = slices.Insert(p.ends, at, e)
}

// end takes the nodes back.
func (p *pool) end(of int32) {
	r := &p.slab[of]
	p.give(r.c, r.nodes())
	p.unused = append(p.unused, of)
}

// grant notes what a leg was given.
func (p *plan) grant(l *leg, start, end int64, nodes []held) {
	l.start, l.end, l.from = start, end, len(p.held)
	p.held = append(p.held, nodes...)
	l.to = len(p.held)
	p.waiting--
}

// follow lets the job's next run arrive some time after this one.
func (p *pool) follow(pl *plan, l *leg) {
	next := &pl.legs[l.next]
	p.seq++
	a := arrival{at: l.end + next.asked, seq: p.seq, p: pl, leg: l.next}
	at := sort.Search(len(p.arrivals), func(i int) bool { return p.arrivals[i].at > a.at })
	p.arrivals = slices.Insert(p.arrivals, at, a)
}

// foresee finds out when the first of the queue will start.
func (p *pool) foresee() {
	c := p.queue[0].c
	p.promised, p.promise, p.spare = true, never, 0
	if p.Whole {
		idle := p.idle
		for i := len(p.ends) - 1; i >= 0 && idle < c.nodes; i-- {
			idle += len(p.slab[p.ends[i].of].nodes())
			p.promise = p.ends[i].at
		}
		p.spare = max(0, idle-c.nodes)
		return
	}
	cores, real := p.cores, p.free
	p.scratch = append(p.scratch[:0], p.free...)
	p.free = p.scratch
	for i := len(p.ends) - 1; i >= 0; i-- {
		r := &p.slab[p.ends[i].of]
		for _, h := range r.nodes() {
			p.back(&p.free[h.node], r.c, h)
			p.cores += r.c.chunks[h.chunk].ncpus
		}
		if p.promise = p.ends[i].at; p.find(c) {
			break
		}
	}
	p.cores, p.free = cores, real
}
