package batch

import (
	"bytes"

	"pbsduck/ingest/pbs"
	"pbsduck/ingest/schema"
)

// What a job asked for is said in one place by OpenPBS, and in several by Torque, whose Resource_List.ncpus is mostly
// the server's default beside the real request. The rules are the same for jobs and events.

// others are attributes that rules read besides the columns.
type others struct {
	dialect pbs.Dialect

	execVnode, execHost, execGPUs, nodes, needNodes, slots, nodeCount, startCount []byte
	tasks, procs, size, gpus, gpu, gres, cpuType, gpuType                         []byte
	mpp                                                                           mppRequest

	seen     uint64 // which attributes came, by key
	repeated bool   // one came twice

	spec   []byte // select
	nodect []byte // Resource_List.nodect that is no number
}

// take keeps an attribute that no column took.
func (o *others) take(a *pbs.Attr) {
	once := uint64(1) << a.Key // 0 of those that are not in the project's list
	o.repeated, o.seen = o.repeated || o.seen&once != 0, o.seen|once
	switch a.Key {
	case pbs.ExecVnode:
		o.execVnode = a.Value
	case pbs.ExecHost:
		o.execHost = a.Value
	case pbs.ReqNodes:
		o.nodes = a.Value
	case pbs.ReqNeedNodes:
		o.needNodes = a.Value
	case pbs.ExecutionSlots:
		o.slots = unlessNone(a.Value)
	case pbs.NodeCount:
		o.nodeCount = unlessNone(a.Value)
	case pbs.StartCount:
		o.startCount = a.Value
	case pbs.TaskRequest:
		o.tasks = a.Value
	case pbs.ReqProcs:
		o.procs = a.Value
	case pbs.ReqSize:
		o.size = a.Value
	case pbs.ReqGPUs:
		o.gpus = a.Value
	case pbs.ReqGPU:
		o.gpu = a.Value
	case pbs.ReqGRes:
		o.gres = a.Value
	case pbs.ExecGPUs:
		o.execGPUs = a.Value
	case pbs.ReqNodect:
		o.nodect = a.Value
	case pbs.ReqCPUType:
		o.cpuType = a.Value
	case pbs.ReqGPUType:
		o.gpuType = a.Value
	default:
		o.mpp.take(a)
	}
}

// unlessNone is a number of what a job was given, but for 0: that says nothing of what it asked for, nor of what it
// held where it ran none the less.
func unlessNone(given []byte) []byte {
	if n, err := pbs.ParseCount(given); err == nil && n == 0 {
		return nil
	}
	return given
}

// An mppRequest is what a job asks a Cray for.
type mppRequest struct{ width, depth, perNode, nodect []byte }

func (m *mppRequest) take(a *pbs.Attr) {
	switch a.Key {
	case pbs.ReqMPPWidth:
		m.width = a.Value
	case pbs.ReqMPPDepth:
		m.depth = a.Value
	case pbs.ReqMPPPerNode:
		m.perNode = a.Value
	case pbs.ReqMPPNodect:
		m.nodect = a.Value
	}
}

// ruledKeys are the attributes that take keeps whether or not they have a column.
var ruledKeys = []pbs.Key{
	pbs.ExecVnode, pbs.ExecHost, pbs.ReqNodes, pbs.ReqNeedNodes, pbs.ExecutionSlots, pbs.NodeCount, pbs.StartCount,
	pbs.TaskRequest, pbs.ReqProcs, pbs.ReqSize, pbs.ReqGPUs, pbs.ReqGPU, pbs.ReqGRes, pbs.ExecGPUs, pbs.ReqMPPWidth,
	pbs.ReqMPPDepth, pbs.ReqMPPPerNode, pbs.ReqMPPNodect, pbs.ReqCPUType, pbs.ReqGPUType,
}

// readDialect says whose record it is. An exec_vnode in one of Torque's was written by its user.
func (o *others) readDialect(r *pbs.Record) {
	if o.execVnode != nil && r.Flags&pbs.Ambiguous == 0 {
		return
	}
	if o.dialect = r.Dialect(); o.dialect == pbs.Torque {
		o.execVnode = nil
	}
}

// demandColumns are the places of the columns that say what a job asked for.
type demandColumns struct{ ncpus, ngpus, nodect, mem, runs int }

func findDemandColumns(t schema.Table) demandColumns {
	return demandColumns{
		ncpus: t.Index("ncpus"), ngpus: t.Index("ngpus"), nodect: t.Index("nodect"),
		mem: t.Index("mem_requested_bytes"), runs: t.Index("run_count"),
	}
}

// overruled says which attributes demand took for a default, and set another number.
type overruled struct{ ncpus, nodect bool }

