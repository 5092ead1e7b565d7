package generate

import "slices"

// story tells what happens to the next submission, or the next few, and returns how many it used up (never more than
// simulation.left). Most submissions are plain; the others fall due at fixed intervals, so that none is missing from a
// log of two thousand jobs.
//
// Each is told twice. The first time it only asks for nodes, and does not know yet when it gets them; the second time
// it does, and writes. What decides for what it asks is drawn from simulation.d, in the same order both times; all else
// from simulation.u.
type story func(*simulation) int

// rule lets a story fall due once in period submissions.
type rule struct {
	name   string
	tell   story
	period int64
	days   float64 // if not 0: not more often than once in so many days
	needs  string  // the shapes it draws from, where these are its own
	phase  int64
}

// stories lists what can be told; a profile says which it goes without.
var stories = []rule{
	{name: "array", tell: array, period: 110}, {name: "deletedInQueue", tell: deletedInQueue, period: 110},
	{name: "killedByUser", tell: killedByUser, period: 150}, {name: "requeuedOnce", tell: requeuedOnce, period: 230},
	{name: "odd", tell: odd, period: 130, needs: "odd"}, {name: "repeated", tell: repeated, period: 310},
	{name: "superseded", tell: superseded, period: 330}, {name: "noStartTime", tell: noStartTime, period: 410},
	{name: "withoutAccount", tell: withoutAccount, period: 430}, {name: "withoutExit", tell: withoutExit, period: 470},
	{name: "withoutEligible", tell: withoutEligible, period: 490}, {name: "neverRan", tell: neverRan, period: 420},
	{name: "held", tell: heldBack, period: 260}, {name: "neverEligible", tell: neverEligible, period: 510},
	{name: "lateStamp", tell: lateStamp, period: 190, needs: "long"}, {name: "suspended", tell: suspended, period: 640},
	{name: "released", tell: released, period: 660, needs: "phases"},
	{name: "provisioned", tell: provisioned, period: 880}, {name: "checkpointed", tell: checkpointed, period: 900},
	{name: "reserved", tell: reserved, period: 560, needs: "reserved"}, {name: "altered", tell: altered, period: 450},
	{name: "aborted", tell: aborted, period: 610}, {name: "moved", tell: moved, period: 910},
	{name: "longRunning", tell: longRunning, period: 380, days: 0.5, needs: "long"},
	{name: "requeuedTwice", tell: requeuedTwice, period: 700}, {name: "oldArray", tell: oldArray, period: 720},
	{name: "standing", tell: standing, period: 920, needs: "reserved"},
	{name: "huge", tell: huge, period: 1900, days: 2, needs: "huge"},
	{name: "large", tell: large, period: 950, needs: "large"},
}

// storiesOf lists a profile's stories. Phases are early and apart, so that a single day has them all, and their ends.
func storiesOf(p *profile) (rules []rule) {
	for i, r := range stories {
		if !slices.Contains(p.Without, r.name) {
			r.phase = int64(i*37+11) % (r.period * 2 / 5)
			rules = append(rules, r)
		}
	}
	return rules
}

// neededBy lists the shapes that stories draw from.
func neededBy(rules []rule) (names []string) {
	for _, r := range rules {
		if r.needs != "" {
			names = append(names, r.needs)
		}
	}
	return names
}

// every is how many submissions lie between two tellings.
func (r *rule) every(perDay int) int64 { return max(r.period, int64(r.days*float64(perDay))) }

// telling is a story that has fallen due, for the turn-th time.
type telling struct {
	tell story
	turn int64
}

