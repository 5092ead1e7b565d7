package generate

import "strconv"

// requeuedOnce is thrown back after a first run.
func requeuedOnce(s *simulation) int {
	j := s.fresh(s.commonCampaign())
	s.queued(j)
	s.rerun(j, s.variant(3) == 0)
	s.started(j)
	s.ended(j)
	return 1
}

// requeuedTwice needs three runs; the first never got going.
func requeuedTwice(s *simulation) int {
	j := s.fresh(s.commonCampaign())
	s.queued(j)
	j.neverGotGoing()
	s.rerun(j, true)
	s.rerun(j, false)
	s.started(j)
	s.ended(j)
	return 1
}

// rerun writes a run that is requeued and draws the next. Some servers write a second R, without
// the usage (OpenPBS PR #1965).
func (s *simulation) rerun(j *job, twice bool) {
	s.started(j)
	if j.exit = -11; j.session == 0 { // JOB_EXEC_RERUN; -3 is JOB_EXEC_RETRY
		j.exit = -3
	}
	s.requeued(j)
	if twice {
		j.bare, j.end = true, j.end+1
		s.requeued(j)
		j.bare = false
	}
	j.run++
	s.begin(j, j.end+s.d.between(5, 60))
}

// repeated has its E record twice, byte for byte, minutes or a day apart.
func repeated(s *simulation) int {
	j := s.fresh(s.commonCampaign())
	s.queued(j)
	s.started(j)
	again := j.end + []int64{134, 86_400, 1, 3600}[s.variant(4)]
	if !s.cal.covers(j.end) {
		s.endedAt(j, again, j.end)
		return 1
	}
	s.ended(j)
	if s.cal.covers(again) {
		s.body = j.appendEnded(s.body[:0])
		s.emitStamped(again, j.end, 'E', j.id, s.body)
		s.out.repeats++
	}
	return 1
}

// superseded has two E records that differ. The job is the one of more runs, else of the later end,
// else of the later stamp; in the log either may come first.
func superseded(s *simulation) int {
	j := s.fresh(s.commonCampaign())
	s.queued(j)
	s.started(j)
	later := []int64{60, 86_400}[s.variant(2)]
	loser, winner := *j, *j
	loserAt, winnerAt := j.end, j.end+later
	switch s.variant(3) {
	case 0: // more runs, though written first
		loser.run, winner.run = 1, 2
		loser.end = winnerAt
		loserAt, winnerAt = winnerAt, loserAt
	case 1: // later end
		winner.end = winnerAt
		winner.exit = 271
	case 2: // later stamp
		winner.exit, winner.use.cput = 1, winner.use.cput+1
	}
	mark := len(s.out.truth)
	s.endedWhere(&loser, loserAt)
	lost := s.out.jobs
	s.endedWhere(&winner, winnerAt)
	if s.cal.covers(loserAt) && s.cal.covers(winnerAt) {
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
	if s.d.in(4) {
		p.indices = " array_indices=1-" + strconv.Itoa(2*n-1) + ":2"
	}
	s.queued(p)
	step := int64(1)
	if len(p.indices) > 0 && p.indices[len(p.indices)-2] == ':' {
		step = 2
	}
	start, end := p.start, p.start
	s.depth = 1
	for i := range int64(n) {
		e := s.fresh(c)
		s.ids-- // elements go by the parent's number
		e.index, e.depend, e.name = 1+i*step, e.depend[:0], append(e.name[:0], p.name...)
		e.ctime, e.qtime, e.etime = p.ctime, p.qtime, p.etime
		s.number(e, p.number)
		s.begin(e, start+i*s.d.between(0, 2))
		if s.d.in(20) {
			s.rerun(e, false)
		}
		s.started(e)
		s.ended(e)
		end = max(end, e.end)
	}
	s.depth = 0
	s.parentEnds(p, start, end, old)
	return n + 1
}

// parentEnds writes the parent's S with the first element's start and its E with the last one's end.
func (s *simulation) parentEnds(p *job, start, end int64, old bool) {
	p.start, p.end, p.session, p.run, p.exit = start, end, 0, 0, int64(s.d.r.IntN(5)/4)
	p.eligible = start - p.etime + 2
	s.started(p)
	if p.noStart = old; !old {
		p.indices = ""
	}
	s.ended(p)
}
