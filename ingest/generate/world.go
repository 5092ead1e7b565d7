package generate

import (
	"cmp"
	"fmt"
	"slices"
)

// world is everything that workers share: read-only once made.
type world struct {
	profile
	dialect      dialect
	cal          *calendar
	seed         uint64
	jobs         int // per day
	hostile      bool
	truth        bool
	parts        []part
	common       []group
	total        int // of the common groups' weights
	special      map[string][]group
	halves       map[*campaign]*campaign // of the campaigns whose jobs give back nodes
	quotas       [7][25]int              // of each weekday: submissions before each local hour, and of the whole day
	stories      []rule
	maxHour      int   // most submissions in an hour
	eligibleFrom int64 // records of jobs that start before have no eligible_time
}

func (w *world) torque() bool { return w.Dialect == "torque" }

// group is the campaigns of one shape.
type group struct {
	weight    int
	campaigns []*campaign
}

const campaignsPerShape = 8

// standardActivity is how many jobs are submitted in each local hour, relative to the others.
var standardActivity = []int64{5, 4, 4, 3, 3, 3, 4, 5, 7, 9, 10, 10, 9, 10, 10, 10, 9, 9, 7, 6, 6, 6, 5, 5}

func newWorld(source string, o Options) (*world, error) {
	p, err := findProfile(source)
	if err != nil {
		return nil, err
	}
	cal, err := newCalendar(p.Zone, o.Start, o.Days)
	if err != nil {
		return nil, err
	}
	w := &world{
		profile: p, cal: cal, seed: o.Seed, jobs: cmp.Or(o.Jobs, p.Jobs, defaultJobs), hostile: o.Hostile, truth: !o.NoTruth,
	}
	w.dialect = dialects[p.Dialect]
	w.stories = storiesOf(&w.profile)
	if !p.NoEligibleBefore.IsZero() {
		w.eligibleFrom = p.NoEligibleBefore.Unix()
	}
	w.setQuotas()
	return w, w.fit(o)
}

// populate makes the campaigns, on the nodes that there are. Common shapes that need more than a third of their kind
// are left out: a machine so small has no such jobs.
func (w *world) populate() error {
	d := newDice(w.seed, w.Name)
	w.common, w.total, w.special, w.halves = nil, 0, map[string][]group{}, map[*campaign]*campaign{}
	for i := range w.shapes {
		s := &w.shapes[i]
		g := group{weight: s.Weight}
		for range cmp.Or(s.Campaigns, campaignsPerShape) {
			c, err := w.newCampaign(s, d)
			if err != nil {
				return fmt.Errorf("%w (profile %s)", err, w.Name)
			}
			g.campaigns = append(g.campaigns, c)
		}
		switch c := g.campaigns[0]; {
		case s.Story != "":
			w.special[s.Story] = append(w.special[s.Story], g)
		case c.nodes <= max(4, c.at.count/3):
			w.common = append(w.common, g)
			w.total += g.weight
		}
	}
	for _, g := range w.special["phases"] {
		for _, c := range g.campaigns {
			h, err := c.half(w.dialect)
			if err != nil {
				return err
			}
			w.halves[c] = h
		}
	}
	return nil
}

// idsPerSlot is the range of job ids reserved for an hour: its submissions, its hostile ones, reservations, old jobs.
func (w *world) idsPerSlot() int64 { return int64(w.maxHour) + 2*int64(w.spareIDs()) }

func (w *world) spareIDs() int { return w.maxHour/40 + 8 }

// firstIDOf is the first id of a slot; spare ids follow after the slot's maxHour ones.
func (w *world) firstIDOf(slot int) int64 {
	return w.FirstID + int64(slot+warmupSlots+veteranSlots)*w.idsPerSlot()
}

// ordinal numbers all submissions of the run, those of the warm-up day negative; stories are told by ordinal.
func (w *world) ordinal(slot int) int64 {
	return w.before(w.cal.slotAt(slot))
}

// veterans is how many jobs of the log began before it: as many as there are tellings of longRunning in its first days.
func (w *world) veterans() int64 {
	i := slices.IndexFunc(w.stories, func(r rule) bool { return r.name == "longRunning" })
	if i < 0 {
		return 0
	}
	return int64(w.jobs) * (veteranSlots + warmupSlots) / 24 / w.stories[i].every(w.jobs)
}