// due appends the stories that fall due with the n-th submission; they are asked for n, n+1, ...
func (s *simulation) due(to []telling, n int64) []telling {
	if n < s.nextDue {
		return to
	}
	s.nextDue = n + 1<<40
	for i := range s.stories {
		r := &s.stories[i]
		period := r.every(s.jobs)
		after := (n - r.phase) % period
		if after == 0 {
			to = append(to, telling{r.tell, (n - r.phase) / period})
		}
		if after < 0 { // before the start
			after += period
		}
		s.nextDue = min(s.nextDue, n+period-after)
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

// life runs a job and writes its ordinary records.
func (s *simulation) life(j *job) int {
	s.run(j)
	s.write(j)
	return 1
}

// write writes the ordinary records of a job that ran once.
func (s *simulation) write(j *job) {
	s.queued(j)
	s.started(j)
	s.ended(j)
}

func plain(s *simulation) int { return s.life(s.fresh(s.commonCampaign())) }

func odd(s *simulation) int {
	g := s.special["odd"]
	return s.life(s.fresh(s.campaignOf(&g[s.variant(len(g))])))
}

// huge takes nearly all of the machine's nodes: records of 150 kB, CPU time beyond 32 bits.
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
	s.run(j)
	j.noExit = true
	s.write(j)
	return 1
}

func withoutEligible(s *simulation) int {
	j := s.fresh(s.commonCampaign())
	s.run(j)
	j.noElig = true
	s.write(j)
	return 1
}

// noStartTime has start=0 in its E record, though it ran.
func noStartTime(s *simulation) int {
	j := s.fresh(s.commonCampaign())
	s.run(j)
	s.queued(j)
	s.started(j)
	j.noStart = true
	s.ended(j)
	return 1
}

// neverRan ends as it starts: no session, nothing used.
func neverRan(s *simulation) int {
	j := s.fresh(s.commonCampaign())
	s.runInVain(j)
	s.write(j)
	return 1
}

// runInVain gives the job nodes on which it never gets going.
func (s *simulation) runInVain(j *job) {
	j.wall, j.lag = 0, 4
	s.run(j)
	j.use = usage{zeroMem: true}
	j.session, j.exit = 0, -1
}

// heldBack is submitted with a hold that is released later: etime is not ctime.
func heldBack(s *simulation) int {
	j := s.fresh(s.commonCampaign())
	j.etime = j.qtime + s.d.spread(60, 9000)
	return s.life(j)
}

// neverEligible keeps etime=0 to its end, or lacks it.
func neverEligible(s *simulation) int {
	j := s.fresh(s.commonCampaign())
	s.run(j)
	j.etime, j.noEtime = 0, s.variant(2) == 1
	s.write(j)
	return 1
}

// lateStamp ends in the last second of a day, and the record is written into the next day's file: the server's cached
// time is older than that which chooses the file (accounting.c, account_record).
func lateStamp(s *simulation) int {
	j := s.fresh(s.specialCampaign("long"))
	j.lag = s.d.between(2, 6)
	midnight := s.cal.nextMidnight(s.now)
	j.until = midnight - 1
	s.run(j)
	if s.asking || j.end != j.until {
		s.write(j)
		return 1
	}
	j.exit = 0
	s.queued(j)
	s.started(j)
	s.endedAt(j, midnight, midnight-1)
	return 1
}

// longRunning asks for more than 100 hours and uses them. In a log's first days another ends beside it, which began
// before the log: only its end is there.
func longRunning(s *simulation) int {
	if s.slot < veteranSlots {
		s.veteran()
	}
	j := s.fresh(s.specialCampaign("long"))
	j.wall, j.exit = s.d.between(362_000, 600_000), 0
	return s.life(j)
}

func (s *simulation) veteran() {
	j := s.draw(s.specialCampaign("long"), s.oldID())
	j.exit = 0
	s.hold(j, leg{c: j.c, asked: s.now, old: true})
	if s.asking || j.start == never {
		return
	}
	j.end, j.start = s.now, min(s.cal.opening(), s.now)-s.u.between(1, 4_000)-max(0, 362_000-(s.now-s.cal.opening()))
	j.ctime = j.start - s.u.between(2, 20_000)
	j.qtime, j.etime = j.ctime, j.ctime
	j.eligible = j.start - j.ctime
	j.wall = j.end - j.start - 5
	s.spend(j)
	s.ended(j)
}

// veteranSlots is how long before its end a long-running job's id was given: the ids of six days before the warm-up are
// kept.
const veteranSlots = 144

// oldID gives an id of that time: the last spareIDs of a slot are kept for this.
func (s *simulation) oldID() int64 {
	s.olds++
	return s.firstIDOf(s.slot-veteranSlots) + int64(s.maxHour+s.spareIDs()) + s.olds - 1
}

// number gives the job another id.
func (s *simulation) number(j *job, n int64) {
	j.number = n
	j.id = s.appendID(j.id[:0], j)
}
