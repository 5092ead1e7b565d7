package batch

import (
	"pbsduck/ingest/pbs"
	"pbsduck/ingest/schema"
)

// jobColumns are the places of the columns of jobs that rules fill or read.
type jobColumns struct {
	id, machine, jobID, shortID, arrayIndex, isParent, queue int
	exitStatus, exitClass, eligible, endDate                 int
	ranks, threads, cpuType, gpuType                         int
	startEstimated, endEstimated, flags                      int

	span   spanColumns
	demand demandColumns
}

func findJobColumns(t schema.Table) jobColumns {
	return jobColumns{
		id: t.Index("id"), machine: t.Index("machine"), jobID: t.Index("job_id"), shortID: t.Index("short_id"),
		arrayIndex: t.Index("array_index"), isParent: t.Index("is_array_parent"), queue: t.Index("queue"),
		exitStatus: t.Index("exit_status"), exitClass: t.Index("exit_class"), eligible: t.Index("became_eligible_time"),
		endDate: t.Index("end_date"), ranks: t.Index("mpiprocs"), threads: t.Index("ompthreads"),
		cpuType: t.Index("cpu_type"), gpuType: t.Index("gpu_type"),
		startEstimated: t.Index("start_is_estimated"), endEstimated: t.Index("end_is_estimated"),
		flags: t.Index("flags"), span: findSpanColumns(t), demand: findDemandColumns(t),
	}
}

// job fills the cells of a jobs row from an E record, but for id and flags; logged is the instant at its head. It
// returns why the record can't be a job, or "".
func (b *Builder) job(r *pbs.Record, logged int64) (o others, doubts doubts, problem string) {
	j, c := b.jobs, &b.column
	j.begin(r.Flags&pbs.NotUTF8 != 0)
	for i := range r.Attrs {
		if a := &r.Attrs[i]; a.Key != pbs.Unknown && !j.take(a) {
			o.take(a)
		}
	}
	j.doubtRepeats(r, &o)
	j.takeShared(r)
	if !j.has(c.span.submit) {
		j.drop()
		return o, 0, "E record without a valid ctime: a job is known by machine, id and submit time"
	}
	o.readDialect(r)
	b.identity(r.ID)
	doubts = b.times(r, logged)
	b.resources(r, &o)
	if j.has(c.exitStatus) {
		j.setString(c.exitClass, string(o.dialect.ClassifyExit(j.number(c.exitStatus))))
	}
	return o, doubts, ""
}

// identity fills what the job id says.
func (b *Builder) identity(id []byte) {
	j, c := b.jobs, &b.column
	j.setText(c.machine, b.machine)
	j.setText(c.jobID, id)
	parsed, err := pbs.ParseID(id)
	if err != nil {
		if len(id) > 0 && '0' <= id[0] && id[0] <= '9' { // else it has no number
			j.fail(c.shortID)
		}
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

// times fills what PBS left out: the eligible time, a start or end that it did not know, and the local day of the end.
func (b *Builder) times(r *pbs.Record, logged int64) doubts {
	j, c := b.jobs, &b.column
	if !j.has(c.eligible) {
		j.setNumber(c.eligible, j.number(c.span.submit))
	}
	s := j.span(r, &c.span, logged)
	j.setNumber(c.startEstimated, truth(s.startEstimated))
	j.setNumber(c.endEstimated, truth(s.endEstimated))
	if j.has(c.span.end) {
		j.setNumber(c.endDate, b.calendar.Day(j.number(c.span.end)/microsecond))
	}
	return s.doubts
}

// resources fills what the job asked for.
func (b *Builder) resources(r *pbs.Record, o *others) {
	j, c := b.jobs, &b.column
	if o.spec, _ = r.Value(pbs.ReqSelect); o.spec != nil {
		b.chunks(o)
	}
	if !j.has(c.cpuType) && o.cpuType != nil {
		j.setLimited(c.cpuType, o.cpuType)
	}
	if !j.has(c.gpuType) && o.gpuType != nil {
		j.setLimited(c.gpuType, o.gpuType)
	}
	b.fillTypes()
	j.demand(&c.demand, o)
}

// chunks fills what select says per chunk.
func (b *Builder) chunks(o *others) {
	j, c := b.jobs, &b.column
	sum, err := pbs.SelectTotals(o.spec)
	if err != nil {
		j.failures[c.threads]++
		return
	}
	switch {
	case j.has(c.ranks):
	case sum.HasMPIProcs:
		j.setNumber(c.ranks, sum.MPIProcs)
	case sum.BadMPIProcs:
		j.failures[c.ranks]++
	}
	switch {
	case sum.HasOMPThreads:
		j.setNumber(c.threads, sum.OMPThreads)
	case sum.BadOMPThreads:
		j.failures[c.threads]++
	}
	if sum.CPUType != nil {
		j.setLimited(c.cpuType, sum.CPUType)
	}
	if sum.GPUType != nil {
		j.setLimited(c.gpuType, sum.GPUType)
	}
}

// fillTypes says what the job's queue has where the record does not say.
func (b *Builder) fillTypes() {
	j, c := b.jobs, &b.column
	if len(b.chips) == 0 || !j.has(c.queue) {
		return
	}
	chip := b.chips[string(j.text(c.queue))]
	if !j.has(c.cpuType) && chip.CPUType != "" {
		j.setString(c.cpuType, chip.CPUType)
	}
	if !j.has(c.gpuType) && chip.GPUType != "" {
		j.setString(c.gpuType, chip.GPUType)
	}
}
