package generate

import "fmt"

// world is everything that workers share: read-only once made.
type world struct {
	profile
	cal     *calendar
	seed    uint64
	jobs    int // per day
	hostile bool
	truth   bool
	common  []group
	total   int // of the common groups' weights
	special map[string][]group
	halves  map[*campaign]*campaign // of the campaigns whose jobs give back nodes
	quotas  [25]int                 // submissions before each local hour; quotas[24] is jobs
	stories []rule
	maxHour int // most submissions in an hour
}

// group is the campaigns of one shape.
type group struct {
	weight    int
	campaigns []*campaign
}

const campaignsPerShape = 8

// activity is how many jobs are submitted in each local hour, relative to the others.
var activity = [24]int{5, 4, 4, 3, 3, 3, 4, 5, 7, 9, 10, 10, 9, 10, 10, 10, 9, 9, 7, 6, 6, 6, 5, 5}

func newWorld(name string, o Options) (*world, error) {
	p, err := profileNamed(name)
	if err != nil {
		return nil, err
	}
	cal, err := newCalendar(p.zone, o.Start, o.Days)
	if err != nil {
		return nil, err
	}
	w := &world{profile: p, cal: cal, seed: o.Seed, jobs: o.Jobs, hostile: o.Hostile, truth: !o.NoTruth, special: map[string][]group{}}
	w.setQuotas()
	w.stories = storiesOf(name)
	d := newDice(o.Seed, name)
	if w.common, err = w.groups(p.common, d); err != nil {
		return nil, err
	}
	for _, g := range w.common {
		w.total += g.weight
	}
	for _, key := range []string{"huge", "large", "odd", "long", "phases", "reserved"} { // in a fixed order: they share a stream
		if w.special[key], err = w.groups(p.special[key], d); err != nil {
			return nil, err
		}
	}
	return w, w.setHalves()
}

func (w *world) setHalves() (err error) {
	w.halves = map[*campaign]*campaign{}
	for _, g := range w.special["phases"] {
		for _, c := range g.campaigns {
			if w.halves[c], err = c.half(); err != nil {
				return err
			}
		}
	}
	return nil
}

func (w *world) groups(shapes []shape, d dice) ([]group, error) {
	gs := make([]group, len(shapes))
	for i := range shapes {
		gs[i].weight = shapes[i].weight
		for range campaignsPerShape {
			c, err := newCampaign(&shapes[i], &w.profile, d)
			if err != nil {
				return nil, fmt.Errorf("%w (profile %s)", err, w.name)
			}
			gs[i].campaigns = append(gs[i].campaigns, c)
		}
	}
	return gs, nil
}

// setQuotas shares a day's jobs among its hours by activity.
func (w *world) setQuotas() {
	all := 0
	for _, a := range activity {
		all += a
	}
	sum := 0
	for h, a := range activity {
		sum += a
		w.quotas[h+1] = int(int64(w.jobs) * int64(sum) / int64(all))
		w.maxHour = max(w.maxHour, w.quotas[h+1]-w.quotas[h])
	}
}

// idsPerSlot is the range of job ids reserved for an hour: its submissions, its hostile ones, reservations, old jobs.
func (w *world) idsPerSlot() int64 { return int64(w.maxHour) + 2*int64(w.spareIDs()) }

func (w *world) spareIDs() int { return w.maxHour/40 + 8 }

// firstIDOf is the first id of a slot; spare ids follow after the slot's maxHour ones.
func (w *world) firstIDOf(slot int) int64 {
	return w.firstID + int64(slot+warmupSlots+veteranSlots)*w.idsPerSlot()
}

// ordinal numbers all submissions of the run, those of the warm-up day negative; stories are told by ordinal.
func (w *world) ordinal(slot int) int64 {
	s := w.cal.slotAt(slot)
	day := int64(s.file)
	return day*int64(w.jobs) + int64(w.quotas[s.hour])
}
