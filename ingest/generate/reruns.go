package generate

import "strconv"

// requeuedOnce is thrown back after a first run.
func requeuedOnce(s *simulation) int {
	j := s.fresh(s.commonCampaign())
	j.wall = min(j.wall, longestInVain)
	s.run(j)
	s.queued(j)
	s.rerun(j, s.variant(3) == 0, never)
	s.started(j)
	s.ended(j)
	return 1
}

// longestInVain is how long a run takes at most that is thrown away.
const longestInVain = 4 * 3600

// requeuedTwice needs three runs; the first never got going.
func requeuedTwice(s *simulation) int {
	j := s.fresh(s.commonCampaign())
	s.runInVain(j)
	s.queued(j)
	s.rerun(j, true, longestInVain)
	s.rerun(j, false, never)
	s.started(j)
	s.ended(j)
	return 1
}

// rerun writes a run that is requeued and asks for the next, of so many seconds at most. Some servers write a second R,
// without the usage (OpenPBS PR #1965).
func (s *simulation) rerun(j *job, twice bool, longest int64) {
	s.started(j)
	if j.exit = -11; j.session == 0 { // JOB_EXEC_RERUN; -3 is JOB_EXEC_RETRY
		j.exit = -3
	}
	s.requeued(j)
	if twice {
		j.bare, j.end = true, j.end+1
		s.requeued(j)
		j.bare, j.end = false, j.end-1
	}
	s.again(j, longest)
}

// repeated has its E record twice, byte for byte, minutes or a day apart.
func repeated(s *simulation) int {
	j := s.fresh(s.commonCampaign())
	s.run(j)
	s.queued(j)
	s.started(j)
	again := j.end + []int64{134, 86_400, 1, 3600}[s.variant(4)]
	if !s.writes(j.end) {
		s.endedAt(j, again, j.end)
		return 1
	}
	s.ended(j)
	if s.writes(again) {
		s.body = s.dialect.ended(s.body[:0], j)
		s.emitStamped(again, j.end, 'E', j.id, s.body)
		s.out.repeats++
	}
	return 1
}

// superseded has two E records that differ. The job is the one of more runs, else of the later end, else of the later
// stamp; in the log either may come first, a day apart. Its nodes are kept until the later end.
func superseded(s *simulation) int {
	j := s.fresh(s.commonCampaign())
	j.extra = 60
	s.run(j)
	s.queued(j)
	s.started(j)
	late := j.end
	j.end -= j.extra
	loser, winner := *j, *j
	loserAt, winnerAt := j.end, j.end+[]int64{60, 86_400}[s.variant(2)]
	switch s.variant(3) {
	case 0: // more runs, though written first
		loser.run, winner.run = 1, 2
		loser.end = late
		loserAt, winnerAt = winnerAt, loserAt
	case 1: // later end
		winner.end = late
		winner.exit = 271
	case 2: // later stamp
		winner.exit, winner.use.cput = 1, winner.use.cput+1
	}
	if s.asking {
		return 1
	}
	mark := len(s.out.truth)
	s.endedWhere(&loser, loserAt)
	lost := s.out.jobs
	s.endedWhere(&winner, winnerAt)
	if s.writes(loserAt) && s.writes(winnerAt) {
		s.out.truth = append(s.out.truth[:mark], s.out.truth[s.out.lastRow:]...)
		s.out.jobs = lost
		s.out.superseded++
	}
	return 1
}

// endedWhere writes an E record filed under and stamped with an instant that need not be its end.
func (s *simulation) endedWhere(j *job, at int64) { s.endedAt(j, at, at) }

// array is a job array: a parent, and elements that share its submission but have no Q of their own.
func array(s *simulation) int { return s.array(false) }

// oldArray is an array as servers before OpenPBS PR #451 end it: start=0, and indices in the E record.
func oldArray(s *simulation) int { return s.array(true) }

func (s *simulation) array(old bool) int {
	n := min(int(s.d.between(3, 14)), s.left-1)
	if n < 2 {
		return plain(s)
	}
	c := s.commonCampaign()
	p := s.fresh(c)
	p.parent, p.bare, p.depend = true, true, p.depend[:0]
	s.number(p, p.number)
	p.indices = " array_indices=1-" + strconv.Itoa(n)
	step := int64(1)
	if s.d.in(4) {
		step = 2
		p.indices = " array_indices=1-" + strconv.Itoa(2*n-1) + ":2"
	}
	if !s.torque() { // which knows no parents
		s.queued(p)
	}
	start, end := int64(never), int64(0)
	s.depth = 1
	for i := range int64(n) {
		e := s.element(p, 1+i*step)
		start, end = min(start, e.start), max(end, e.end)
	}
	s.depth = 0
	s.parentEnds(p, start, end, old)
	return n + 1
}

// element runs one of an array's elements, once in a while twice.
func (s *simulation) element(p *job, index int64) *job {
	e := s.fresh(p.c)
	s.ids-- // elements go by the parent's number
	e.index, e.depend, e.name = index, e.depend[:0], append(e.name[:0], p.name...)
	e.ctime, e.qtime, e.etime = p.ctime, p.qtime, p.etime
	s.number(e, p.number)
	again := s.d.in(20)
	if again {
		e.wall = min(e.wall, longestInVain)
	}
	s.run(e)
	first := e.start
	if again {
		s.rerun(e, false, never)
	}
	if s.torque() {
		s.queued(e)
	}
	s.started(e)
	s.ended(e)
	e.start = min(first, e.start)
	return e
}

// parentEnds writes the parent's S with the first element's start and its E with the last one's end.
func (s *simulation) parentEnds(p *job, start, end int64, old bool) {
	if s.asking || s.torque() {
		return
	}
	p.start, p.end, p.session, p.run, p.exit = start, end, 0, 0, int64(s.u.r.IntN(5)/4)
	p.eligible = start - p.etime + 2
	s.started(p)
	if p.noStart = old; !old {
		p.indices = ""
	}
	s.ended(p)
}
