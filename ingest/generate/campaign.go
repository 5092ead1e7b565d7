package generate

import (
	"fmt"
	"strconv"
	"strings"
)

// campaign is one user's way of submitting one shape, again and again, under one account and one
// job name. All that its records and rows share is put together once, here; jobs only copy it.
// Campaigns are not changed after they are made, so any number of workers may use them.
type campaign struct {
	*shape
	user, group, account string
	priority             string // job_priority; "" for none
	name                 string // stem; numbered adds a counter
	numbered             bool
	chunks               []vnodeChunk
	nodes                int
	ncpus, ngpus         int64
	memKB                int64
	typicalRun           int64
	typicalWait          int64
	walltime             int64  // seconds asked for
	walltimeText         string // as written
	firstResources       string // Resource_List while in a routing queue, each attribute with a trailing blank
	resources            string // Resource_List in the execution queue, likewise
	assigned             string // resource_assigned of the S record
	truth                string // the columns of jobs that follow from the above
}

// vnodeChunk is what each of a chunk's hosts gets.
type vnodeChunk struct {
	count    int
	ncpus    int64
	ngpus    int64  // -1: not written
	memBytes int64  // -1: not written
	host     string // after host/: "0*128"; for shared hosts "*2" after an index that is drawn
	vnode    string // after the vnode's name: ":ncpus=128:mem=246415360kb:ngpus=0"
}

const (
	derechoNodeMem = 240732 // mb; what a whole node is assigned
	casperDefault  = 10 << 20
)

// newCampaign draws a user and what the shape leaves open.
func newCampaign(s *shape, p *profile, d dice) (*campaign, error) {
	c := &campaign{shape: s, walltimeText: pick(d, s.walltimes), numbered: d.r.IntN(3) > 0, name: stem(d)}
	if s.names != nil {
		c.name, c.numbered = pick(d, s.names), false
	}
	u := d.low(900) + 1
	c.user, c.group = userName(u), p.groups[u%len(p.groups)]
	c.account = projectName(u*7%400 + d.r.IntN(2) + 1)
	c.typicalRun, c.typicalWait = d.spread(s.run[0], s.run[1]), d.spread(s.wait[0], s.wait[1])
	if s.priority != nil {
		c.priority = pick(d, s.priority)
	}
	var h, m, sec int64
	if _, err := fmt.Sscanf(c.walltimeText, "%d:%d:%d", &h, &m, &sec); err != nil {
		return nil, fmt.Errorf("generate: walltime %q: %w", c.walltimeText, err)
	}
	c.walltime = h*3600 + m*60 + sec
	c.typicalRun = min(c.typicalRun, c.walltime*7/10)
	return c, c.write()
}

// half is the campaign with half of its nodes: what its jobs have left when they give back the others. The select must
// have one chunk, of an even count.
func (c *campaign) half() (*campaign, error) {
	s, h := *c.shape, *c
	_, each, _ := strings.Cut(s.sel, ":")
	s.sel = fmt.Sprintf("%d:%s", c.nodes/2, each)
	h.shape, h.chunks, h.nodes, h.ncpus, h.ngpus, h.memKB = &s, nil, 0, 0, 0, 0
	return &h, h.write()
}

// add fills in what the queue's defaults give a chunk that does not say.
func (c *campaign) add(ch chunk) {
	if ch.ncpus < 0 {
		ch.ncpus = 128
	}
	switch {
	case ch.memKB >= 0:
	case c.exclusive:
		ch.memKB = 235 << 20
	default:
		ch.memKB = casperDefault
	}
	v := vnodeChunk{count: ch.count, ncpus: ch.ncpus, ngpus: -1, memBytes: ch.memKB * 1024}
	if c.vnodeMem > 0 {
		v.memBytes = c.vnodeMem * 1024
	}
	var b strings.Builder
	for key := range strings.FieldsSeq(c.order) {
		switch {
		case key == "ncpus":
			fmt.Fprintf(&b, ":ncpus=%d", ch.ncpus)
		case key == "mem":
			fmt.Fprintf(&b, ":mem=%dkb", v.memBytes/1024)
		case key == "mps":
			b.WriteString(":mps=1")
		case ch.ngpus > 0 || c.energy: // Casper writes no ngpus=0
			fmt.Fprintf(&b, ":ngpus=%d", ch.ngpus)
			v.ngpus = ch.ngpus
		}
	}
	v.vnode = b.String()
	if ch.ncpus != 1 {
		v.host = "*" + strconv.FormatInt(ch.ncpus, 10)
	}
	c.chunks = append(c.chunks, v)
	c.nodes += ch.count
	c.ncpus += int64(ch.count) * ch.ncpus
	c.ngpus += int64(ch.count) * ch.ngpus
	c.memKB += int64(ch.count) * ch.memKB
}

