package pbs

import "time"

// A Stamp is the time at the head of a record: wall-clock time of the server,
// without a zone.
type Stamp struct {
	Year, Month, Day, Hour, Minute, Second int
}

// parseStamp reads "MM/DD/YYYY HH:MM:SS"; ok is false where a field is out of
// its range. A leap second (:60) is in range.
func parseStamp(b []byte) (s Stamp, ok bool) {
	s = Stamp{
		Month: two(b), Day: two(b[3:]), Year: two(b[6:])*100 + two(b[8:]),
		Hour: two(b[11:]), Minute: two(b[14:]), Second: two(b[17:]),
	}
	ok = s.Month >= 1 && s.Month <= 12 && s.Day >= 1 && s.Day <= daysIn(s.Year, s.Month) &&
		s.Year >= 1970 && s.Hour < 24 && s.Minute < 60 && s.Second <= 60
	return s, ok
}

func two(b []byte) int { return int(b[0]-'0')*10 + int(b[1]-'0') }

func daysIn(year, month int) int {
	switch month {
	case 4, 6, 9, 11:
		return 30
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	}
	return 31
}

// A Clock turns stamps into instants for one time zone. It remembers the hour
// it was last asked about, so it is cheap for a log; it serves one goroutine.
type Clock struct {
	loc           *time.Location
	hour          Stamp // of the remembered answer; minute and second are zero
	early, late   int64 // epoch second at which that local hour begins; they differ in a repeated hour
	known, folded bool
}

// NewClock reads stamps as local time of loc.
func NewClock(loc *time.Location) *Clock { return &Clock{loc: loc} }

// Epoch is the instant of a stamp, in seconds since 1970. In the hour that
// autumn repeats there are two: near, an instant that the record itself names
// (its end=, start=, ...; 0 if it names none), decides, and without it the
// first is taken, so the answer never depends on neighbouring records.
func (c *Clock) Epoch(s Stamp, near int64) int64 {
	hour := s
	hour.Minute, hour.Second = 0, 0
	if !c.known || hour != c.hour {
		c.remember(hour)
	}
	within := int64(s.Minute*60 + s.Second)
	if c.folded && near != 0 && abs(c.late+within-near) < abs(c.early+within-near) {
		return c.late + within
	}
	return c.early + within
}

// Folded tells whether the last stamp was in an hour that comes twice.
func (c *Clock) Folded() bool { return c.folded }

func (c *Clock) remember(hour Stamp) {
	t := time.Date(hour.Year, time.Month(hour.Month), hour.Day, hour.Hour, 0, 0, 0, c.loc)
	c.hour, c.known, c.folded = hour, true, false
	c.early, c.late = t.Unix(), t.Unix()
	for _, other := range []time.Time{t.Add(-time.Hour), t.Add(time.Hour)} {
		if other.Hour() == t.Hour() && other.Day() == t.Day() {
			c.folded = true
			c.early, c.late = min(c.early, other.Unix()), max(c.late, other.Unix())
		}
	}
}

func abs(n int64) int64 {
	if n < 0 {
		return -n
	}
	return n
}
