package batch

import "time"

const (
	secondsPerDay = 86400
	microsecond   = 1_000_000 // of them in a second
)

// A Calendar says on which local day of a time zone an instant lies. It is the one place where days are decided: a day
// is [midnight, midnight), 23 or 25 hours long twice a year, and midnight belongs to the later day. It remembers the
// day it was last asked about and serves one goroutine.
type Calendar struct {
	loc         *time.Location
	from, until int64 // epoch seconds of the remembered day
	day         int64 // its number, in days since 1970-01-01
}

// NewCalendar counts the days of loc.
func NewCalendar(loc *time.Location) *Calendar { return &Calendar{loc: loc} }

// Day is the local day of an epoch second, as days since 1970-01-01.
func (c *Calendar) Day(epoch int64) int64 {
	if epoch < c.from || epoch >= c.until {
		c.remember(epoch)
	}
	return c.day
}

// remember finds the stretch of a day around an instant in which the clock is not set: also where it is set back over
// midnight, and the day before goes on.
func (c *Calendar) remember(epoch int64) {
	t := time.Unix(epoch, 0).In(c.loc)
	hour, minute, second := t.Clock()
	c.from = epoch - int64(hour*60*60+minute*60+second)
	c.until = c.from + secondsPerDay
	_, offset := t.Zone()
	c.day = (c.from + int64(offset)) / secondsPerDay
	from, until := t.ZoneBounds()
	if !from.IsZero() {
		c.from = max(c.from, from.Unix())
	}
	if !until.IsZero() {
		c.until = min(c.until, until.Unix())
	}
}

// StartOfDay is the first instant of a local day, of which day shows year, month and day. It is not always midnight,
// which clocks may leap over, or reach twice.
func StartOfDay(day time.Time, loc *time.Location) time.Time {
	y, m, d := day.Date()
	midnight := time.Date(y, m, d, 0, 0, 0, 0, loc)
	change, end := midnight.ZoneBounds()
	switch hour, minute, second := midnight.Clock(); {
	case midnight.Day() != d: // leapt over, and taken for the time before
		return end
	case hour != 0 || minute != 0 || second != 0: // or for the time behind
		return change
	case change.IsZero():
		return midnight
	}
	_, offset := midnight.Zone()
	_, before := change.Add(-time.Second).Zone()
	if first := midnight.Add(time.Duration(offset-before) * time.Second); before > offset && first.Before(change) {
		return first // the clock was set back over it
	}
	return midnight
}
