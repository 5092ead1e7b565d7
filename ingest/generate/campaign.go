package generate

import (
	"fmt"
	"strconv"
	"strings"
)

// campaign is one user's way of submitting one shape, again and again, under one account and one job name. All that its
// records and rows share is put together once, here; jobs only copy it. Campaigns are not changed after they are made,
// so any number of workers may use them.
type campaign struct {
	*shape
	at                   *part // the nodes it runs on
	user, group, account string
	from                 string // "@" and the host that its jobs are submitted on
	priority             string // job_priority; "" for none
	ahead                int64  // seconds by which its jobs go before others
	name                 string // stem; numbered adds a counter
	numbered             bool
	slotted              bool   // exec_host names its cores by number
	sel                  string // as written
	chunks               []vnodeChunk
	nodes                int
	ncpus, ngpus         int64
	memKB                int64
	typicalRun           int64
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
	gpus     int64  // what it takes of its node
	memKB    int64  // likewise
	host     string // after host/: "0*128"; for shared hosts "*2" after an index
	vnode    string // after the vnode's name: ":ncpus=128:mem=246415360kb:ngpus=0"
}

// newCampaign draws a user and what the shape leaves open.
func (w *world) newCampaign(s *shape, d dice) (*campaign, error) {
	c := &campaign{
		shape: s, at: &w.parts[s.kind], walltimeText: pick(d, s.Walltimes), numbered: d.r.IntN(3) > 0, name: stem(d),
	}
	if s.Names != nil {
		c.name, c.numbered = pick(d, s.Names), false
	}
	u := w.userNumber(d)
	c.user, c.group = userName(u), w.Groups[u%len(w.Groups)]
	c.from = "@" + w.Login + "1"
	c.account = projectName(u*7%400 + d.r.IntN(2) + 1)
	c.typicalRun = d.spread(s.Run[0], s.Run[1])
	if s.Priority != nil {
		c.priority = pick(d, s.Priority)
	}
	c.ahead = s.Ahead + w.Priorities[c.priority]
	var h, m, sec int64
	if _, err := fmt.Sscanf(c.walltimeText, "%d:%d:%d", &h, &m, &sec); err != nil {
		return nil, fmt.Errorf("generate: walltime %q: %w", c.walltimeText, err)
	}
	c.walltime = h*3600 + m*60 + sec
	c.typicalRun = min(c.typicalRun, c.walltime*7/10)
	c.sel = c.at.counted(s.Select)
	return c, c.write(w.dialect)
}

// half is the campaign with half of its nodes: what its jobs have left when they give back the others. The select must
// have one chunk, of an even count.
func (c *campaign) half(d dialect) (*campaign, error) {
	h := *c
	_, each, _ := strings.Cut(c.sel, ":")
	h.sel = fmt.Sprintf("%d:%s", c.nodes/2, each)
	h.chunks, h.nodes, h.ncpus, h.ngpus, h.memKB = nil, 0, 0, 0, 0
	return &h, h.write(d)
}

// add fills in what the queue's defaults give a chunk that does not say.
func (c *campaign) add(ch chunk) error {
	if ch.ncpus < 0 {
		ch.ncpus = c.at.Cores
	}
	if ch.memKB < 0 {
		var err error
		if ch.memKB, err = kilobytes(c.Default); err != nil {
			return fmt.Errorf("generate: default: %w", err)
		}
	}
	v := vnodeChunk{
		count: ch.count, ncpus: ch.ncpus, ngpus: -1, memBytes: ch.memKB * 1024, gpus: ch.ngpus, memKB: ch.memKB,
	}
	if c.VnodeMem != "" {
		kb, err := kilobytes(c.VnodeMem)
		if err != nil {
			return fmt.Errorf("generate: vnode_mem: %w", err)
		}
		v.memBytes = kb * 1024
	}
	var b strings.Builder
	for key := range strings.FieldsSeq(c.Order) {
		switch {
		case key == "ncpus":
			fmt.Fprintf(&b, ":ncpus=%d", ch.ncpus)
		case key == "mem":
			fmt.Fprintf(&b, ":mem=%dkb", v.memBytes/1024)
		case key == "mps":
			b.WriteString(":mps=1")
		case ch.ngpus > 0 || c.Energy: // Casper writes no ngpus=0
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
	return nil
}

// write reads the select and puts the constant texts together.
func (c *campaign) write(d dialect) error {
	chunks, err := parseSelect(c.sel)
	if err != nil {
		return err
	}
	for _, ch := range chunks {
		if err := c.add(ch); err != nil {
			return err
		}
	}
	return d.describe(c, chunks)
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