// demand fills what the row lacks of these columns, or has from a default.
func (r *rows) demand(c *demandColumns, o *others) (was overruled) {
	d := demanded{rows: r, columns: c, others: o}
	was.nodect = d.count()
	r.fillNumber(c.runs, o.startCount)
	said := r.has(c.ncpus)
	if said && o.dialect == pbs.OpenPBS && r.has(c.ngpus) && r.has(c.mem) && d.cray.CPUs <= r.number(c.ncpus) {
		return was
	}
	d.read()
	if !said {
		d.cpus()
	} else if o.dialect == pbs.Torque || d.cray.CPUs > r.number(c.ncpus) {
		first := r.number(c.ncpus)
		d.cpus()
		was.ncpus = r.number(c.ncpus) != first
	}
	if !r.has(c.ngpus) {
		d.ngpus()
	}
	if !r.has(c.mem) {
		d.mem()
	}
	return was
}

// fillNumber sets a column that has no value yet from a text, if there is one.
func (r *rows) fillNumber(column int, text []byte) {
	if text != nil && !r.has(column) {
		r.tryNumber(column, text)
	}
}

// tryNumber sets a column from a text, and says whether that converts.
func (r *rows) tryNumber(column int, text []byte) bool {
	n, err := pbs.ParseCount(text)
	if err != nil {
		r.failures[column]++
		return false
	}
	r.setNumber(column, n)
	return true
}

// A demanded is one row's request.
type demanded struct {
	*rows
	columns *demandColumns
	*others
	wanted    pbs.Nodes // of Resource_List.nodes
	hasWanted bool
	counted   pbs.Nodes // of Resource_List.nodect
	tasked    pbs.Tasks
	hasTasked bool
	cray      pbs.MPP
}

// count sets nodect. A Cray's own request for nodes comes before the number of chunks, which is that of its login nodes
// where it is less; and some sites write a whole request for nodes where the number should be.
func (d *demanded) count() (overruled bool) {
	column := d.columns.nodect
	d.readCray()
	if !d.has(column) && bytes.IndexByte(d.nodect, ':') > 0 {
		if nodes, err := pbs.ParseNodes(d.nodect); err == nil {
			d.counted = nodes
			d.setNumber(column, nodes.Count)
			d.failures[column]-- // it did convert
		}
	}
	d.fillNumber(column, d.nodeCount)
	if d.cray.Nodes == 0 || d.nodeCount != nil || d.has(column) && d.number(column) >= d.cray.Nodes {
		return false
	}
	overruled = d.has(column)
	d.setNumber(column, d.cray.Nodes)
	return overruled
}

// readCray reads what a job asks a Cray for: mppwidth, or Torque's size before there was that.
func (d *demanded) readCray() {
	var err error
	switch {
	case d.mpp.width != nil:
		d.cray, err = pbs.ParseMPP(d.mpp.width, d.mpp.depth, d.mpp.perNode, d.mpp.nodect)
	case d.size != nil && d.dialect == pbs.Torque:
		d.cray.CPUs, err = pbs.ParseCount(d.size)
	}
	if err != nil {
		d.cray = pbs.MPP{}
		d.failures[d.columns.ncpus]++
	}
}

// read reads the two requests that have a grammar.
func (d *demanded) read() {
	spec := d.nodes
	if spec == nil {
		spec = d.needNodes // mirrors nodes, where the server kept that
	}
	if spec != nil {
		var err error
		if d.wanted, err = pbs.ParseNodes(spec); err != nil {
			d.failures[d.columns.ncpus]++
		}
		d.hasWanted = err == nil
	}
	if d.tasks != nil {
		var err error
		if d.tasked, err = pbs.ParseTasks(d.tasks); err != nil {
			d.failures[d.columns.ncpus]++
		}
		d.hasTasked = err == nil
	}
}

// cpus sets ncpus by the most exact of what the record says besides Resource_List.ncpus, if anything: what was given,
// then what was asked for, then where it ran.
func (d *demanded) cpus() {
	column := d.columns.ncpus
	switch {
	case d.slots != nil && d.tryNumber(column, d.slots):
	case d.cray.CPUs > 0 && d.cray.CPUs >= max(d.wanted.CPUs, d.wanted.Count): // more than a default
		d.setNumber(column, d.cray.CPUs)
	case d.hasWanted && d.wanted.HasCPUs:
		d.setNumber(column, d.wanted.CPUs)
	case d.procs != nil && d.tryNumber(column, d.procs):
	case d.hasTasked && d.tasked.HasCPUs:
		d.setNumber(column, d.tasked.CPUs)
	case d.selected(column):
	case d.hasWanted && d.nodes != nil:
		d.setNumber(column, d.plainNodes())
	default:
		d.hosts()
	}
}

