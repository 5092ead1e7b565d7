package batch

import (
	"cmp"

	"pbsduck/ingest/pbs"
)

// Logged is the instant at the head of a record, in epoch seconds, as the rows of a Builder have it before a database
// knows more; clock is that of the server's time zone. It is for records whose head is sound (r.Problem is empty).
func Logged(clock *pbs.Clock, r *pbs.Record) int64 {
	t, _, _ := instant(clock, r)
	return t
}

// instant is that at the head of a record, and whether it lies where autumn repeats an hour. It is not sure there if
// nothing in the record tells which of two it is; the first is given then. An E record is always taken to be sure: its
// row must follow from the record alone.
func instant(clock *pbs.Clock, r *pbs.Record) (t int64, twice, sure bool) {
	first, second := clock.Instants(r.Stamp)
	if first == second {
		return first, false, true
	}
	near, latest := nearest(r, first)
	if near != 0 && distance(second, near) < distance(first, near) {
		t = second
	} else {
		t = first
	}
	if r.Letter() == 'E' || near != 0 && distance(t, near) < quarterHour {
		return t, true, true
	}
	if first+minute < latest && latest <= second+minute { // the first would be before what it tells of
		return second, true, true
	}
	return first, true, false
}

func distance(a, b int64) int64 { return max(a-b, b-a) }

// logged is the instant at the head of the record, and counts whether the time zone fits: an E record is written within
// seconds of its end=. It is not sure where the record does not tell which of two it is.
func (b *Builder) logged(r *pbs.Record) (t int64, sure bool) {
	t, twice, sure := instant(b.clock, r)
	c := &b.counts
	if twice {
		b.addFold(b.clock.Fold())
	}
	b.lookBack(r, t, twice)
	if c.FirstTime == 0 || t < c.FirstTime {
		c.FirstTime = t
	}
	c.LastTime = max(c.LastTime, t)
	if r.Letter() == 'E' {
		c.checkZone(r, t)
	}
	return t, sure
}

// checkZone compares the head of an E record with its end.
func (c *Counts) checkZone(r *pbs.Record, t int64) {
	v, _ := r.Value(pbs.End)
	end, err := pbs.ParseEpoch(v)
	if err != nil || end == 0 {
		return
	}
	if off := t - end; off > -quarterHour && off < quarterHour {
		c.ZoneMatches++
	} else {
		c.ZoneDiffers++
		c.ZoneOffset = off
	}
}

// addFold notes that there are records in a fold.
func (b *Builder) addFold(f pbs.Fold) {
	if n := len(b.folds); n == 0 || b.folds[n-1] != f {
		b.folds = append(b.folds, f)
	}
}

// lookBack notes where the clock goes back. One record alone that is early is none: PBS writes some of them late, or
// again.
func (b *Builder) lookBack(r *pbs.Record, t int64, twice bool) {
	c, straggler := &b.counts, b.straggler
	b.straggler = step{}
	switch {
	case c.BackBy > 0 || t > c.LastTime-minute || twice:
	case straggler.by > 0:
		c.BackLine, c.BackBy = straggler.line, straggler.by
	default:
		b.straggler = step{r.Line, c.LastTime - t}
	}
}

// A step is where the clock goes back, by how many seconds.
type step struct{ line, by int64 }

const (
	minute      = 60
	quarterHour = 15 * minute
)

// nearest is the instant, in epoch seconds, that the record names and that is closest to when it was written, 0 if it
// names none such; latest is the latest one that was past then. For an E record that does not know its end near is the
// start and the walltime used. What is days behind head is no instant.
func nearest(r *pbs.Record, head int64) (near, latest int64) {
	named := func(k pbs.Key) int64 {
		v, _ := r.Value(k)
		n, err := pbs.ParseEpoch(v)
		if err != nil || n > head+slack/microsecond {
			return 0
		}
		return n
	}
	start, queued, submitted := named(pbs.Start), named(pbs.QTime), named(pbs.CTime)
	switch r.Letter() {
	case 'B', 'Y', 'U': // reservations, which end in the future
		if r.Letter() == 'B' {
			near = start
		}
		return near, max(queued, submitted)
	case 'E':
		near = cmp.Or(named(pbs.End), lastSeen(r, start, head), queued, submitted)
	case 'R', 'A':
		near = cmp.Or(named(pbs.End), start, queued, submitted)
	case 'S', 's', 'T', 'c':
		near = cmp.Or(start, queued, submitted)
	case 'Q':
		near = cmp.Or(queued, submitted)
	}
	return near, max(named(pbs.End), start, queued, submitted)
}

// lastSeen is when a job that started then had used its walltime, if that was by head; 0 if it did not start.
func lastSeen(r *pbs.Record, start, head int64) int64 {
	if start == 0 {
		return 0
	}
	v, _ := r.Value(pbs.UsedWalltime)
	used, err := pbs.ParseDuration(v)
	if err != nil || used > head+slack/microsecond-start {
		return start
	}
	return start + used
}
