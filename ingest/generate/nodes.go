package generate

import (
	"strconv"
)

// share is what a job has of one vnode: a row of job_nodes.
type share struct {
	nameFrom, nameTo int   // in placement.names
	ncpus            int64 // -1: unknown
	ngpus            int64
	memBytes         int64
}

// placement is where a job runs, as text for the records and as rows for the truth. Its buffers are used again.
type placement struct {
	host, vnode []byte // values of exec_host and exec_vnode
	names       []byte
	shares      []share
}

// place draws hosts for all chunks, ascending as PBS on Derecho writes them.
func (p *placement) place(c *campaign, d dice) {
	p.host, p.vnode, p.names, p.shares = p.host[:0], p.vnode[:0], p.names[:0], p.shares[:0]
	span := c.hosts.to - c.hosts.from + 1
	one := d.r.IntN(span)
	i := 0
	for ci := range c.chunks {
		ch := &c.chunks[ci]
		for range ch.count {
			n := one
			if !c.together && c.nodes > 1 { // one host from each of equal stretches
				from, to := i*span/c.nodes, (i+1)*span/c.nodes
				n = from + d.r.IntN(to-from)
			}
			p.add(c, ch, c.hosts.from+n, d)
			i++
		}
	}
}

func (p *placement) add(c *campaign, ch *vnodeChunk, number int, d dice) {
	name := len(p.names)
	p.names = appendPadded(append(p.names, c.hosts.prefix...), number, c.hosts.width)
	host := p.names[name:]
	if len(p.host) > 0 {
		p.host, p.vnode = append(p.host, '+'), append(p.vnode, '+')
	}
	p.host = append(append(p.host, host...), '/')
	if c.exclusive {
		p.host = append(p.host, '0')
	} else {
		p.host = strconv.AppendInt(p.host, int64(d.r.IntN(36)), 10)
	}
	p.host = append(p.host, ch.host...)
	if c.split {
		p.addHalves(ch, string(host))
		return
	}
	p.vnode = append(append(append(append(p.vnode, '('), host...), ch.vnode...), ')')
	s := share{name, len(p.names), ch.ncpus, ch.ngpus, ch.memBytes}
	if c.together && len(p.shares) > 0 { // same vnode again: one row
		p.names = p.names[:name]
		t := &p.shares[0]
		t.ncpus, t.memBytes = t.ncpus+s.ncpus, t.memBytes+s.memBytes
		return
	}
	p.shares = append(p.shares, s)
}

// addHalves spreads a chunk over a host's two vnodes; only the first names the memory.
func (p *placement) addHalves(ch *vnodeChunk, host string) {
	p.names = p.names[:len(p.names)-len(host)]
	for half := 1; half >= 0; half-- {
		name := len(p.names)
		p.names = append(p.names, host...)
		p.names = append(p.names, '[', byte('0'+half), ']')
		s := share{name, len(p.names), ch.ncpus / 2, ch.ngpus / 2, -1}
		if half == 1 {
			p.vnode = append(append(p.vnode, '('), p.names[name:]...)
			p.vnode = appendAttr(p.vnode, ":mem=", ch.memBytes/1024)
			p.vnode = append(p.vnode, "kb"...)
			s.memBytes = ch.memBytes
		} else {
			p.vnode = append(append(p.vnode, '+'), p.names[name:]...)
		}
		p.vnode = appendAttr(p.vnode, ":ngpus=", s.ngpus)
		p.vnode = appendAttr(p.vnode, ":ncpus=", s.ncpus)
		p.shares = append(p.shares, s)
	}
	p.vnode = append(p.vnode, ')')
}
