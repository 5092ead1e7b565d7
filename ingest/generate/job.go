package generate

import "strconv"

// job is one submission on its way through its records. Instants are epoch seconds.
type job struct {
	c        *campaign
	number   int64
	index    int64 // array element, or noIndex
	parent   bool
	id       []byte // "123.server", "123[7].server", "123[].server"
	name     []byte
	account  []byte // verbatim between the quotes
	noAcct   bool
	queue    string // "" is the campaign's
	resv     string // " resvname=… resvID=…"
	depend   []byte // " depend=…"
	indices  string // " array_indices=…"
	ctime    int64
	qtime    int64
	etime    int64
	noEtime  bool // the attribute is missing
	start    int64
	end      int64
	run      int64 // run_count
	noStart  bool  // start=0
	place    placement
	use      usage
	session  int64
	exit     int64
	noExit   bool
	eligible int64 // seconds
	noElig   bool
	bare     bool // no resources_used: array parents, runs that never began

	// What hostile users put in place of a value; the truth then is NULL.
	badExit, badWall, badPercent, badMem []byte
	note                                 []byte // value of resources_used.note, which the server never quotes
}

const noIndex = -1

// usage is what a run used.
type usage struct {
	wall, cput, percent int64
	memKB, vmemKB       int64
	zeroMem             bool // mem=0b, as a run that never got going has it
	energy              energy
}

// energy holds the x-ncar counters in joules: used, and the counter's state at the start.
type energy struct {
	cpu, memory, node    int64
	cpu0, memory0, node0 int64
	gpu, gpu0            [4]int64
}

// fresh gives a job of campaign c, submitted now, with all its fate drawn: waiting, running, using, ending.
func (s *simulation) fresh(c *campaign) *job {
	j := &s.pool[s.depth]
	keep := *j
	*j = job{c: c, index: noIndex, id: keep.id[:0], name: keep.name[:0], account: keep.account[:0], depend: keep.depend[:0], place: keep.place}
	j.number = s.takeID()
	j.id = s.appendID(j.id, j)
	j.account = append(j.account, c.account...)
	j.name = append(j.name, c.name...)
	if c.numbered {
		j.name = strconv.AppendInt(append(j.name, "_"...), s.d.between(0, 40), 10)
	}
	j.ctime, j.qtime, j.etime, j.run = s.now, s.now, s.now, 1
	if s.d.in(30) {
		j.qtime++
		j.etime++
	}
	s.begin(j, j.etime+max(1, s.d.about(c.typicalWait, 60)))
	if s.d.in(16) {
		s.dependOn(j)
	}
	return j
}

// begin draws a run from start on.
func (s *simulation) begin(j *job, start int64) {
	c, d := j.c, s.d
	j.start = start
	j.eligible = start - j.etime + d.between(s.eligible[0], s.eligible[1])
	j.noElig = start < s.noEligibleBefore
	j.session = d.between(1500, 260_000)
	j.place.place(c, d)
	wall := max(1, d.about(c.typicalRun, 35))
	switch {
	case wall > c.walltime || d.in(110):
		wall, j.exit = c.walltime+d.between(12, 35), -29 // JOB_EXEC_KILL_WALLTIME, OpenPBS src/include/job.h
	case d.in(40):
		j.exit = pick(d, failures)
	default:
		j.exit = 0
	}
	s.spend(j, wall)
}

// failures are ends other than walltime, the common ones more than once.
var failures = []int64{1, 1, 1, 1, 1, 2, 126, 127, 134, 137, 139, 255, 265, 271, -27, -11, -16}

// spend sets the run's length and what it used.
func (s *simulation) spend(j *job, wall int64) {
	c, d := j.c, s.d
	j.end = j.start + wall + d.between(s.exitLag[0], s.exitLag[1])
	u := &j.use
	*u = usage{wall: wall}
	u.percent = max(1, c.ncpus*d.about(c.load, 25)*9/10)
	u.cput = wall * u.percent / 100
	u.memKB = c.memKB/1000*d.between(c.memory[0]*10, c.memory[1]*10) + d.between(0, 40_000)
	if u.vmemKB = u.memKB; !c.uniform {
		u.vmemKB = d.between(u.memKB/3+1, u.memKB+900_000)
	}
	if c.energy {
		s.burn(j, wall)
	}
}

// burn draws the energy counters: watts per node as measured on Derecho's nodes.
func (s *simulation) burn(j *job, wall int64) {
	d, n, e := s.d, int64(j.c.nodes), &j.use.energy
	e.cpu = n * wall * d.between(160, 370)
	e.memory = n * wall * d.between(90, 145)
	e.cpu0, e.memory0, e.node0 = n*d.between(380_000_000, 490_000_000), n*d.between(190_000_000, 210_000_000), n*d.between(830_000_000, 900_000_000)
	e.node = e.cpu + e.memory + n*wall*d.between(60, 160)
	if j.c.ngpus == 0 {
		return
	}
	for i := range e.gpu {
		e.gpu[i], e.gpu0[i] = n*wall*d.between(75, 240), n*d.between(250_000_000, 280_000_000)
		e.node += e.gpu[i]
	}
}

// dependOn lets the job wait for one or more submitted before it.
func (s *simulation) dependOn(j *job) {
	b := append(j.depend, pick(s.d, []string{" depend=afterok", " depend=afterany"})...)
	for range s.d.between(1, 2) {
		b = strconv.AppendInt(append(b, ':'), j.number-s.d.between(1, 30), 10)
		b = append(append(append(append(b, '.'), s.server...), '@'), s.peer...)
	}
	j.depend = b
}

// appendID writes the job's id.
func (s *simulation) appendID(b []byte, j *job) []byte {
	b = strconv.AppendInt(b, j.number, 10)
	switch {
	case j.parent:
		b = append(b, "[]"...)
	case j.index != noIndex:
		b = append(strconv.AppendInt(append(b, '['), j.index, 10), ']')
	}
	return append(append(b, '.'), s.server...)
}

// executionQueue is the queue the job runs in.
func (j *job) executionQueue() string {
	if j.queue != "" {
		return j.queue
	}
	return j.c.route[len(j.c.route)-1]
}
