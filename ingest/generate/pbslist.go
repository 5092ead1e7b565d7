package generate

import (
	"fmt"
	"strings"
)

// describe puts together what PBS Professional writes of a campaign's every job.
func (pbsDialect) describe(c *campaign, chunks []chunk) error {
	mem := c.Memory
	if mem == "" {
		mem = sizeText(c.memKB)
	}
	memBytes, err := sizeBytes(mem)
	if err != nil {
		return fmt.Errorf("generate: %w", err)
	}
	r := requests(chunks)
	first := mem
	if c.RouteMem != "" {
		first = strings.TrimPrefix(c.RouteMem, "-")
	}
	c.firstResources = c.list(first, r.mpi, false)
	c.resources = c.list(mem, r.mpi, true)
	c.assigned = c.assign()
	c.truth = staticTruth(c, r, memBytes)
	return nil
}

// list renders Resource_List in the machine's order. Preemption and GPU sharing are set when a job reaches its
// execution queue.
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
	if placed && c.GPUFlag != "" {
		attr("mps", c.GPUFlag)
	}
	attr("ncpus", c.ncpus)
	attr("ngpus", c.ngpus)
	attr("nodect", c.nodes)
	attr("place", c.Place)
	if placed && c.Preempt != "" {
		attr("preempt_targets", c.Preempt)
	}
	attr("select", c.sel)
	attr("walltime", c.walltimeText)
	return b.String()
}

// assign renders resource_assigned: whole nodes where they are exclusive.
func (c *campaign) assign() string {
	if c.exclusive {
		n := int64(c.nodes) * c.at.memKB >> 10
		s := fmt.Sprintf("resource_assigned.mem=%dmb resource_assigned.ncpus=%d resource_assigned.vmem=%dmb ",
			n, int64(c.nodes)*c.at.Cores, n)
		if c.ngpus > 0 {
			s += fmt.Sprintf("resource_assigned.ngpus=%d ", c.ngpus)
		}
		return s
	}
	s := fmt.Sprintf("resource_assigned.mem=%dkb resource_assigned.ncpus=%d ", c.memKB, c.ncpus)
	if c.ngpus > 0 || c.Energy {
		s += fmt.Sprintf("resource_assigned.ngpus=%d ", c.ngpus)
	}
	return s
}
