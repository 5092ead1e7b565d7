package chart

import (
	"math"
	"time"

	"pbsduck/ingest/batch"
)

// tick is a place on an axis, and what is said there. Below is a second line, mostly empty.
type tick struct {
	at          float64
	label, more string
}

// linear leads values from [lo, hi] to [0, 1].
type linear struct{ lo, hi float64 }

func (l linear) place(v float64) float64 {
	if l.hi == l.lo {
		return 0
	}
	return (v - l.lo) / (l.hi - l.lo)
}

// nice is the linear scale over values from lo to hi, rounded to whole steps, of which there are about n. Where all
// values are whole, so are the ticks.
func nice(lo, hi float64, n int, u Unit, whole bool) (linear, []tick) {
	lo, hi = math.Min(lo, 0), math.Max(hi, 0)
	if lo == hi {
		hi = 1
	}
	step := niceStep((hi-lo)/float64(max(n, 1)), u)
	if whole {
		step = math.Ceil(step)
	}
	l := linear{math.Floor(lo/step+1e-9) * step, math.Ceil(hi/step-1e-9) * step}
	var ticks []tick
	for i := range int(math.Round((l.hi-l.lo)/step)) + 1 {
		v := l.lo + float64(i)*step
		if math.Abs(v) < step/1e6 {
			v = 0
		}
		ticks = append(ticks, tick{at: v, label: u.axis(v)})
	}
	return l, ticks
}

// axis is Short, but zero needs no unit.
func (u Unit) axis(v float64) string {
	if v == 0 {
		return "0"
	}
	return u.Short(v)
}

// niceStep rounds a step up to 1, 2, 2.5 or 5 times a power of ten, of time to what clocks have, of bytes to a power of
// two.
func niceStep(raw float64, u Unit) float64 {
	switch u {
	case Seconds:
		for _, s := range []float64{
			1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, hour, 2 * hour, 3 * hour, 6 * hour, 12 * hour, day,
		} {
			if raw > 0.5 && s >= raw {
				return s
			}
		}
		if raw > day {
			return niceStep(raw/day, "") * day
		}
	case Bytes:
		return math.Pow(2, math.Ceil(math.Log2(raw)-1e-9))
	}
	power := math.Pow(10, math.Floor(math.Log10(raw)))
	for _, m := range []float64{1, 2, 2.5, 5} {
		if m*power >= raw*(1-1e-9) {
			return m * power
		}
	}
	return 10 * power
}

// logarithmic leads positive values from [lo, hi] to [zero, 1] by their logarithm, and what is less than lo, for the
// most part zero, to 0. Without such values zero is 0.
type logarithmic struct{ lo, hi, zero float64 }

func (l logarithmic) place(v float64) float64 {
	if v < l.lo {
		return 0
	}
	return l.zero + (1-l.zero)*(math.Log(v)-math.Log(l.lo))/(math.Log(l.hi)-math.Log(l.lo))
}

// logOf is the logarithmic scale over the values that are known, and its ticks, the most telling first.
func logOf(values []float64, u Unit) (logarithmic, []tick) {
	least, most, zeros := math.Inf(1), 0.0, false
	for _, v := range values {
		if v > 0 && v >= u.least() {
			least, most = math.Min(least, v), math.Max(most, v)
		} else {
			zeros = true
		}
	}
	if most == 0 {
		least, most = 1, 10
	}
	l := logarithmic{lo: least, hi: most}
	marks := u.marks(least, most)
	below := 0.0
	for _, m := range marks { // it begins at the mark below the least
		if m <= least {
			below = max(below, m)
		}
	}
	if below > 0 {
		l.lo = below
	}
	if l.hi <= l.lo {
		l.hi = l.lo * 10
	}
	var ticks []tick
	if zeros {
		l.zero = 0.06
		ticks = append(ticks, tick{at: 0, label: "0"})
	}
	for _, m := range marks {
		if m >= l.lo && m <= l.hi {
			ticks = append(ticks, tick{at: m, label: u.Short(m)})
		}
	}
	return l, ticks
}

// least is what counts as something on a logarithmic axis: PBS counts time in seconds.
func (u Unit) least() float64 {
	if u == Seconds || u == Bytes {
		return 1
	}
	return 0
}

// marks are the places that a logarithmic axis may name, the most telling first.
func (u Unit) marks(least, most float64) []float64 {
	switch u {
	case Seconds:
		return []float64{
			1, minute, hour, day, 10, 10 * minute, 10 * day, 100 * day, 1000 * day, 6 * hour, 10000 * day, 1e6 * day, 1e9 * day,
		}
	case Bytes:
		var marks []float64
		for e := 0.0; e <= 8; e++ {
			marks = append(marks, math.Pow(1024, e))
		}
		for e := 0.0; e < 8; e++ {
			marks = append(marks, 32*math.Pow(1024, e))
		}
		return marks
	}
	var marks []float64
	from, to := math.Floor(math.Log10(least)), math.Ceil(math.Log10(most))
	if from == to {
		to++
	}
	stride := math.Ceil((to - from) / 8)
	for e := from; e < to+stride; e += stride {
		marks = append(marks, math.Pow(10, e))
	}
	return marks
}

