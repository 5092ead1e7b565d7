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

func (p *placement) clear() {
	p.host, p.vnode, p.names, p.shares = p.host[:0], p.vnode[:0], p.names[:0], p.shares[:0]
}

// place writes down the nodes that a job was granted.
func (p *placement) place(c *campaign, nodes []held, d dice) {
	p.clear()
	for i := range nodes {
		if c.slotted {
			p.addSlots(c, &nodes[i])
		} else {
			p.add(c, &nodes[i], d)
		}
	}
}

// appendHost writes the name of a part's n-th host.
func (p *part) appendHost(b []byte, n int) []byte {
	return appendPadded(append(b, p.Prefix...), p.first+n, p.Digits)
}

func (p *placement) add(c *campaign, h *held, d dice) {
	ch := &c.chunks[h.chunk]
	name := len(p.names)
	p.names = c.at.appendHost(p.names, int(h.node))
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
	if c.Split {
		p.addHalves(ch, string(host))
		return
	}
	p.vnode = append(append(append(append(p.vnode, '('), host...), ch.vnode...), ')')
	s := share{name, len(p.names), ch.ncpus, ch.ngpus, ch.memBytes}
	if c.Together && len(p.shares) > 0 { // same vnode again: one row
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
