package batch

import (
	"testing"
	"time"
)

// TestStartOfDay: a day begins with its first instant, also where the clock leaps over midnight, or reaches it twice.
func TestStartOfDay(t *testing.T) {
	for _, c := range []struct{ zone, day, want string }{
		{"UTC", "2026-01-31", "2026-01-31T00:00:00Z"},
		{"America/Denver", "2026-03-08", "2026-03-08T07:00:00Z"},
		{"America/Denver", "2026-03-09", "2026-03-09T06:00:00Z"},
		{"America/Havana", "2026-03-08", "2026-03-08T05:00:00Z"}, // 01:00: there is no midnight
		{"America/Havana", "2026-11-01", "2026-11-01T04:00:00Z"}, // the first of two
		{"Pacific/Kiritimati", "2026-01-31", "2026-01-30T10:00:00Z"},
		{"Pacific/Pago_Pago", "2026-01-31", "2026-01-31T11:00:00Z"},
	} {
		loc, err := time.LoadLocation(c.zone)
		if err != nil {
			t.Fatal(err)
		}
		day, err := time.Parse(time.DateOnly, c.day)
		if err != nil {
			t.Fatal(err)
		}
		if got := StartOfDay(day, loc).UTC().Format(time.RFC3339); got != c.want {
			t.Errorf("%s in %s begins at %s, not %s", c.day, c.zone, got, c.want)
		}
	}
}

// TestDaysInAnyOrder: of which day an instant is, does not depend on what the calendar was asked before.
func TestDaysInAnyOrder(t *testing.T) {
	for _, zone := range []string{"America/Havana", "America/Denver", "Pacific/Apia", "America/Nuuk", "America/St_Johns"} {
		loc, err := time.LoadLocation(zone)
		if err != nil {
			t.Fatal(err)
		}
		for _, around := range []string{"2010-11-07", "2011-12-30", "2023-03-26", "2026-03-08", "2026-11-01"} {
			middle, _ := time.Parse(time.DateOnly, around)
			c := NewCalendar(loc)
			for i := range 4 * 384 {
				steps := []int{1, 383, 37, 239}[i/384] // forth, back, and to and fro
				at := middle.Add(time.Duration(i*steps%384-192) * 15 * time.Minute)
				local := at.In(loc)
				want := time.Date(local.Year(), local.Month(), local.Day(), 0, 0, 0, 0, time.UTC).Unix() / secondsPerDay
				if got := c.Day(at.Unix()); got != want {
					t.Fatalf("%s in %s is on day %d, not %d", at, zone, got, want)
				}
			}
		}
	}
}