// apart keeps the ticks, in their order, that stand at least so far from those kept before. place leads to pixels or
// characters, and room says how much a label takes there.
func apart(ticks []tick, place func(float64) float64, room func(string) float64) []tick {
	var kept []tick
	for _, t := range ticks {
		fits := true
		for _, k := range kept {
			if math.Abs(place(t.at)-place(k.at)) < (room(t.label)+room(k.label))/2 {
				fits = false
				break
			}
		}
		if fits {
			kept = append(kept, t)
		}
	}
	return kept
}

// clock leads instants to [0, 1].
type clock struct{ from, to time.Time }

func (c clock) place(t time.Time) float64 {
	return seconds(c.from, t) / seconds(c.from, c.to)
}

// seconds is how long it is from one instant to the other. A time.Duration ends after 292 years.
func seconds(from, to time.Time) float64 {
	return float64(to.Unix()-from.Unix()) + float64(to.Nanosecond()-from.Nanosecond())/1e9
}

// stride is a step of the calendar.
type stride struct{ years, months, days, hours int }

// strides are what a time axis steps by, from fine to coarse.
var strides = []stride{{hours: 1}, {hours: 3}, {hours: 6}, {hours: 12}, {days: 1}, {days: 2}, {days: 7}, {days: 14},
	{months: 1}, {months: 2}, {months: 3}, {months: 6}, {years: 1}, {years: 2}, {years: 5}, {years: 10}, {years: 50},
	{years: 100}, {years: 1000}}

// span is about how long a stride is, in seconds.
func (s stride) span() float64 {
	return float64(s.years*365+s.months*30+s.days)*day + float64(s.hours)*hour
}

// ticks are at most n places of the calendar between the ends: midnights, Mondays, firsts of a month; no closer than
// buckets of this length.
func (c clock) ticks(n int, bucket float64) []tick {
	var s stride
	for _, s = range strides {
		if s.span() < bucket*0.9 {
			continue
		}
		if math.Floor(seconds(c.from, c.to)/s.span()) <= float64(max(n, 1)) {
			break
		}
	}
	var ticks []tick
	before := ""
	for t := s.first(c.from); t.Before(c.to) && len(ticks) <= 2*n; t = s.next(t) {
		if t.Before(c.from) {
			continue
		}
		label, more := s.label(t)
		if more == before {
			more = ""
		} else {
			before = more
		}
		ticks = append(ticks, tick{at: c.place(t), label: label, more: more})
	}
	return ticks
}

// first is the last place of the stride that is not after t.
func (s stride) first(t time.Time) time.Time {
	y, m, d := t.Date()
	switch {
	case s.years > 0:
		y, m, d = y-y%s.years, 1, 1
	case s.months > 0:
		m, d = m-(m-1)%time.Month(s.months), 1
	case s.days >= 7:
		d -= (int(t.Weekday()) + 6) % 7
	}
	return dayBegins(y, m, d, t.Location())
}

// dayBegins is the first instant of a day, mostly midnight. Days and months may be too many: they go on in the next.
func dayBegins(y int, m time.Month, d int, zone *time.Location) time.Time {
	return batch.StartOfDay(time.Date(y, m, d, 0, 0, 0, 0, time.UTC), zone)
}

// next is the place after t. Hours are those of the day, so that midnights stay where they are when clocks are set.
func (s stride) next(t time.Time) time.Time {
	y, m, d := t.Date()
	if s.hours == 0 {
		return dayBegins(y+s.years, m+time.Month(s.months), d+s.days, t.Location())
	}
	for h := t.Hour() - t.Hour()%s.hours + s.hours; ; h += s.hours {
		next := time.Date(y, m, d, h, 0, 0, 0, t.Location())
		if h >= 24 {
			next = dayBegins(y, m, d+1, t.Location())
		}
		if next.After(t) {
			return next
		}
	}
}

// label says what the place is, and of which day or year.
func (s stride) label(t time.Time) (label, more string) {
	switch {
	case s.years > 0:
		return t.Format("2006"), ""
	case s.months > 0:
		return t.Format("Jan"), t.Format("2006")
	case s.days > 0:
		return t.Format("2 Jan"), t.Format("2006")
	}
	return t.Format("15:04"), t.Format("2 Jan 2006")
}
