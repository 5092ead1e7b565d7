package generate

import (
	"errors"
	"fmt"
	"math"
	"slices"
)

// What a profile may say of a site's own ways, beside what its jobs ask for: when they are submitted, by whom, how long
// they run and how they end. Without these keys it is as the built-in profiles have it.

// defaultJobs are submitted in a day, if neither who asks nor the profile says how many.
const defaultJobs = 2000

func (p *profile) checkWays() error {
	switch {
	case p.Activity != nil && (len(p.Activity) != 24 || sum(p.Activity) < 1 || slices.Min(p.Activity) < 0):
		return errors.New("activity: give a weight for each of the 24 local hours, not all of them 0")
	case p.Weekdays != nil && (len(p.Weekdays) != 7 || sum(p.Weekdays) < 1 || slices.Min(p.Weekdays) < 0):
		return errors.New("weekdays: give a weight for each of the seven days, from Monday on, not all of them 0")
	case p.Users != nil && (len(p.Users) > 9000 || sum(p.Users) < 1 || slices.Min(p.Users) < 0):
		return errors.New("users: give a weight for each of at most 9000 users, not all of them 0")
	case p.Jobs < 0 || p.Jobs > MaxJobs:
		return fmt.Errorf("jobs = %d: use 1 to %d a day", p.Jobs, MaxJobs)
	}
	all := int64(0)
	for _, e := range p.Exits {
		if e[1] < 0 {
			return fmt.Errorf("exits: the weight of %d is below 0", e[0])
		}
		all += e[1]
	}
	if p.Exits != nil && all < 1 {
		return errors.New("exits: give exit statuses with their weights, not all of them 0")
	}
	return nil
}

func (s *shape) checkWays() error {
	if s.Runs != nil && (len(s.Runs) < 2 || !slices.IsSorted(s.Runs) || s.Runs[0] < 0) {
		return errors.New("runs: give quantiles in seconds, from the shortest to the longest")
	}
	if s.Campaigns < 0 || s.Campaigns > 1000 {
		return fmt.Errorf("campaigns = %d: use 1 to 1000", s.Campaigns)
	}
	return nil
}

func sum(weights []int64) (all int64) {
	for _, w := range weights {
		all += w
	}
	return all
}

// weighted draws an index by weight.
func (d dice) weighted(weights []int64, all int64) int {
	n := d.r.Int64N(all)
	for i, w := range weights {
		if n -= w; n < 0 {
			return i
		}
	}
	panic("generate: weights do not add up") // all is their sum
}

// quantile draws from a distribution of which these are quantiles, evenly spaced; between two of them each doubling is
// equally likely.
func (d dice) quantile(q []int64) int64 {
	at := d.r.Float64() * float64(len(q)-1)
	i := int(at)
	lo, hi := math.Log(float64(q[i]+1)), math.Log(float64(q[i+1]+1))
	return int64(math.Round(math.Exp(lo+(at-float64(i))*(hi-lo)))) - 1
}

// userNumber draws a user.
func (w *world) userNumber(d dice) int {
	if w.Users == nil {
		return d.low(900) + 1
	}
	return d.weighted(w.Users, sum(w.Users)) + 1
}

// ownFate draws how long the next run lasts, and how it ends, as the profile says.
func (s *simulation) ownFate(j *job) {
	c, d := j.c, s.d
	if j.wall = d.about(c.typicalRun, 35); c.Runs != nil {
		j.wall = d.quantile(c.Runs)
	}
	j.wall = max(1, j.wall)
	all := int64(0)
	for _, e := range s.Exits {
		all += e[1]
	}
	n := d.r.Int64N(all)
	for _, e := range s.Exits {
		if n -= e[1]; n < 0 {
			j.exit = e[0]
			break
		}
	}
	if j.exit == s.dialect.overtime() {
		j.wall = c.walltime + d.between(12, 35)
	} else {
		j.wall = min(j.wall, c.walltime)
	}
}

// setQuotas shares a week's jobs among its days, and a day's among its hours.
func (w *world) setQuotas() {
	activity, weekdays := w.Activity, w.Weekdays
	if activity == nil {
		activity = standardActivity
	}
	if weekdays == nil {
		weekdays = []int64{1, 1, 1, 1, 1, 1, 1}
	}
	all, days := sum(activity), sum(weekdays)
	for day := range w.quotas {
		jobs, sum := int64(w.jobs)*7*weekdays[day]/days, int64(0)
		for h, a := range activity {
			sum += a
			w.quotas[day][h+1] = int(jobs * sum / all)
			w.maxHour = max(w.maxHour, w.quotas[day][h+1]-w.quotas[day][h])
		}
	}
}

// quota is how many jobs are submitted in a slot.
func (w *world) quota(at *slot) int {
	q := &w.quotas[at.weekday]
	return q[at.hour+1] - q[at.hour]
}

// before is how many are submitted before a slot of a log's day; days before the first count below 0.
func (w *world) before(at *slot) int64 {
	week := int64(0)
	for i := range w.quotas {
		week += int64(w.quotas[i][24])
	}
	first := w.cal.slotAt(0).weekday
	day, total := int64(at.file), int64(0)
	weeks := int64(math.Floor(float64(day) / 7))
	for i := range day - weeks*7 {
		total += int64(w.quotas[(first+int(i))%7][24])
	}
	return weeks*week + total + int64(w.quotas[at.weekday][at.hour])
}
