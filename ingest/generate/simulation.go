package generate

import (
	"bytes"
	"math"
	"math/rand/v2"
	"slices"
)

// simulation tells the stories of one slot after the other: one asks for nodes, then each worker's makes the records of
// slots whose jobs were granted them. Nothing but buffers outlives a slot.
type simulation struct {
	*world
	d, u    dice      // what nodes are asked for depends on d alone
	source  *rand.PCG // of u
	key     uint64    // likewise
	plan    *plan
	asking  bool // nothing is written: the plan is made
	asked   int  // legs of the plan that stories asked for so far
	slot    int
	now     int64  // instant of the submission at hand
	left    int    // submissions that this slot may still make
	turn    int64  // how often the story at hand was told before; see variant
	nextDue int64  // no story falls due before this submission
	ids     int64  // next job id
	spares  int64  // next spare id
	olds    int64  // ids given to jobs older than the log
	pool    [2]job // the job at hand; while it is an array's parent, also an element
	depth   int    // index into pool
	body    []byte
	out     *slotOutput
}

// ask tells a slot's stories for the first time, and fills its plan.
func (s *simulation) ask(p *plan) {
	s.plan, s.out = p, nil
	s.tell()
}

// simulate makes everything that is submitted in a slot, as the plan has it.
func (s *simulation) simulate(p *plan) *slotOutput {
	s.plan, s.out = p, takeOutput(p.slot)
	s.tell()
	return s.out
}

// cast begins simulation.u for a slot, recast for the next job in it: what one draws must not depend on whether another
// still waits when the log ends.
func (s *simulation) cast(slot int64) {
	if s.source == nil {
		s.source = rand.NewPCG(0, 0)
		s.u = dice{rand.New(s.source)}
	}
	s.key = keyOf(s.seed, s.Name, slot, 1)
}

func (s *simulation) recast() {
	s.key++
	h := mix(s.key)
	s.source.Seed(h, mix(h))
}

func (s *simulation) tell() {
	n := s.plan.slot
	at := s.cal.slotAt(n)
	s.slot, s.d = n, newDice(s.seed, s.Name, at.start)
	s.ids, s.spares = s.firstIDOf(n), s.firstIDOf(n)+int64(s.maxHour)
	s.olds, s.depth, s.asked, s.nextDue = 0, 0, 0, math.MinInt64
	quota := s.quota(at)
	s.cast(at.start)
	s.submitAll(at, quota)
	if s.hostile {
		s.misbehave(at, quota)
	}
	if !s.asking {
		s.recast()
		s.dialect.serverRecords(s, at, quota)
	}
}

// submitAll tells one story after the other until the hour's quota is used up. Stories that fall due while an array
// takes many submissions wait for the next.
func (s *simulation) submitAll(at *slot, quota int) {
	var due []telling
	first := s.ordinal(s.slot)
	for k := 0; k < quota; {
		s.now = at.start + int64(k)*slotSeconds/int64(quota)
		s.now += s.d.between(0, max(0, at.start+slotSeconds-1-s.now)) / int64(quota)
		s.left = quota - k
		due = s.due(due, first+int64(k))
		next := telling{tell: plain}
		if len(due) > 0 {
			next, due = due[0], due[1:]
		}
		s.turn = next.turn
		used := max(1, next.tell(s))
		for i := 1; i < used; i++ {
			due = s.due(due, first+int64(k+i))
		}
		k += used
	}
}

// takeID gives the next job id.
func (s *simulation) takeID() int64 {
	s.ids++
	return s.ids - 1
}

// spareID gives an id to what is no ordinary submission; at most spareIDs in a slot.
func (s *simulation) spareID() int64 {
	s.spares++
	return s.spares - 1
}

// commonCampaign draws one among the common shapes by weight.
func (s *simulation) commonCampaign() *campaign {
	n := s.d.r.IntN(s.total)
	for i := range s.world.common {
		if n -= s.world.common[i].weight; n < 0 {
			return s.campaignOf(&s.world.common[i])
		}
	}
	panic("generate: weights do not add up") // total is their sum
}

