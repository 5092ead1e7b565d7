package generate

import (
	"fmt"
	"strconv"
	"strings"
)

// A shape is a sort of job that a machine's users submit: where it goes, what it asks for, how long it takes.
type shape struct {
	Weight    int      `toml:"weight"` // share among the profile's common shapes
	Story     string   `toml:"story"`  // what it is drawn for, if it is not common
	Route     []string `toml:"route"`  // queues in the order of the Q records; the job runs in the last
	Select    string   `toml:"select"` // Resource_List.select as it stands in the record; n%: so much of the kind's nodes
	Place     string   `toml:"place"`
	Nodes     string   `toml:"nodes"`     // kind of nodes it runs on
	Walltimes []string `toml:"walltimes"` // as written; one is drawn per campaign
	Run       [2]int64 `toml:"run"`       // seconds, shortest and longest typical run
	Load      int64    `toml:"load"`      // CPU use of each CPU asked for, in percent
	Used      [2]int64 `toml:"used"`      // memory used, in percent of that asked for
	Priority  []string `toml:"priority"`  // job_priority values to draw from; none: the machine's records have none
	Ahead     int64    `toml:"ahead"`     // seconds by which it goes before others, as if submitted so much earlier
	Preempt   string   `toml:"preempt"`   // preempt_targets; "" for none
	GPUFlag   string   `toml:"gpu_flag"`  // mps in Resource_List, as Casper's execution queues have it
	Order     string   `toml:"order"`     // resources of a vnode in exec_vnode, in this order
	Split     bool     `toml:"split"`     // one chunk over two vnodes of a host: (h[1]:…+h[0]:…)
	Together  bool     `toml:"together"`  // all chunks on one host
	Memory    string   `toml:"memory"`    // Resource_List.mem where it is not the sum in gb
	VnodeMem  string   `toml:"vnode_mem"` // memory of a vnode, where it is not the chunk's
	Default   string   `toml:"default"`   // memory of a chunk that does not say
	RouteMem  string   `toml:"route_mem"` // Resource_List.mem while in the routing queue; "-" for none, "" for the same
	Names     []string `toml:"names"`     // job name stems; none: invented words
	Energy    bool     `toml:"energy"`    // x-ncar-* counters
	Uniform   bool     `toml:"uniform"`   // vmem equals mem, as Casper's MoMs report

	// quantiles of run times in seconds, evenly spaced, of a profile with exits; none: about run
	Runs      []int64 `toml:"runs"`
	Campaigns int     `toml:"campaigns"` // users who submit it, each in his way; 0: eight

	kind      int  // index of Nodes
	exclusive bool // whole nodes: index 0, assigned resources are the node's
}

// chunk is one term of a select.
type chunk struct {
	count   int
	ncpus   int64
	ngpus   int64
	mpi     int64 // -1: not named
	omp     int64 // -1: not named
	memKB   int64 // -1: not named
	mps     bool
	cpuType string
	gpuType string
}

// parseSelect reads the select specifications of profiles; memory is in the spellings that shapes use.
func parseSelect(sel string) ([]chunk, error) {
	var chunks []chunk
	for term := range strings.SplitSeq(sel, "+") {
		c := chunk{count: 1, ncpus: -1, mpi: -1, omp: -1, memKB: -1}
		for i, part := range strings.Split(term, ":") {
			key, value, found := strings.Cut(part, "=")
			if !found && i == 0 {
				n, err := strconv.Atoi(part)
				if err != nil {
					return nil, fmt.Errorf("generate: select %q: %w", sel, err)
				}
				c.count = n
				continue
			}
			if err := c.set(key, value); err != nil {
				return nil, fmt.Errorf("generate: select %q: %w", sel, err)
			}
		}
		chunks = append(chunks, c)
	}
	return chunks, nil
}

func (c *chunk) set(key, value string) (err error) {
	number := func(to *int64) { *to, err = strconv.ParseInt(value, 10, 64) }
	switch key {
	case "ncpus":
		number(&c.ncpus)
	case "ngpus":
		number(&c.ngpus)
	case "mpiprocs":
		number(&c.mpi)
	case "ompthreads":
		number(&c.omp)
	case "mem":
		c.memKB, err = kilobytes(value)
	case "mps":
		c.mps = true
	case "cpu_type":
		c.cpuType = value
	case "gpu_type":
		c.gpuType = value
	}
	return err
}

// kilobytes reads a size: a number, one of k m g t, and b or w (8 bytes) in any case; bare numbers are bytes. Parts of
// a kilobyte round up, as PBS does when it assigns memory to a vnode.
func kilobytes(size string) (int64, error) {
	b, err := sizeBytes(size)
	return (b + 1023) / 1024, err
}

// sizeBytes reads a size in PBS's spelling (OpenPBS src/lib/Libattr/attr_fn_size.c, to_size).
func sizeBytes(size string) (int64, error) {
	s := strings.ToLower(size)
	unit := int64(1)
	switch {
	case strings.HasSuffix(s, "b"):
		s = s[:len(s)-1]
	case strings.HasSuffix(s, "w"):
		s, unit = s[:len(s)-1], 8
	}
	if s != "" {
		if i := strings.IndexByte("kmgtp", s[len(s)-1]); i >= 0 {
			s, unit = s[:len(s)-1], unit<<(10*(i+1))
		}
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("size %q: %w", size, err)
	}
	return n * unit, nil
}
