package generate

import (
	"fmt"
	"strconv"
	"strings"
)

// torqueDialect is that of Torque 5: acct_job and its callers in src/server/accounting.c. Nothing is quoted, S ends
// with a blank, R is empty, and nothing tells how long a job was eligible.
type torqueDialect struct{}

func (torqueDialect) overtime() int64 { return -11 } // JOB_EXEC_OVERLIMIT_WT, Torque src/include/pbs_job.h

func (torqueDialect) failures() []int64 { return torqueFailures }

var torqueFailures = []int64{1, 1, 1, 1, 1, 2, 126, 127, 134, 137, 139, 255, 265, 271, -10, -12, -3}

func (torqueDialect) checkpoint(letter byte) []byte {
	if letter == 'T' {
		return []byte("Restart from checkpoint")
	}
	return []byte("Checkpointed and held")
}

func (torqueDialect) serverRecords(*simulation, *slot, int) {}

// exitClass: Torque src/include/pbs_job.h for the negative ones.
func (torqueDialect) exitClass(status int64) string {
	if status < 0 && status >= -12 && status <= -10 {
		return "pbs_limit"
	}
	return statusClass(status)
}

// describe puts together what Torque writes of a campaign's every job: the chunks of select as nodes.
func (torqueDialect) describe(c *campaign, chunks []chunk) error {
	var nodes []string
	gpus := false
	for _, ch := range chunks {
		n := strconv.Itoa(ch.count)
		if ch.ncpus > 1 {
			n += fmt.Sprintf(":ppn=%d", ch.ncpus)
		}
		if ch.ngpus > 0 {
			n += fmt.Sprintf(":gpus=%d", ch.ngpus)
			gpus = true
		}
		nodes = append(nodes, n)
	}
	mem := c.Memory
	if mem == "" && c.memKB > 0 {
		mem = sizeText(c.memKB)
	}
	spec, head := strings.Join(nodes, "+"), ""
	var memBytes int64
	if mem != "" {
		var err error
		if memBytes, err = sizeBytes(mem); err != nil {
			return fmt.Errorf("generate: %w", err)
		}
		head = "Resource_List.mem=" + mem + " "
	}
	c.resources = fmt.Sprintf(
		"%sResource_List.neednodes=%s Resource_List.nodect=%d Resource_List.nodes=%s Resource_List.walltime=%s ", head,
		spec, c.nodes, spec, c.walltimeText,
	)
	c.slotted = true
	var b []byte
	b = appendNumber(b, "ncpus", c.ncpus, true)
	b = appendNumber(b, "ngpus", c.ngpus, gpus)
	b = appendNumber(b, "nodect", int64(c.nodes), true)
	b = appendNumber(b, "mem_requested_bytes", memBytes, mem != "")
	for _, key := range []string{"mpiprocs", "ompthreads", "cpu_type", "gpu_type", "select_spec", "place"} {
		b = appendNull(b, key)
	}
	c.truth = string(b)
	return nil
}

func (torqueDialect) queued(b []byte, _ *job, queue string, _ int64, _ string) []byte {
	return append(append(b, "queue="...), queue...)
}

// started is the text of an S record, and the head of an E record.
func (torqueDialect) started(b []byte, j *job) []byte {
	b = append(append(b, "user="...), j.c.user...)
	b = append(append(b, " group="...), j.c.group...)
	if !j.noAcct {
		b = append(append(b, " account="...), j.account...)
	}
	b = append(append(b, " jobname="...), j.name...)
	b = append(append(b, " queue="...), j.executionQueue()...)
	b = appendAttr(b, " ctime=", j.ctime)
	b = appendAttr(b, " qtime=", j.qtime)
	b = appendAttr(b, " etime=", j.etime)
	b = appendAttr(b, " start_count=", j.run)
	start := j.start
	if j.noStart {
		start = 0
	}
	b = appendAttr(b, " start=", start)
	b = append(append(append(b, " owner="...), j.c.user...), j.c.from...)
	b = append(append(b, " exec_host="...), j.place.host...)
	return append(append(b, ' '), j.c.resources...)
}

func (d torqueDialect) ended(b []byte, j *job) []byte {
	b = appendAttr(d.started(b, j), "session=", j.session)
	b = appendAttr(b, " total_execution_slots=", j.c.ncpus)
	b = appendAttr(b, " unique_node_count=", int64(len(j.place.shares)))
	b = appendAttr(b, " end=", j.end)
	if !j.noExit {
		b = appendOr(b, " Exit_status=", j.badExit, j.exit)
	}
	u := &j.use
	b = appendDuration(append(b, " resources_used.cput="...), u.cput)
	b = append(b, " resources_used.mem="...)
	switch {
	case j.badMem != nil:
		b = append(b, j.badMem...)
	case u.zeroMem:
		b = append(b, "0kb"...)
	default:
		b = append(strconv.AppendInt(b, u.memKB, 10), "kb"...)
	}
	b = append(appendAttr(b, " resources_used.vmem=", u.vmemKB), "kb"...)
	return appendDuration(append(b, " resources_used.walltime="...), u.wall)
}

// requeued is empty: Torque says of a run that is thrown away when it ended, and no more.
func (torqueDialect) requeued(b []byte, _ *job) []byte { return b }

// addSlots writes the cores that a job has of a node by their numbers, as ranges.
func (p *placement) addSlots(c *campaign, h *held) {
	ch := &c.chunks[h.chunk]
	name := len(p.names)
	p.names = c.at.appendHost(p.names, int(h.node))
	if len(p.host) > 0 {
		p.host = append(p.host, '+')
	}
	p.host = append(append(p.host, p.names[name:]...), '/')
	for first := int64(0); first < numbered; {
		if h.slots&(1<<first) == 0 {
			first++
			continue
		}
		last := first
		for last+1 < numbered && h.slots&(1<<(last+1)) != 0 {
			last++
		}
		if p.host[len(p.host)-1] != '/' {
			p.host = append(p.host, ',')
		}
		p.host = strconv.AppendInt(p.host, first, 10)
		if last > first {
			p.host = strconv.AppendInt(append(p.host, '-'), last, 10)
		}
		first = last + 1
	}
	p.shares = append(p.shares, share{name, len(p.names), ch.ncpus, -1, -1})
}
