package generate

import (
	"fmt"
	"time"
)

const (
	slotSeconds = 3600
	warmupSlots = 24 // one day is simulated before the first file
)

// calendar maps instants to slots, slots to day files, and knows the head of each slot's record stamps.
//
// It rests on the zone's offset being whole hours, before and after each change, and on changes falling on whole hours
// of UTC: then a slot lies within one local hour of one local day. newCalendar checks this.
type calendar struct {
	loc   *time.Location
	first int64  // instant of local midnight of the first day; start of slot 0
	slots []slot // from slot -warmupSlots on, and a day beyond the last file; slotAt hides the shift
	filed int    // slots 0 … filed-1 have a file
	days  []string
}

// slot is one hour of UTC.
type slot struct {
	start   int64
	hour    int    // local
	weekday int    // local, from Monday on
	date    string // local, YYYY-MM-DD
	stamp   string // "MM/DD/YYYY HH:", the head of its record stamps
	file    int    // index into days; -1 before the first
}

func newCalendar(zone string, start time.Time, days int) (*calendar, error) {
	loc, err := time.LoadLocation(zone)
	if err != nil {
		return nil, fmt.Errorf("generate: time zone %s: %w", zone, err)
	}
	y, m, d := start.Date()
	c := &calendar{loc: loc, first: time.Date(y, m, d, 0, 0, 0, 0, loc).Unix()}
	end := time.Date(y, m, d+days, 0, 0, 0, 0, loc).Unix()
	for t := c.first - warmupSlots*slotSeconds; t < end+26*slotSeconds; t += slotSeconds {
		local := time.Unix(t, 0).In(loc)
		if local.Minute() != 0 || local.Second() != 0 {
			return nil, fmt.Errorf("generate: time zone %s is not whole hours from UTC at %s", zone, local)
		}
		s := slot{
			start: t, hour: local.Hour(), weekday: (int(local.Weekday()) + 6) % 7, date: local.Format(time.DateOnly),
			stamp: local.Format("01/02/2006 15:"), file: -1,
		}
		if t >= c.first && t < end {
			c.filed++
			name := local.Format("20060102")
			if len(c.days) == 0 || c.days[len(c.days)-1] != name {
				c.days = append(c.days, name)
			}
			s.file = len(c.days) - 1
		}
		c.slots = append(c.slots, s)
	}
	return c, nil
}

// count is the number of slots that have a file: 0 … count-1.
func (c *calendar) count() int { return c.filed }

// slotAt gives slot n, which may be as low as -warmupSlots.
func (c *calendar) slotAt(n int) *slot { return &c.slots[n+warmupSlots] }

// opening is the instant with which the simulation begins.
func (c *calendar) opening() int64 { return c.first - warmupSlots*slotSeconds }

// slotOf is the slot an instant lies in; it may have no file, or lie outside the calendar.
func (c *calendar) slotOf(t int64) int {
	d := t - c.first
	if d < 0 {
		d -= slotSeconds - 1
	}
	return int(d / slotSeconds)
}

// covers says whether a record of that instant is written to a file.
func (c *calendar) covers(t int64) bool {
	n := c.slotOf(t)
	return n >= 0 && n < c.count()
}

// appendStamp writes "MM/DD/YYYY HH:MM:SS" in local time.
func (c *calendar) appendStamp(b []byte, t int64) []byte {
	n := c.slotOf(t)
	if !c.holds(n) {
		return time.Unix(t, 0).In(c.loc).AppendFormat(b, "01/02/2006 15:04:05")
	}
	s := c.slotAt(n)
	in := t - s.start
	b = append(b, s.stamp...)
	b = appendTwo(b, in/60)
	b = append(b, ':')
	return appendTwo(b, in%60)
}

// date is the local day of an instant, YYYY-MM-DD.
func (c *calendar) date(t int64) string {
	n := c.slotOf(t)
	if !c.holds(n) {
		return time.Unix(t, 0).In(c.loc).Format(time.DateOnly)
	}
	return c.slotAt(n).date
}

// holds says whether slot n is in the calendar, with a file or without.
func (c *calendar) holds(n int) bool { return n >= -warmupSlots && n+warmupSlots < len(c.slots) }

// nextMidnight is the first local midnight after t, an instant before the end of the last file.
func (c *calendar) nextMidnight(t int64) int64 {
	n := c.slotOf(t)
	day := c.slotAt(n).date
	for c.slotAt(n).date == day {
		n++
	}
	return c.slotAt(n).start
}
