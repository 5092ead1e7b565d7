package pbs

import (
	"bytes"
	"errors"
	"math"
)

// Tasks is what Torque 6's Resource_Request_2.0 asks for. A number is meaningful only if its Has flag is set.
type Tasks struct {
	CPUs int64 // sum of tasks x lprocs, which is 1 in a request that does not name it; unless one wants all there are
	GPUs int64 // sum of tasks x gpus over the requests that name it
	Mem  int64 // sum of tasks x memory over the requests that name it, in bytes

	HasCPUs, HasGPUs, HasMem bool
}

// ParseTasks reads the requests of `qsub -L`:
//
//	tasks   := request { " " request }
//	request := "-L" " " "tasks=" COUNT [ "#" ... ] { ":" PROPERTY }
//
// where a property may be lprocs=N, gpus=N or memory=SIZE, each for one task; others are stepped over. So `-L
// tasks=1:lprocs=8:memory=16GB:gpus=2 -L tasks=2:lprocs=1`. The properties are those of Torque src/server/req.cpp.
func ParseTasks(b []byte) (Tasks, error) {
	if len(bytes.TrimSpace(b)) == 0 {
		return Tasks{}, invalid("tasks", 0, ErrEmpty)
	}
	sum := Tasks{HasCPUs: true}
	for start := 0; start < len(b); {
		length := bytes.IndexByte(b[start:], ' ')
		if length < 0 {
			length = len(b) - start
		}
		if word := bytes.TrimPrefix(b[start:start+length], []byte("-L")); len(word) > 0 {
			if err := sum.addRequest(word); err != nil {
				return Tasks{}, invalid("tasks", start, err)
			}
		}
		start += length + 1
	}
	if !sum.HasCPUs {
		sum.CPUs = 0
	}
	return sum, nil
}

// addRequest counts in one request.
func (t *Tasks) addRequest(request []byte) error {
	first, rest, more := bytes.Cut(request, []byte(":"))
	count, named := bytes.CutPrefix(first, []byte("tasks="))
	count, _, _ = bytes.Cut(count, []byte("#"))
	tasks, err := parseCount(count)
	if !named {
		return ErrSyntax
	}
	var lprocs, gpus, mem optionalCount
	all := false
	for more && err == nil {
		var property []byte
		property, rest, more = bytes.Cut(rest, []byte(":"))
		name, value, _ := bytes.Cut(property, []byte("="))
		switch string(name) {
		case "lprocs":
			if all = string(value) == "all"; !all {
				err = lprocs.parse(value)
			}
		case "gpus":
			err = gpus.parse(value)
		case "memory":
			err = mem.parseSize(value)
		}
	}
	if err != nil {
		return err
	}
	return t.add(tasks, all, lprocs, gpus, mem)
}

func (t *Tasks) add(tasks int64, all bool, lprocs, gpus, mem optionalCount) error {
	if !lprocs.set {
		lprocs.n = 1
	}
	var cpusOK, gpusOK, memOK bool
	t.CPUs, cpusOK = addProduct(t.CPUs, tasks, lprocs.n)
	t.GPUs, gpusOK = addProduct(t.GPUs, tasks, gpus.n)
	t.Mem, memOK = addProduct(t.Mem, tasks, mem.n)
	t.HasCPUs = t.HasCPUs && !all
	t.HasGPUs = t.HasGPUs || gpus.set
	t.HasMem = t.HasMem || mem.set
	if !cpusOK || !gpusOK || !memOK {
		return ErrOverflow
	}
	return nil
}

// parseSize is parse for a size in bytes.
func (o *optionalCount) parseSize(b []byte) error {
	if o.set {
		return nil
	}
	size, err := ParseSize(b)
	switch {
	case err != nil:
		return errors.Unwrap(err)
	case size > math.MaxInt64:
		return ErrOverflow
	}
	o.n, o.set = int64(size), true
	return nil
}
