package generate

import "strconv"

// A dialect is how a family of servers writes.
type dialect interface {
	describe(c *campaign, chunks []chunk) error // puts together what the records of all jobs of a campaign share
	queued(b []byte, j *job, queue string, etime int64, resources string) []byte
	started(b []byte, j *job) []byte
	ended(b []byte, j *job) []byte
	requeued(b []byte, j *job) []byte
	checkpoint(letter byte) []byte
	serverRecords(s *simulation, at *slot, quota int) // what the server says of its own accord
	overtime() int64                                  // Exit_status of a job that took more time than it asked for
	failures() []int64                                // of others, the common ones more than once
	exitClass(status int64) string
}

var dialects = map[string]dialect{"pbs": pbsDialect{}, "torque": torqueDialect{}}

// pbsDialect is that of PBS Professional. It follows acct_job and its callers in OpenPBS src/server/accounting.c: fixed
// order, one blank after each attribute, so that Q, S and c end with a blank and E, R, u and e do
// not.
type pbsDialect struct{}

func (pbsDialect) overtime() int64 { return -29 } // JOB_EXEC_KILL_WALLTIME, OpenPBS src/include/job.h

func (pbsDialect) failures() []int64 { return pbsFailures }

var pbsFailures = []int64{1, 1, 1, 1, 1, 2, 126, 127, 134, 137, 139, 255, 265, 271, -27, -11, -16}

func (pbsDialect) checkpoint(byte) []byte { return nil }

// appendHead writes user= … etime=, as every record of job data begins.
func (j *job) appendHead(b []byte, queue string, etime int64) []byte {
	b = append(append(b, "user="...), j.c.user...)
	b = append(append(b, " group="...), j.c.group...)
	if !j.noAcct {
		b = append(append(append(b, ` account="`...), j.account...), '"')
	}
	b = append(append(b, " project=_pbs_project_default jobname="...), j.name...)
	b = append(append(b, " queue="...), queue...)
	b = append(b, j.resv...)
	b = appendAttr(b, " ctime=", j.ctime)
	b = appendAttr(b, " qtime=", j.qtime)
	if j.noEtime {
		return b
	}
	return appendAttr(b, " etime=", etime)
}

// queued is the text of a Q record.
func (pbsDialect) queued(b []byte, j *job, queue string, etime int64, resources string) []byte {
	b = j.appendHead(b, queue, etime)
	b = append(append(b, j.depend...), j.indices...)
	return append(append(b, ' '), resources...)
}

// appendRun writes what S, R, E, u, c and e have in common, up to and with the blank after Resource_List.
func (j *job) appendRun(b []byte, indices bool) []byte {
	b = j.appendHead(b, j.executionQueue(), j.etime)
	start := j.start
	if j.noStart {
		start = 0
	}
	b = appendAttr(b, " start=", start)
	if indices {
		b = append(b, j.indices...)
	}
	if !j.parent {
		b = append(append(b, " exec_host="...), j.place.host...)
		b = append(append(b, " exec_vnode="...), j.place.vnode...)
	}
	return append(append(b, ' '), j.c.resources...)
}

// started is the text of an S record.
func (pbsDialect) started(b []byte, j *job) []byte {
	b = j.appendRun(b, true)
	if j.parent {
		return b
	}
	return append(b, j.c.assigned...)
}

// requeued is the text of an R record: that of an E record.
func (d pbsDialect) requeued(b []byte, j *job) []byte { return d.ended(b, j) }

// ended is the text of an E record.
func (pbsDialect) ended(b []byte, j *job) []byte {
	b = j.appendRun(b, j.noStart)
	b = appendAttr(b, "session=", j.session)
	b = appendAttr(b, " end=", j.end)
	if !j.noExit {
		b = appendOr(b, " Exit_status=", j.badExit, j.exit)
	}
	if !j.bare {
		b = j.appendUsed(append(b, ' '))
	}
	return j.appendCounts(b)
}

// appendPhase is the text of a u or e record: no end, and two blanks where it would stand.
func (j *job) appendPhase(b []byte) []byte {
	b = appendAttr(j.appendRun(b, false), "session=", j.session)
	b = append(j.appendCounts(b), "  "...)
	return j.appendUsed(b)
}

func (j *job) appendCounts(b []byte) []byte {
	if !j.noElig {
		b = appendDuration(append(b, " eligible_time="...), j.eligible)
	}
	return appendAttr(b, " run_count=", j.run)
}

// appendUsed writes resources_used.* without a blank around.
func (j *job) appendUsed(b []byte) []byte {
	u := &j.use
	b = appendOr(b, "resources_used.cpupercent=", j.badPercent, u.percent)
	b = appendDuration(append(b, " resources_used.cput="...), u.cput)
	switch {
	case j.badMem != nil:
		b = append(append(b, " resources_used.mem="...), j.badMem...)
	case u.zeroMem:
		b = append(b, " resources_used.mem=0b"...)
	default:
		b = append(appendAttr(b, " resources_used.mem=", u.memKB), "kb"...)
	}
	b = appendAttr(b, " resources_used.ncpus=", j.c.ncpus)
	if j.note != nil {
		b = append(append(b, " resources_used.note="...), j.note...)
	}
	b = append(appendAttr(b, " resources_used.vmem=", u.vmemKB), "kb"...)
	b = append(b, " resources_used.walltime="...)
	if j.badWall != nil {
		b = append(b, j.badWall...)
	} else {
		b = appendDuration(b, u.wall)
	}
	if j.c.Energy {
		b = u.energy.append(b)
	}
	return b
}

func appendOr(b []byte, key string, text []byte, n int64) []byte {
	b = append(b, key...)
	if text != nil {
		return append(b, text...)
	}
	return strconv.AppendInt(b, n, 10)
}

// append writes Derecho's counters, in the order in which its server writes them.
func (e *energy) append(b []byte) []byte {
	b = appendAttr(b, " resources_used.x-ncar-cpu-energy=", e.cpu)
	b = appendAttr(b, " resources_used.x-ncar-cpu-energy-init=", e.cpu0)
	b = appendAttr(b, " resources_used.x-ncar-energy=", e.node)
	b = appendAttr(b, " resources_used.x-ncar-energy-init=", e.node0)
	for i := range e.gpu {
		b = append(append(b, " resources_used.x-ncar-gpu"...), byte('0'+i))
		b = appendAttr(b, "-energy=", e.gpu[i])
		b = append(append(b, " resources_used.x-ncar-gpu"...), byte('0'+i))
		b = appendAttr(b, "-energy-init=", e.gpu0[i])
	}
	b = appendAttr(b, " resources_used.x-ncar-memory-energy=", e.memory)
	return appendAttr(b, " resources_used.x-ncar-memory-energy-init=", e.memory0)
}
