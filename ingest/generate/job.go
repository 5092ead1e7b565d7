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
	wall     int64 // seconds of the run
	lag      int64 // seconds from its end to the job's
	extra    int64 // seconds that it holds its nodes besides
	until    int64 // if it starts before this, it ends then
	leg      int   // of its latest run in the plan
	waited   int64 // seconds before its runs
	bare     bool  // no resources_used: array parents, runs that never began

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

// fresh gives a job of campaign c, submitted now, with its fate drawn: how long it runs, and how it ends.
func (s *simulation) fresh(c *campaign) *job {
	j := s.draw(c, s.takeID())
	if !s.asking && s.u.in(16) {
		s.dependOn(j)
	}
	return j
}

func (s *simulation) draw(c *campaign, number int64) *job {
	j := &s.pool[s.depth]
	keep := *j
	*j = job{
		c: c, index: noIndex, id: keep.id[:0], name: keep.name[:0], account: keep.account[:0], depend: keep.depend[:0],
		place: keep.place,
	}
	j.number = number
	j.ctime, j.qtime, j.etime, j.run = s.now, s.now, s.now, 1
	if s.d.in(30) {
		j.qtime++
		j.etime++
	}
	s.fate(j)
	if s.asking {
		return j
	}
	s.recast()
	j.id = s.appendID(j.id, j)
	j.account = append(j.account, c.account...)
	j.name = append(j.name, c.name...)
	if c.numbered {
		j.name = strconv.AppendInt(append(j.name, "_"...), s.u.between(0, 40), 10)
	}
	return j
}

// fate draws how long the next run lasts, and how it ends.
func (s *simulation) fate(j *job) {
	c, d := j.c, s.d
	j.lag = d.between(s.ExitLag[0], s.ExitLag[1])
	if s.Exits != nil {
		s.ownFate(j)
		return
	}
	j.wall = max(1, d.about(c.typicalRun, 35))
	switch {
	case j.wall > c.walltime || d.in(110):
		j.wall, j.exit = c.walltime+d.between(12, 35), s.dialect.overtime()
	case d.in(40):
		j.exit = pick(d, s.dialect.failures())
	default:
		j.exit = 0
	}
}

// cycle is the most seconds after which the scheduler looks at a job.
const cycle = 4

// run gets the job nodes for its first run, and draws what it uses.
func (s *simulation) run(j *job) {
	since := j.etime
	j.leg = s.hold(j, leg{c: j.c, asked: since + s.d.between(1, cycle), hold: j.wall + j.lag + j.extra, until: j.until})
	s.ran(j, since)
}

// again gets it nodes for another run after the one before, which was thrown away.
func (s *simulation) again(j *job, longest int64) {
	since := j.end
	j.run++
	s.fate(j)
	j.wall = min(j.wall, longest)
	j.leg = s.hold(j, leg{c: j.c, asked: s.d.between(5, 60), follow: true, hold: j.wall + j.lag + j.extra})
	s.ran(j, since)
}

// ran says how long it waited, and draws what no plan depends on.
func (s *simulation) ran(j *job, since int64) {
	if s.asking {
		return
	}
	j.waited += j.start - since
	j.eligible = j.waited + s.u.between(1, 3)
	j.noElig = j.start < s.eligibleFrom
	s.spend(j)
}

// hold asks for nodes; when they are granted, the job starts there. It returns the leg's number.
func (s *simulation) hold(j *job, l leg) int {
	if s.asking {
		return s.plan.ask(l, j.leg)
	}
	n := s.asked
	s.asked++
	g := &s.plan.legs[n]
	if j.start, j.end = g.start, g.end; g.start == never {
		j.place.clear()
		return n
	}
	j.place.place(j.c, s.plan.nodes(g), s.u)
	if j.until > 0 && j.end == j.until {
		j.wall = max(0, j.end-j.start-j.lag)
	}
	return n
}

// spend draws what the run used.
func (s *simulation) spend(j *job) {
	if s.asking {
		return
	}
	c, d, wall := j.c, s.u, j.wall
	j.session = d.between(1500, 260_000)
	u := &j.use
	*u = usage{wall: wall}
	u.percent = max(1, c.ncpus*d.about(c.Load, 25)*9/10)
	u.cput = wall * u.percent / 100
	u.memKB = c.usedOf()/1000*d.between(c.Used[0]*10, c.Used[1]*10) + d.between(0, 40_000)
	if u.vmemKB = u.memKB; !c.Uniform {
		u.vmemKB = d.between(u.memKB/3+1, u.memKB+900_000)
	}
	if c.Energy {
		s.burn(j, wall)
	}
}

// usedOf is what memory used is a part of: what was asked for, or where nothing was, the nodes' share.
func (c *campaign) usedOf() int64 {
	if c.memKB > 0 {
		return c.memKB
	}
	return c.ncpus * c.at.memKB / c.at.Cores
}

// burn draws the energy counters: watts per node as measured on Derecho's nodes.
func (s *simulation) burn(j *job, wall int64) {
	d, n, e := s.u, int64(j.c.nodes), &j.use.energy
	e.cpu = n * wall * d.between(160, 370)
	e.memory = n * wall * d.between(90, 145)
	e.cpu0 = n * d.between(380_000_000, 490_000_000)
	e.memory0 = n * d.between(190_000_000, 210_000_000)
	e.node0 = n * d.between(830_000_000, 900_000_000)
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
	b := append(j.depend, pick(s.u, []string{" depend=afterok", " depend=afterany"})...)
	for range s.u.between(1, 2) {
		b = strconv.AppendInt(append(b, ':'), j.number-s.u.between(1, 30), 10)
		b = append(append(append(append(b, '.'), s.Server...), '@'), s.Peer...)
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
	return append(append(b, '.'), s.Server...)
}

// executionQueue is the queue the job runs in.
func (j *job) executionQueue() string {
	if j.queue != "" {
		return j.queue
	}
	return j.c.Route[len(j.c.Route)-1]
}
