package pbs

// MPP is what a request for processing elements asks for, as qsub on a Cray takes it: mppwidth of them, of mppdepth
// CPUs each, mppnppn on a node.
type MPP struct {
	CPUs  int64 // 0 where none are asked for: the job runs on a login node
	Nodes int64 // 0 where the request does not say
}

// ParseMPP reads Resource_List.mppwidth, mppdepth, mppnppn and mppnodect, of which all but the first may be missing. A
// server that does not know mppnodect writes -1.
func ParseMPP(width, depth, perNode, nodes []byte) (MPP, error) {
	w, err := ParseCount(width)
	if err != nil {
		return MPP{}, err
	}
	d := int64(1)
	if depth != nil {
		if d, err = ParseCount(depth); err != nil {
			return MPP{}, err
		}
	}
	m, ok := MPP{}, false
	if m.CPUs, ok = addProduct(0, w, max(d, 1)); !ok {
		return MPP{}, invalid("mpp", 0, ErrOverflow)
	}
	if n, err := ParseCount(nodes); err == nil && n > 0 {
		m.Nodes = n
	} else if n, err := ParseCount(perNode); err == nil && n > 0 {
		m.Nodes = w / n
		if w%n > 0 {
			m.Nodes++
		}
	}
	return m, nil
}