// campaignOf draws one of a shape's campaigns; which ones are busy changes every hour.
func (s *simulation) campaignOf(g *group) *campaign {
	n := len(g.campaigns)
	return g.campaigns[(s.d.low(n)+int(s.cal.slotAt(s.slot).start/slotSeconds))%n]
}

func (s *simulation) specialCampaign(key string) *campaign {
	g := s.world.special[key]
	return s.campaignOf(&g[s.d.r.IntN(len(g))])
}

// writes says whether a record of that instant is written.
func (s *simulation) writes(at int64) bool { return !s.asking && s.cal.covers(at) }

// emit files one record under the slot of its instant; records before the first file or after the last are not written.
// text must not hold a newline unless the record really spans lines.
func (s *simulation) emit(at int64, letter byte, id, text []byte) {
	s.emitStamped(at, at, letter, id, text)
}

// emitStamped files a record at one instant that bears the stamp of another. It returns the record without its newline,
// valid until the next is filed, or nil if it was not written.
func (s *simulation) emitStamped(at, stamp int64, letter byte, id, text []byte) []byte {
	if s.asking || !s.cal.covers(at) {
		return nil
	}
	c := s.out.chunk(s.cal.slotOf(at))
	from, need := len(c.data), len(text)+len(id)+32
	if cap(c.data)-from < need {
		c.data = slices.Grow(c.data, max(from/2, need, min(from, 1<<16), 1<<11)) // append gives a quarter, from less
	}
	b := s.cal.appendStamp(c.data, stamp)
	b = append(b, ';', letter, ';')
	b = append(append(b, id...), ';')
	b = append(b, text...)
	c.data = append(b, '\n')
	c.index = append(
		c.index, entry{at: at, from: from, to: len(c.data), letter: letter, lines: 1 + bytes.Count(text, newline)},
	)
	if letter != 'E' {
		s.out.events++
	}
	return c.data[from : len(c.data)-1]
}

var newline = []byte{'\n'}

// queued writes the job's Q records, one for each queue it passes.
func (s *simulation) queued(j *job) {
	if s.asking {
		return
	}
	at, last := j.ctime, len(j.c.Route)-1
	if j.queue != "" { // straight into a reservation's queue
		s.queuedIn(j, at, j.queue, j.etime, j.c.resources)
		return
	}
	for i, queue := range j.c.Route {
		etime, resources := int64(0), j.c.firstResources
		if i == last {
			resources = j.c.resources
			if j.etime <= j.qtime {
				etime = j.etime
			}
		}
		if i == 1 {
			at = j.qtime
		}
		s.queuedIn(j, at, queue, etime, resources)
	}
}

func (s *simulation) queuedIn(j *job, at int64, queue string, etime int64, resources string) {
	if s.cal.covers(at) {
		s.body = s.dialect.queued(s.body[:0], j, queue, etime, resources)
		s.emit(at, 'Q', j.id, s.body)
	}
}

// started writes an S record.
func (s *simulation) started(j *job) {
	if s.writes(j.start) {
		s.body = s.dialect.started(s.body[:0], j)
		s.emit(j.start, 'S', j.id, s.body)
	}
}

// ended writes the E record and the job's row.
func (s *simulation) ended(j *job) { s.endedAt(j, j.end, j.end) }

func (s *simulation) endedAt(j *job, at, stamp int64) {
	if !s.writes(at) {
		return
	}
	s.body = s.dialect.ended(s.body[:0], j)
	if raw := s.emitStamped(at, stamp, 'E', j.id, s.body); raw != nil {
		s.row(j, raw)
	}
}

// requeued writes an R record: the run that ends now is thrown away.
func (s *simulation) requeued(j *job) {
	if s.writes(j.end) {
		s.body = s.dialect.requeued(s.body[:0], j)
		s.emit(j.end, 'R', j.id, s.body)
	}
}
