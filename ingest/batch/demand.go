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

	execVnode, execHost, nodes, needNodes, slots, nodeCount, startCount []byte
	tasks, procs, gpus, cpuType, gpuType                                []byte

	spec []byte // select
}

// take keeps an attribute that no column took.
func (o *others) take(a *pbs.Attr) {
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
		o.slots = a.Value
	case pbs.NodeCount:
		o.nodeCount = a.Value
	case pbs.StartCount:
		o.startCount = a.Value
	case pbs.TaskRequest:
		o.tasks = a.Value
	case pbs.ReqProcs:
		o.procs = a.Value
	case pbs.ReqGPUs:
		o.gpus = a.Value
	case pbs.ReqCPUType:
		o.cpuType = a.Value
	case pbs.ReqGPUType:
		o.gpuType = a.Value
	}
}

// ruledKeys are the attributes that take keeps.
var ruledKeys = []pbs.Key{
	pbs.ExecVnode, pbs.ExecHost, pbs.ReqNodes, pbs.ReqNeedNodes, pbs.ExecutionSlots, pbs.NodeCount, pbs.StartCount,
	pbs.TaskRequest, pbs.ReqProcs, pbs.ReqGPUs, pbs.ReqCPUType, pbs.ReqGPUType,
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

// demand fills what the row lacks of these columns, or has from a default. It returns whether it took
// Resource_List.ncpus for one, and set another number.
func (r *rows) demand(c *demandColumns, o *others) (overruled bool) {
	r.fillNumber(c.nodect, o.nodeCount)
	r.fillNumber(c.runs, o.startCount)
	said := r.has(c.ncpus)
	if said && o.dialect == pbs.OpenPBS && r.has(c.ngpus) && r.has(c.mem) {
		return false
	}
	d := demanded{rows: r, columns: c, others: o}
	d.read()
	if !said {
		d.cpus()
	} else if o.dialect == pbs.Torque {
		first := r.number(c.ncpus)
		d.cpus()
		overruled = r.number(c.ncpus) != first
	}
	if !r.has(c.ngpus) {
		d.ngpus()
	}
	if !r.has(c.mem) {
		d.mem()
	}
	return overruled
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
	tasked    pbs.Tasks
	hasTasked bool
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

// ngpus sets the GPUs, where Resource_List.ngpus does not say them.
func (d *demanded) ngpus() {
	column := d.columns.ngpus
	switch {
	case d.hasWanted && d.wanted.HasGPUs:
		d.setNumber(column, d.wanted.GPUs)
	case d.gpus != nil && d.tryNumber(column, d.gpus):
	case d.hasTasked && d.tasked.HasGPUs:
		d.setNumber(column, d.tasked.GPUs)
	case d.spec != nil && bytes.Contains(d.spec, gpusWord):
		if sum, err := pbs.SelectTotals(d.spec); err == nil && sum.HasNGPUs {
			d.setNumber(column, sum.NGPUs)
		} else if sum.BadNGPUs {
			d.failures[column]++
		}
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
