package batch

import "time"

const (
	secondsPerDay = 86400
	microsecond   = 1_000_000 // of them in a second
)

// A Calendar says on which local day of a time zone an instant lies. It is
// the one place where days are decided: a day is [midnight, midnight), 23 or
// 25 hours long twice a year, and midnight belongs to the later day. It
// remembers the day it was last asked about and serves one goroutine.
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

func (c *Calendar) remember(epoch int64) {
	y, m, d := time.Unix(epoch, 0).In(c.loc).Date()
	c.from = time.Date(y, m, d, 0, 0, 0, 0, c.loc).Unix()
	c.until = time.Date(y, m, d+1, 0, 0, 0, 0, c.loc).Unix()
	c.day = time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / secondsPerDay
	if epoch < c.from || epoch >= c.until { // zones that change at midnight
		c.from, c.until = epoch, epoch+1
	}
}
