package batch

import (
	"pbsduck/ingest/pbs"
)

// jobColumns are the places of the columns of jobs that rules fill or read.
type jobColumns struct {
	id, machine, jobID, shortID, arrayIndex, isParent, queue         int
	exitStatus, exitClass, submit, eligible, start, end, endDate     int
	walltime, ncpus, ngpus, nodect, ranks, threads, cpuType, gpuType int
	estimated                                                        int
}

func findJobColumns(t Table) jobColumns {
	return jobColumns{
		id: t.Index("id"), machine: t.Index("machine"), jobID: t.Index("job_id"), shortID: t.Index("short_id"),
		arrayIndex: t.Index("array_index"), isParent: t.Index("is_array_parent"), queue: t.Index("queue"),
		exitStatus: t.Index("exit_status"), exitClass: t.Index("exit_class"), submit: t.Index("submit_time"),
		eligible: t.Index("became_eligible_time"), start: t.Index("start_time"), end: t.Index("end_time"),
		endDate: t.Index("end_date"), walltime: t.Index("walltime_used_s"), ncpus: t.Index("ncpus"), ngpus: t.Index("ngpus"),
		nodect: t.Index("nodect"), ranks: t.Index("mpiprocs"), threads: t.Index("ompthreads"), cpuType: t.Index("cpu_type"),
		gpuType: t.Index("gpu_type"), estimated: t.Index("start_is_estimated"),
	}
}

// others are attributes that have no column of their own in jobs.
type others struct {
	execVnode, execHost, nodes, slots, nodeCount, cpuType, gpuType []byte
}

// job fills the cells of a jobs row from an E record. It returns why the
// record can't be a job, or "".
func (b *Builder) job(r *pbs.Record) (o others, problem string) {
	j, c := b.jobs, &b.column
	j.begin(r.Flags&pbs.NotUTF8 != 0)
	for i := range r.Attrs {
		if a := &r.Attrs[i]; a.Key != pbs.Unknown && !j.take(a) {
			b.other(&o, a)
		}
	}
	j.takeShared(r)
	if !j.has(c.submit) {
		j.drop()
		return o, "E record without a valid ctime: a job is known by machine, id and submit time"
	}
	b.identity(r.ID)
	b.times()
	b.resources(r, &o)
	if j.has(c.exitStatus) {
		j.setString(c.exitClass, string(pbs.ClassifyExit(j.number(c.exitStatus))))
	}
	return o, ""
}

func (b *Builder) other(o *others, a *pbs.Attr) {
	switch a.Key {
	case pbs.ExecVnode:
		o.execVnode = a.Value
	case pbs.ExecHost:
		o.execHost = a.Value
	case pbs.ReqNodes:
		o.nodes = a.Value
	case pbs.ExecutionSlots:
		o.slots = a.Value
	case pbs.NodeCount:
		o.nodeCount = a.Value
	case pbs.ReqCPUType:
		o.cpuType = a.Value
	case pbs.ReqGPUType:
		o.gpuType = a.Value
	}
}

// identity fills what the job id says.
func (b *Builder) identity(id []byte) {
	j, c := b.jobs, &b.column
	j.setText(c.machine, b.machine)
	j.setText(c.jobID, id)
	parsed, err := pbs.ParseID(id)
	if err != nil {
		j.fail(c.shortID)
		j.setNumber(c.isParent, 0)
		return
	}
	if parsed.Base >= 0 {
		j.setNumber(c.shortID, parsed.Base)
	}
	if parsed.Kind == pbs.IDArrayElement {
		j.setNumber(c.arrayIndex, parsed.Index)
	}
	j.setNumber(c.isParent, truth(parsed.Kind == pbs.IDArrayParent))
}

func truth(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// times fills what PBS left out: the eligible time, a start of 0, and the
// local day of the end.
func (b *Builder) times() {
	j, c := b.jobs, &b.column
	if !j.has(c.eligible) {
		j.setNumber(c.eligible, j.number(c.submit))
	}
	j.setNumber(c.estimated, 0)
	if !j.has(c.start) && j.has(c.end) && j.has(c.walltime) {
		j.setNumber(c.start, j.number(c.end)-j.number(c.walltime)*microsecond)
		j.setNumber(c.estimated, 1)
	}
	if j.has(c.end) {
		j.setNumber(c.endDate, b.calendar.Day(j.number(c.end)/microsecond))
	}
}

// resources fills what select says per chunk, and what Torque says elsewhere.
func (b *Builder) resources(r *pbs.Record, o *others) {
	j, c := b.jobs, &b.column
	if spec, ok := r.Value(pbs.ReqSelect); ok {
		b.chunks(spec)
	}
	if !j.has(c.cpuType) && o.cpuType != nil {
		j.setText(c.cpuType, o.cpuType)
	}
	if !j.has(c.gpuType) && o.gpuType != nil {
		j.setText(c.gpuType, o.gpuType)
	}
	b.fillTypes()
	if !j.has(c.ncpus) {
		b.torqueCPUs(o)
	}
	if !j.has(c.nodect) && o.nodeCount != nil {
		b.number(c.nodect, o.nodeCount)
	}
}

func (b *Builder) chunks(spec []byte) {
	j, c := b.jobs, &b.column
	sum, err := pbs.SelectTotals(spec)
	if err != nil {
		j.failures[c.threads]++
		return
	}
	if !j.has(c.ranks) && sum.HasMPIProcs {
		j.setNumber(c.ranks, sum.MPIProcs)
	}
	if sum.HasOMPThreads {
		j.setNumber(c.threads, sum.OMPThreads)
	}
	if sum.CPUType != nil {
		j.setText(c.cpuType, sum.CPUType)
	}
	if sum.GPUType != nil {
		j.setText(c.gpuType, sum.GPUType)
	}
}

func (b *Builder) number(column int, text []byte) {
	if n, err := pbs.ParseInt(text); err != nil {
		b.jobs.fail(column)
	} else {
		b.jobs.setNumber(column, n)
	}
}

// torqueCPUs works out ncpus where Resource_List.ncpus is missing, from the
// most to the least exact of what Torque writes.
func (b *Builder) torqueCPUs(o *others) {
	c := &b.column
	switch {
	case o.slots != nil:
		b.number(c.ncpus, o.slots)
	case o.nodes != nil:
		nodes, err := pbs.ParseNodes(o.nodes)
		if err != nil {
			b.jobs.fail(c.ncpus)
			return
		}
		if nodes.HasGPUs && !b.jobs.has(c.ngpus) {
			b.jobs.setNumber(c.ngpus, nodes.GPUs)
		}
		if nodes.HasCPUs {
			b.jobs.setNumber(c.ncpus, nodes.CPUs)
			return
		}
		b.hostCPUs(o.execHost)
	default:
		b.hostCPUs(o.execHost)
	}
}

func (b *Builder) hostCPUs(execHost []byte) {
	if execHost == nil {
		return
	}
	total := int64(0)
	hosts := pbs.NewHosts(execHost)
	for hosts.Next() {
		total += hosts.CPUs
	}
	if hosts.Err() != nil {
		b.jobs.fail(b.column.ncpus)
		return
	}
	b.jobs.setNumber(b.column.ncpus, total)
}
