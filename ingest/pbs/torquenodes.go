package pbs

import "bytes"

// Nodes is what Torque's Resource_List.nodes asks for.
type Nodes struct {
	Count int64 // nodes
	CPUs  int64 // sum of nodes x ppn, where ppn is 1 in a part that does not name it; if HasCPUs
	GPUs  int64 // sum of nodes x gpus over the parts that name it; if HasGPUs

	HasCPUs, HasGPUs bool // at least one part names ppn, gpus
}

// ParseNodes reads a nodes request:
//
//	nodes := ["nodes="] part { "+" part } [ "#" SHARING ]
//	part  := (COUNT | HOST) { ":" PROPERTY }
//
// where a property may be ppn=N or gpus=N, which some sites write gpu=N; others are stepped over. So
// `2:ppn=8`, `1:ppn=28:gpus=1:default`, `nodeA+nodeB:ppn=2`. The nested `nodes=1:ppn=1` and the mangled `1pn=4` for
// `1:ppn=4` occur in real logs.
func ParseNodes(b []byte) (Nodes, error) {
	if len(b) == 0 {
		return Nodes{}, invalid("nodes", 0, ErrEmpty)
	}
	var n Nodes
	start := 0
	if bytes.HasPrefix(b, []byte("nodes=")) {
		start = len("nodes=")
	}
	end := len(b)
	if sharing := bytes.LastIndexByte(b, '#'); sharing >= start {
		end = sharing
	}
	for more := true; more; {
		length := bytes.IndexByte(b[start:end], '+')
		if more = length >= 0; !more {
			length = end - start
		}
		if err := n.addPart(b[start : start+length]); err != nil {
			return Nodes{}, invalid("nodes", start, err)
		}
		start += length + 1
	}
	if !n.HasCPUs {
		n.CPUs = 0
	}
	return n, nil
}

// addPart counts in one part of the request.
func (n *Nodes) addPart(part []byte) error {
	count, properties, err := leadingNodes(part)
	ppn, gpus := optionalCount{}, optionalCount{}
	for more := properties != nil; more && err == nil; {
		var property []byte
		property, properties, more = bytes.Cut(properties, []byte(":"))
		name, value, valued := bytes.Cut(property, []byte("="))
		switch string(name) {
		case "":
			err = ErrSyntax
		case "ppn", "pn": // "pn" where 1:ppn=4 was mangled to 1pn=4
			err = ppn.parse(value)
		case "gpus":
			if valued { // else what such nodes are called
				err = gpus.parse(value)
			}
		case "gpu": // some site's own, and may be another's kind of GPU
			_ = gpus.parse(value)
		}
	}
	if err != nil {
		return err
	}
	if !ppn.set {
		ppn.n = 1
	}
	return n.add(count, ppn, gpus)
}

// leadingNodes takes the count or the host name off a part. properties is nil where none follow.
func leadingNodes(part []byte) (count int64, properties []byte, err error) {
	first, properties, _ := bytes.Cut(part, []byte(":"))
	count, end, err := scanInt(first, 0)
	switch {
	case len(first) == 0:
		return 0, nil, ErrSyntax
	case end == len(first):
		return count, properties, err
	case end > 0 && bytes.HasPrefix(first[end:], []byte("pn=")):
		return count, part[end:], err
	case bytes.IndexByte(first, '=') >= 0: // a property without a count
		return 1, part, nil
	}
	return 1, properties, nil
}

func (n *Nodes) add(count int64, ppn, gpus optionalCount) error {
	var nodesOK, cpusOK, gpusOK bool
	n.Count, nodesOK = addProduct(n.Count, count, 1)
	n.CPUs, cpusOK = addProduct(n.CPUs, count, ppn.n)
	n.GPUs, gpusOK = addProduct(n.GPUs, count, gpus.n)
	n.HasCPUs = n.HasCPUs || ppn.set
	n.HasGPUs = n.HasGPUs || gpus.set
	if !nodesOK || !cpusOK || !gpusOK {
		return ErrOverflow
	}
	return nil
}
