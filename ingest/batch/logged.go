package batch

import "pbsduck/ingest/pbs"

// Logged is the instant at the head of a record, in epoch seconds, as the
// rows of a Builder have it; clock is that of the server's time zone. It is
// for records whose head is sound (r.Problem is empty).
func Logged(clock *pbs.Clock, r *pbs.Record) int64 { return clock.Epoch(r.Stamp, nearest(r)) }

// logged is the instant at the head of the record, and counts whether the time
// zone fits: an E record is written within seconds of its end=.
func (b *Builder) logged(r *pbs.Record) int64 {
	isEnd, near := r.Letter() == 'E', int64(0)
	if isEnd || b.clock.Repeats(r.Stamp) {
		near = nearest(r)
	}
	t := b.clock.Epoch(r.Stamp, near)
	c := &b.counts
	b.lookBack(r, t)
	if c.FirstTime == 0 || t < c.FirstTime {
		c.FirstTime = t
	}
	c.LastTime = max(c.LastTime, t)
	if isEnd && near != 0 {
		if off := t - near; off > -quarterHour && off < quarterHour {
			c.ZoneMatches++
		} else {
			c.ZoneDiffers++
			c.ZoneOffset = off
		}
	}
	return t
}

// lookBack notes where the clock goes back. One record alone that is early is
// none: PBS writes some of them late, or again.
func (b *Builder) lookBack(r *pbs.Record, t int64) {
	c, straggler := &b.counts, b.straggler
	b.straggler = step{}
	switch {
	case c.BackBy > 0 || t > c.LastTime-minute || b.clock.Repeats(r.Stamp):
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

// nearest is the instant, in epoch seconds, that the record names and that is
// closest to when it was written; 0 if it names none.
func nearest(r *pbs.Record) int64 {
	keys := [...]pbs.Key{pbs.End, pbs.Start, pbs.QTime, pbs.CTime}
	from := keys[:]
	switch r.Letter() {
	case 'E', 'R':
	case 'S', 's', 'T', 'c', 'B':
		from = keys[1:]
	case 'Q':
		from = keys[2:]
	default:
		return 0
	}
	for _, k := range from {
		if v, ok := r.Value(k); ok {
			if n, err := pbs.ParseEpoch(v); err == nil && n != 0 {
				return n
			}
		}
	}
	return 0
}
