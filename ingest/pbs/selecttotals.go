package pbs

// SelectSummary is what a whole select request adds up to. A number is meaningful only if its Has flag is set, which
// means that at least one chunk names the resource.
type SelectSummary struct {
	Chunks     int64 // sum of the counts: what PBS reports as nodect
	MPIProcs   int64 // ranks of the job: sum of count x mpiprocs
	OMPThreads int64 // threads of a rank: the largest of the chunks that name it
	NCPUs      int64 // sum of count x ncpus over the chunks that name it
	NGPUs      int64 // sum of count x ngpus over the chunks that name it

	HasMPIProcs, HasOMPThreads, HasNCPUs, HasNGPUs bool

	// Named, but with a value that is not a count, or a sum that exceeds an int64: it has no number, the others have
	// theirs.
	BadChunks, BadMPIProcs, BadOMPThreads, BadNCPUs, BadNGPUs bool

	CPUType []byte // cpu_type of the first chunk that names one, else nil; part of the text
	GPUType []byte // gpu_type likewise
}

// SelectTotals sums up a select request. Resources are asked for per chunk, so that
// `4:ncpus=128:mpiprocs=2:ompthreads=64+1:ncpus=128:mpiprocs=1` has 9 ranks.
//
// As soon as one chunk names mpiprocs, each of the others counts one rank, PBS's default, or none if it asks for
// ncpus=0 (the rule for mpiprocs in pbs_resources(7B)). Other defaults, a site's default_chunk, are not in the log.
// Malformed text is an error; a value that is not a count, or a sum that exceeds an int64, is the fault of that
// resource only.
func SelectTotals(spec []byte) (SelectSummary, error) {
	var sum SelectSummary
	chunks := NewSelect(spec)
	for chunks.Next() {
		c := readChunk(chunks.chunk)
		sum.add(chunks.Count, &c)
	}
	if err := chunks.Err(); err != nil {
		return SelectSummary{}, err
	}
	sum.HasNCPUs = sum.HasNCPUs && !sum.BadNCPUs
	sum.HasNGPUs = sum.HasNGPUs && !sum.BadNGPUs
	sum.HasOMPThreads = sum.HasOMPThreads && !sum.BadOMPThreads
	sum.BadMPIProcs = sum.HasMPIProcs && sum.BadMPIProcs // the ranks of chunks that name none may be too many, too
	sum.HasMPIProcs = sum.HasMPIProcs && !sum.BadMPIProcs
	for _, part := range []struct {
		number *int64
		has    bool
	}{{&sum.Chunks, !sum.BadChunks}, {&sum.MPIProcs, sum.HasMPIProcs}, {&sum.OMPThreads, sum.HasOMPThreads},
		{&sum.NCPUs, sum.HasNCPUs}, {&sum.NGPUs, sum.HasNGPUs}} {
		if !part.has {
			*part.number = 0
		}
	}
	return sum, nil
}

// chunkValues are the resources of one chunk that a summary needs.
type chunkValues struct {
	mpiprocs, ompthreads, ncpus, ngpus optionalCount
	cpuType, gpuType                   []byte
}

// optionalCount is a number that may not have been given.
type optionalCount struct {
	n   int64
	set bool // named
	bad bool // but not as a count
}

// parse takes the first value it is offered.
func (o *optionalCount) parse(b []byte) (err error) {
	if !o.set {
		o.n, err = parseCount(b)
		o.set = err == nil
	}
	return err
}

// try is parse, where a value that is not a count is taken as one that is bad.
func (o *optionalCount) try(b []byte) {
	if o.parse(b) != nil {
		*o = optionalCount{set: true, bad: true}
	}
}

func readChunk(items []byte) (c chunkValues) {
	for pos := 0; pos < len(items); pos++ {
		r, end, _ := scanResource(items, pos, 0)
		pos = end
		switch {
		case !r.hasValue:
		case foldsTo(r.name, "ncpus"):
			c.ncpus.try(r.value)
		case foldsTo(r.name, "mpiprocs"):
			c.mpiprocs.try(r.value)
		case foldsTo(r.name, "ompthreads"):
			c.ompthreads.try(r.value)
		case foldsTo(r.name, "ngpus"):
			c.ngpus.try(r.value)
		case foldsTo(r.name, "cpu_type") && c.cpuType == nil:
			c.cpuType = r.value
		case foldsTo(r.name, "gpu_type") && c.gpuType == nil:
			c.gpuType = r.value
		}
	}
	return c
}

// ranks are those of one instance of the chunk, defaults included.
func (c *chunkValues) ranks() int64 {
	switch {
	case c.mpiprocs.set:
		return c.mpiprocs.n
	case c.ncpus.set && !c.ncpus.bad && c.ncpus.n == 0:
		return 0
	}
	return 1
}

// add counts the chunk in, count times. What overflows is bad from then on.
func (s *SelectSummary) add(count int64, c *chunkValues) {
	var chunksOK, ranksOK, cpusOK, gpusOK bool
	s.Chunks, chunksOK = addProduct(s.Chunks, count, 1)
	s.MPIProcs, ranksOK = addProduct(s.MPIProcs, count, c.ranks())
	s.NCPUs, cpusOK = addProduct(s.NCPUs, count, c.ncpus.n)
	s.NGPUs, gpusOK = addProduct(s.NGPUs, count, c.ngpus.n)
	s.OMPThreads = max(s.OMPThreads, c.ompthreads.n)
	s.HasMPIProcs = s.HasMPIProcs || c.mpiprocs.set
	s.HasNCPUs = s.HasNCPUs || c.ncpus.set
	s.HasNGPUs = s.HasNGPUs || c.ngpus.set
	s.HasOMPThreads = s.HasOMPThreads || c.ompthreads.set
	if s.CPUType == nil {
		s.CPUType = c.cpuType
	}
	if s.GPUType == nil {
		s.GPUType = c.gpuType
	}
	s.BadChunks = s.BadChunks || !chunksOK
	s.BadMPIProcs = s.BadMPIProcs || !ranksOK || c.mpiprocs.bad
	s.BadOMPThreads = s.BadOMPThreads || c.ompthreads.bad
	s.BadNCPUs = s.BadNCPUs || !cpusOK || c.ncpus.bad
	s.BadNGPUs = s.BadNGPUs || !gpusOK || c.ngpus.bad
}

// SelectMemory sums up the memory of a select request, count x mem over the chunks that name it, in bytes; ok is false
// if none does. It is apart from SelectTotals because the server mostly says the sum itself.
func SelectMemory(spec []byte) (total int64, ok bool, err error) {
	chunks := NewSelect(spec)
	for chunks.Next() {
		text, named := chunks.Resource("mem")
		if !named {
			continue
		}
		var mem optionalCount
		if err := mem.parseSize(text); err != nil {
			return 0, false, invalid("select", chunks.next-1, err)
		}
		if total, ok = addProduct(total, chunks.Count, mem.n); !ok {
			return 0, false, invalid("select", chunks.next-1, ErrOverflow)
		}
	}
	if err := chunks.Err(); err != nil {
		return 0, false, err
	}
	return total, ok, nil
}
