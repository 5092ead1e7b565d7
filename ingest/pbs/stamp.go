package pbs

import "time"

// A Stamp is the time at the head of a record: wall-clock time of the server, without a zone.
type Stamp struct {
	Year, Month, Day, Hour, Minute, Second int
}

// parseStamp reads "MM/DD/YYYY HH:MM:SS"; ok is false where a field is out of its range. A leap second (:60) is in
// range, the year 9999 is not: part of it is the year 10000 elsewhere, which texts of instants have no room for.
func parseStamp(b []byte) (s Stamp, ok bool) {
	s = Stamp{
		Month: two(b), Day: two(b[3:]), Year: two(b[6:])*100 + two(b[8:]),
		Hour: two(b[11:]), Minute: two(b[14:]), Second: two(b[17:]),
	}
	ok = s.Month >= 1 && s.Month <= 12 && s.Day >= 1 && s.Day <= daysIn(s.Year, s.Month) &&
		s.Year >= 1970 && s.Year < 9999 && s.Hour < 24 && s.Minute < 60 && s.Second <= 60
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

// A Fold is a stretch of local time that autumn repeats: stamps in it stand for two instants, Length apart. Begin and
// Length are in seconds, Begin since 1970: when it is passed for the first time.
type Fold struct{ Begin, Length int64 }

// FoldAt is the fold that an instant, in seconds since 1970, lies in, the first or the second time.
func FoldAt(loc *time.Location, epoch int64) (f Fold, ok bool) {
	t := time.Unix(epoch, 0).In(loc)
	_, offset := t.Zone()
	from, until := t.ZoneBounds()
	if !until.IsZero() {
		_, next := until.Zone()
		if f = (Fold{until.Unix() - int64(offset-next), int64(offset - next)}); f.Length > 0 && epoch >= f.Begin {
			return f, true
		}
	}
	if !from.IsZero() {
		_, before := from.Add(-time.Second).Zone()
		if f = (Fold{from.Unix() - int64(before-offset), int64(before - offset)}); f.Length > 0 &&
			epoch < from.Unix()+f.Length {
			return f, true
		}
	}
	return Fold{}, false
}

// A Clock turns stamps into instants for one time zone. It remembers the hour it was last asked about, so it is cheap
// for a log; it serves one goroutine.
type Clock struct {
	loc    *time.Location
	hour   Stamp // of the remembered answer; minute and second are zero
	begin  int64 // epoch second at which that local hour begins, for the first time
	fold   Fold  // that the hour lies in
	folded bool  // whether there is one
	known  bool
	uneven bool // the clock is set within the hour, or within its repetition: each stamp of it is asked for
}

// NewClock reads stamps as local time of loc.
func NewClock(loc *time.Location) *Clock { return &Clock{loc: loc} }

// Instants are the one or two that a stamp can stand for, in seconds since 1970; they are the same where it is only
// one.
func (c *Clock) Instants(s Stamp) (first, second int64) {
	hour := s
	hour.Minute, hour.Second = 0, 0
	if !c.known || hour != c.hour {
		c.remember(hour)
	}
	if c.uneven {
		first, c.fold, c.folded = c.resolve(s)
	} else {
		first = c.begin + int64(s.Minute*60+s.Second)
	}
	if c.folded && first < c.fold.Begin+c.fold.Length {
		return first, first + c.fold.Length
	}
	return first, first
}

// Fold is the one that the stamps lie in which Instants last gave two instants for.
func (c *Clock) Fold() Fold { return c.fold }

const secondsPerHour = 3600

// remember asks what the first second and the last second of an hour are. Where they do not lie an hour apart, or not
// in the same fold, the clock is set between them: by half an hour (Lord Howe), at a quarter to three (Chatham), at one
// minute past midnight (Newfoundland, until 2011).
func (c *Clock) remember(hour Stamp) {
	last := hour
	last.Minute, last.Second = 59, 59
	end, fold, folded := c.resolve(last)
	c.begin, c.fold, c.folded = c.resolve(hour)
	c.hour, c.known = hour, true
	c.uneven = end-c.begin != secondsPerHour-1 || folded != c.folded || fold != c.fold
}

// resolve is the first instant that a stamp stands for, and the fold that it lies in, if any.
func (c *Clock) resolve(s Stamp) (first int64, f Fold, folded bool) {
	date := time.Date(s.Year, time.Month(s.Month), s.Day, s.Hour, s.Minute, s.Second, 0, c.loc)
	_, offset := date.Zone()
	// what the clock leaves out in spring is counted on from before, for which Go takes either side
	first = date.Unix() + max(0, s.seconds()-date.Unix()-int64(offset))
	if f, folded = FoldAt(c.loc, first); folded && first >= f.Begin+f.Length {
		first -= f.Length
	}
	return first, f, folded
}

// seconds is the stamp as an instant, in seconds since 1970, as if it were UTC.
func (s Stamp) seconds() int64 {
	return time.Date(s.Year, time.Month(s.Month), s.Day, s.Hour, s.Minute, s.Second, 0, time.UTC).Unix()
}