// plainNodes is the number of cpus of a request for nodes that names no ppn, which is then 1; but where
// Resource_List.ncpus and exec_host agree on another number, that was the request, and nodes the server's default.
func (d *demanded) plainNodes() int64 {
	if _, fits, ok := d.countHosts(); ok && fits {
		return d.number(d.columns.ncpus)
	}
	return d.wanted.Count
}

// selected sets ncpus to the sum of select's chunks, if they name it.
func (d *demanded) selected(column int) bool {
	if d.spec == nil {
		return false
	}
	sum, err := pbs.SelectTotals(d.spec)
	if err != nil || !sum.HasNCPUs {
		if sum.BadNCPUs && d.execHost == nil && !d.has(column) { // which would say it instead
			d.failures[column]++
		}
		return false
	}
	d.setNumber(column, sum.NCPUs)
	return true
}

// hosts sets ncpus to the number that exec_host lists.
func (d *demanded) hosts() {
	if d.execHost == nil {
		return
	}
	if n, fits, ok := d.countHosts(); !ok {
		d.failures[d.columns.ncpus]++
	} else if !fits {
		d.setNumber(d.columns.ncpus, n)
	}
}

// countHosts counts the cpus that exec_host lists, and tells whether they, or its lone numbers read as slots, are as
// many as Resource_List.ncpus says.
func (d *demanded) countHosts() (cpus int64, fits, ok bool) {
	var slots int64
	hosts := pbs.NewHosts(d.execHost)
	for hosts.Next() {
		cpus, slots = cpus+hosts.CPUs, slots+hosts.Slots
	}
	ok = hosts.Err() == nil && cpus >= 0
	if !d.has(d.columns.ncpus) {
		return cpus, false, ok
	}
	said := d.number(d.columns.ncpus)
	return cpus, said == cpus || said == slots && !hosts.Indexed, ok
}

var gpusWord = []byte("gpus=") // as in select's ngpus

// namesGPUs tells whether generic resources, NAME[:COUNT]{+NAME[:COUNT]}, hold GPUs. How many these are can't be told:
// to Moab the number is one of each task, if they belong to nodes, and others count it once.
func namesGPUs(gres []byte) bool {
	for more := len(gres) > 0; more; {
		var one []byte
		one, gres, more = bytes.Cut(gres, []byte("+"))
		name, count, _ := bytes.Cut(one, []byte(":"))
		if (string(name) == "gpus" || string(name) == "gpu") && string(count) != "0" {
			return true
		}
	}
	return false
}

// given sets ngpus to the number that exec_gpus lists: `node1-gpu/0+node1-gpu/1`.
func (d *demanded) given(column int) bool {
	gpus, sum := pbs.NewHosts(d.execGPUs), int64(0)
	for gpus.Next() {
		sum += gpus.CPUs
	}
	if gpus.Err() != nil || sum < 0 {
		d.failures[column]++
		return false
	}
	d.setNumber(column, sum)
	return true
}

// ngpus sets the GPUs, where Resource_List.ngpus does not say them.
func (d *demanded) ngpus() {
	column := d.columns.ngpus
	switch {
	case d.hasWanted && d.wanted.HasGPUs:
		d.setNumber(column, d.wanted.GPUs)
	case d.counted.HasGPUs:
		d.setNumber(column, d.counted.GPUs)
	case d.gpus != nil && d.tryNumber(column, d.gpus):
	case d.gpu != nil && d.tryNumber(column, d.gpu):
	case d.hasTasked && d.tasked.HasGPUs:
		d.setNumber(column, d.tasked.GPUs)
	case d.execGPUs != nil && d.given(column):
	case d.spec != nil && bytes.Contains(d.spec, gpusWord):
		if sum, err := pbs.SelectTotals(d.spec); err == nil && sum.HasNGPUs {
			d.setNumber(column, sum.NGPUs)
		} else if sum.BadNGPUs {
			d.failures[column]++
		}
	case namesGPUs(d.gres):
		d.failures[column]++
	}
}

var memWord = []byte("mem=")

// mem sets the memory, where Resource_List.mem does not say it.
func (d *demanded) mem() {
	column := d.columns.mem
	switch {
	case d.hasTasked && d.tasked.HasMem:
		d.setNumber(column, d.tasked.Mem)
	case d.spec != nil && bytes.Contains(d.spec, memWord):
		if n, ok, err := pbs.SelectMemory(d.spec); err != nil {
			d.failures[column]++
		} else if ok {
			d.setNumber(column, n)
		}
	}
}