// write reads the select and puts the constant texts together.
func (c *campaign) write() error {
	chunks, err := parseSelect(c.sel)
	if err != nil {
		return err
	}
	for _, ch := range chunks {
		c.add(ch)
	}
	mem := c.memText
	if mem == "" {
		mem = sizeText(c.memKB)
	}
	memBytes, err := sizeBytes(mem)
	if err != nil {
		return fmt.Errorf("generate: %w", err)
	}
	r := requests(chunks)
	first := mem
	if c.routeMem != "" {
		first = strings.TrimPrefix(c.routeMem, "-")
	}
	c.firstResources = c.list(first, r.mpi, false)
	c.resources = c.list(mem, r.mpi, true)
	c.assigned = c.assign()
	c.truth = staticTruth(c, r, memBytes)
	return nil
}

// list renders Resource_List in the machine's order. Preemption and GPU sharing are set when a job
// reaches its execution queue.
func (c *campaign) list(mem string, mpi int64, placed bool) string {
	var b strings.Builder
	attr := func(key string, value any) { fmt.Fprintf(&b, "Resource_List.%s=%v ", key, value) }
	if c.priority != "" {
		attr("job_priority", c.priority)
	}
	if mem != "" {
		attr("mem", mem)
	}
	if mpi >= 0 {
		attr("mpiprocs", mpi)
	}
	if placed && c.gpuFlag != "" {
		attr("mps", c.gpuFlag)
	}
	attr("ncpus", c.ncpus)
	attr("ngpus", c.ngpus)
	attr("nodect", c.nodes)
	attr("place", c.place)
	if placed && c.preempt != "" {
		attr("preempt_targets", c.preempt)
	}
	attr("select", c.sel)
	attr("walltime", c.walltimeText)
	return b.String()
}

// assign renders resource_assigned: whole nodes where they are exclusive.
func (c *campaign) assign() string {
	if c.exclusive {
		n := c.nodes * derechoNodeMem
		s := fmt.Sprintf("resource_assigned.mem=%dmb resource_assigned.ncpus=%d resource_assigned.vmem=%dmb ", n, c.nodes*128, n)
		if c.ngpus > 0 {
			s += fmt.Sprintf("resource_assigned.ngpus=%d ", c.ngpus)
		}
		return s
	}
	s := fmt.Sprintf("resource_assigned.mem=%dkb resource_assigned.ncpus=%d ", c.memKB, c.ncpus)
	if c.ngpus > 0 || c.energy {
		s += fmt.Sprintf("resource_assigned.ngpus=%d ", c.ngpus)
	}
	return s
}

// sizeText writes kilobytes in the largest unit that divides them, up to gb, as PBS does.
func sizeText(kb int64) string {
	switch {
	case kb%(1<<20) == 0:
		return fmt.Sprintf("%dgb", kb>>20)
	case kb%(1<<10) == 0:
		return fmt.Sprintf("%dmb", kb>>10)
	}
	return fmt.Sprintf("%dkb", kb)
}

// request is what a select says about ranks, threads and hardware.
type request struct {
	mpi, omp         int64 // all ranks; most threads; -1: no chunk says
	cpuType, gpuType string
}

// requests sums up a select: a chunk that names no ranks counts one each where another chunk names them.
func requests(chunks []chunk) request {
	r := request{mpi: -1, omp: -1}
	total := int64(0)
	for _, c := range chunks {
		each := c.mpi
		if each < 0 {
			each = 1
		} else {
			r.mpi = 0
		}
		total += int64(c.count) * each
		r.omp = max(r.omp, c.omp)
		if r.cpuType == "" {
			r.cpuType = c.cpuType
		}
		if r.gpuType == "" {
			r.gpuType = c.gpuType
		}
	}
	if r.mpi == 0 {
		r.mpi = total
	}
	return r
}
