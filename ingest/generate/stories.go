package generate

// story tells what happens to the next submission, or the next few, and returns how many it used up
// (never more than simulation.left). Most submissions are plain; the others fall due at fixed
// intervals, so that none is missing from a log of two thousand jobs.
type story func(*simulation) int

// rule lets a story fall due once in period submissions.
type rule struct {
	tell   story
	period int64
	phase  int64
}

// storiesOf lists a profile's stories. Phases are early and apart, so that a single day has them all, and their ends.
func storiesOf(profile string) []rule {
	rules := []rule{
		{tell: array, period: 110}, {tell: deletedInQueue, period: 110}, {tell: killedByUser, period: 150}, {tell: requeuedOnce, period: 230},
		{tell: odd, period: 130}, {tell: repeated, period: 310}, {tell: superseded, period: 330}, {tell: noStartTime, period: 410},
		{tell: withoutAccount, period: 430}, {tell: withoutExit, period: 470}, {tell: withoutEligible, period: 490},
		{tell: neverRan, period: 420}, {tell: held, period: 260}, {tell: neverEligible, period: 510}, {tell: lateStamp, period: 190},
		{tell: suspended, period: 640}, {tell: released, period: 660}, {tell: provisioned, period: 880}, {tell: checkpointed, period: 900},
		{tell: reserved, period: 560}, {tell: altered, period: 450}, {tell: aborted, period: 610}, {tell: moved, period: 910},
		{tell: longRunning, period: 380}, {tell: requeuedTwice, period: 700}, {tell: oldArray, period: 720}, {tell: standing, period: 920},
	}
	if profile == "derecho" {
		rules = append(rules, rule{tell: huge, period: 1900}, rule{tell: large, period: 950})
	}
	for i := range rules {
		rules[i].phase = int64(i*37+11) % (rules[i].period * 2 / 5)
	}
	return rules
}

// telling is a story that has fallen due, for the turn-th time.
type telling struct {
	tell story
	turn int64
}

// due appends the stories that fall due with the n-th submission.
func (s *simulation) due(to []telling, n int64) []telling {
	for i := range s.stories {
		if r := &s.stories[i]; (n-r.phase)%r.period == 0 {
			to = append(to, telling{r.tell, (n - r.phase) / r.period})
		}
	}
	return to
}

// variant is 0 to n-1 in turn: a story that has variants tells them one after the other.
func (s *simulation) variant(n int) int {
	v := int(s.turn % int64(n))
	if v < 0 { // before the start
		v += n
	}
	return v
}

// life writes a job's ordinary records.
func (s *simulation) life(j *job) int {
	s.queued(j)
	s.started(j)
	s.ended(j)
	return 1
}

func plain(s *simulation) int { return s.life(s.fresh(s.commonCampaign())) }

func odd(s *simulation) int {
	g := s.special["odd"]
	return s.life(s.fresh(s.campaignOf(&g[s.variant(len(g))])))
}

// huge takes all of the machine's nodes: records of 150 kB, CPU time beyond 32 bits.
func huge(s *simulation) int { return s.life(s.fresh(s.specialCampaign("huge"))) }

// large takes a good part of them.
func large(s *simulation) int { return s.life(s.fresh(s.specialCampaign("large"))) }

func withoutAccount(s *simulation) int {
	j := s.fresh(s.commonCampaign())
	j.noAcct = true
	return s.life(j)
}

func withoutExit(s *simulation) int {
	j := s.fresh(s.commonCampaign())
	j.noExit = true
	return s.life(j)
}

func withoutEligible(s *simulation) int {
	j := s.fresh(s.commonCampaign())
	j.noElig = true
	return s.life(j)
}

// noStartTime has start=0 in its E record, though it ran.
func noStartTime(s *simulation) int {
	j := s.fresh(s.commonCampaign())
	s.queued(j)
	s.started(j)
	j.noStart = true
	s.ended(j)
	return 1
}

// neverRan ends as it starts: no session, nothing used.
func neverRan(s *simulation) int {
	j := s.fresh(s.commonCampaign())
	j.neverGotGoing()
	return s.life(j)
}

func (j *job) neverGotGoing() {
	j.use = usage{zeroMem: true}
	j.session, j.exit, j.end = 0, -1, j.start+4
}

// held is submitted with a hold that is released later: etime is not ctime.
func held(s *simulation) int {
	j := s.fresh(s.commonCampaign())
	j.etime = j.qtime + s.d.spread(60, 9000)
	s.begin(j, j.etime+s.d.spread(2, 600))
	return s.life(j)
}

// neverEligible keeps etime=0 to its end, or lacks it.
func neverEligible(s *simulation) int {
	j := s.fresh(s.commonCampaign())
	j.etime, j.noEtime = 0, s.variant(2) == 1
	return s.life(j)
}

// lateStamp ends in the last second of a day, and the record is written into the next day's file:
// the server's cached time is older than that which chooses the file (accounting.c,
// account_record).
func lateStamp(s *simulation) int {
	j := s.fresh(s.specialCampaign("long"))
	midnight := s.cal.nextMidnight(s.now)
	if midnight-1 <= j.start {
		return s.life(j)
	}
	s.queued(j)
	s.started(j)
	lag := s.d.between(2, 6)
	s.spend(j, max(1, midnight-1-j.start-lag))
	j.end, j.exit = midnight-1, 0
	s.endedAt(j, midnight, midnight-1)
	return 1
}

// longRunning asks for more than 100 hours and, where the log is too young to hold its submission,
// has used them: only its end is in the log. Later ones are seen from submission to end.
func longRunning(s *simulation) int {
	j := s.fresh(s.specialCampaign("long"))
	if s.slot >= veteranSlots {
		s.spend(j, s.d.between(362_000, 600_000))
		return s.life(j)
	}
	s.number(j, s.oldID())
	end := s.now
	s.begin(j, end-s.d.between(370_000, 500_000))
	j.ctime = j.start - s.d.between(2, 20_000)
	j.qtime, j.etime = j.ctime, j.ctime
	j.eligible, j.exit = j.start-j.ctime, 0
	s.spend(j, end-j.start-5)
	j.end = end
	s.ended(j)
	return 1
}

// veteranSlots is how long before its end a long-running job's id was given: the ids of six days
// before the warm-up are kept.
const veteranSlots = 144

// oldID gives an id of that time: the last spareIDs of a slot are kept for this.
func (s *simulation) oldID() int64 {
	s.veterans++
	return s.firstIDOf(s.slot-veteranSlots) + int64(s.maxHour+s.spareIDs()) + s.veterans - 1
}

// number gives the job another id.
func (s *simulation) number(j *job, n int64) {
	j.number = n
	j.id = s.appendID(j.id[:0], j)
}
