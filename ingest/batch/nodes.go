package batch

import (
	"bytes"

	"github.com/zeebo/xxh3"

	"pbsduck/ingest/pbs"
)

// A node is what a job holds on one node, summed over the chunks that PBS put there.
type node struct {
	name             []byte
	cpus, gpus, mem  int64
	slots            int64 // cpus, if lone numbers of exec_host are how many there are
	hasCPU, hasGPU   bool
	hasMem           bool
	nextWithSameHash int32 // index+1 into nodeSet.list
}

// A nodeSet sums up the nodes of one job, in the order of the record.
type nodeSet struct {
	list   []node
	byHash map[uint64]int32 // index+1 of the first node with that hash
	vnodes pbs.Vnodes

	indexed bool // the lone numbers of exec_host are no slots
}

// manyNodes is from where a map finds a node faster than a look at each.
const manyNodes = 16

func (s *nodeSet) clear() {
	if len(s.list) >= manyNodes {
		clear(s.byHash)
	}
	s.list, s.indexed = s.list[:0], false
}

// at gives the node of that name, adding it if it is new.
func (s *nodeSet) at(name []byte) *node {
	n, hash := s.find(name)
	if n != nil {
		return n
	}
	n = s.add(name)
	if len(s.list) > manyNodes {
		n.nextWithSameHash = s.byHash[hash]
		s.byHash[hash] = int32(len(s.list))
	}
	return n
}

// find gives the node of that name, or nil, and where a map finds nodes the hash of the name.
func (s *nodeSet) find(name []byte) (n *node, hash uint64) {
	if len(s.list) < manyNodes {
		for i := range s.list {
			if bytes.Equal(s.list[i].name, name) {
				return &s.list[i], 0
			}
		}
		return nil, 0
	}
	if len(s.byHash) == 0 {
		s.index()
	}
	hash = xxh3.Hash(name)
	for i := s.byHash[hash]; i > 0; i = s.list[i-1].nextWithSameHash {
		if bytes.Equal(s.list[i-1].name, name) {
			return &s.list[i-1], hash
		}
	}
	return nil, hash
}

func (s *nodeSet) add(name []byte) *node {
	s.list = append(s.list, node{name: name})
	return &s.list[len(s.list)-1]
}

func (s *nodeSet) index() {
	if s.byHash == nil {
		s.byHash = make(map[uint64]int32)
	}
	for i := range s.list {
		h := xxh3.Hash(s.list[i].name)
		s.list[i].nextWithSameHash = s.byHash[h]
		s.byHash[h] = int32(i + 1)
	}
}

// fill reads exec_vnode, or exec_host where there is none. It returns false if the text is malformed, and the set is
// empty then.
func (s *nodeSet) fill(o *others) bool {
	s.clear()
	ok := true
	switch {
	case o.execVnode != nil:
		ok = s.fillVnodes(o.execVnode)
	case o.execHost != nil:
		ok = s.fillHosts(o.execHost)
	}
	if !ok {
		s.clear()
	}
	return ok
}

func (s *nodeSet) fillVnodes(text []byte) bool {
	s.indexed = true // there are no lone numbers
	vnodes := &s.vnodes
	vnodes.Reset(text)
	for vnodes.Next() {
		n := s.at(vnodes.Name)
		if vnodes.HasNCPUs {
			n.cpus, n.hasCPU = n.cpus+vnodes.NCPUs, true
		}
		if vnodes.HasNGPUs {
			n.gpus, n.hasGPU = n.gpus+vnodes.NGPUs, true
		}
		if vnodes.HasMem {
			n.mem, n.hasMem = n.mem+int64(vnodes.MemBytes), true
		}
		if n.cpus < 0 || n.gpus < 0 || n.mem < 0 {
			return false // overflow
		}
	}
	return vnodes.Err() == nil
}

func (s *nodeSet) fillHosts(text []byte) bool {
	hosts := pbs.NewHosts(text)
	for hosts.Next() {
		n := s.at(hosts.Name)
		n.cpus, n.slots, n.hasCPU = n.cpus+hosts.CPUs, n.slots+hosts.Slots, true
		if n.cpus < 0 || n.slots < 0 {
			return false // overflow
		}
	}
	s.indexed = hosts.Indexed
	return hosts.Err() == nil
}

// gpuSuffix is what Torque puts behind the name of a node in exec_gpus: `node1-gpu/0+node1-gpu/1`.
var gpuSuffix = []byte("-gpu")

// fillGPUs reads exec_gpus, beside exec_host. It returns false if the text is malformed, or names a node that is not
// there; then no node has GPUs.
func (s *nodeSet) fillGPUs(text []byte) bool {
	gpus, ok := pbs.NewHosts(text), true
	for ok && gpus.Next() {
		n, _ := s.find(bytes.TrimSuffix(gpus.Name, gpuSuffix))
		if ok = n != nil; ok {
			n.gpus, n.hasGPU = n.gpus+gpus.CPUs, true
			ok = n.gpus >= 0 // else overflow
		}
	}
	if ok = ok && gpus.Err() == nil; !ok {
		for i := range s.list {
			s.list[i].hasGPU = false
		}
	}
	return ok
}

// fit makes the cpus of the nodes those of the job, if the lone numbers of exec_host are that many slots, and no
// indexes. It returns whether the nodes' sum is the job's.
func (s *nodeSet) fit(ncpus int64) bool {
	var cpus, slots int64
	known := false
	for i := range s.list {
		n := &s.list[i]
		cpus, slots, known = cpus+n.cpus, slots+n.slots, known || n.hasCPU
	}
	if !known || cpus == ncpus {
		return true
	}
	if slots != ncpus || s.indexed {
		return false
	}
	for i := range s.list {
		s.list[i].cpus = s.list[i].slots
	}
	return true
}

// nodeRows writes the nodes of the job whose row is at hand.
func (b *Builder) nodeRows(id int64, o *others, foreign bool) (d doubts) {
	if !b.nodeSet.fill(o) {
		b.nodes.failures[1]++
		return 0
	}
	if o.execVnode == nil && o.execHost != nil && o.execGPUs != nil && !b.nodeSet.fillGPUs(o.execGPUs) {
		b.nodes.failures[3]++
	}
	if ncpus := b.column.demand.ncpus; b.jobs.has(ncpus) && !b.nodeSet.fit(b.jobs.number(ncpus)) {
		d = nodesDisagree
	}
	rows := b.nodes
	for i := range b.nodeSet.list {
		n := &b.nodeSet.list[i]
		rows.begin(foreign)
		rows.setNumber(0, id)
		rows.setText(1, n.name)
		if n.hasCPU {
			rows.setNumber(2, n.cpus)
		}
		if n.hasGPU {
			rows.setNumber(3, n.gpus)
		}
		if n.hasMem {
			rows.setNumber(4, n.mem)
		}
		rows.setNumber(5, 1)
		rows.end()
	}
	return d
}
