package pbs

import (
	"testing"
	"time"
)

// TestFolds: a stamp stands for the instants whose local time it is, and for no others.
func TestFolds(t *testing.T) {
	for _, c := range []struct {
		zone string
		from time.Time // a day of it
	}{
		{"America/Denver", time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)},
		{"America/Denver", time.Date(2026, 3, 8, 0, 0, 0, 0, time.UTC)},
		{"Europe/Berlin", time.Date(2026, 10, 24, 12, 0, 0, 0, time.UTC)},
		{"Australia/Adelaide", time.Date(2026, 4, 4, 6, 0, 0, 0, time.UTC)},
		{"Australia/Lord_Howe", time.Date(2026, 4, 4, 6, 0, 0, 0, time.UTC)},
		{"Australia/Lord_Howe", time.Date(2026, 10, 3, 6, 0, 0, 0, time.UTC)}, // half an hour is left out
		{"Pacific/Chatham", time.Date(2026, 4, 4, 6, 0, 0, 0, time.UTC)},      // from 03:45 to 02:45
		{"Pacific/Chatham", time.Date(2026, 9, 26, 6, 0, 0, 0, time.UTC)},     // and back
		{"America/St_Johns", time.Date(2010, 11, 6, 12, 0, 0, 0, time.UTC)},   // from 00:01 to 23:01
		{"America/St_Johns", time.Date(2010, 3, 13, 18, 0, 0, 0, time.UTC)},   // from 00:01 to 01:01
		{"UTC", time.Date(2026, 4, 4, 6, 0, 0, 0, time.UTC)},
		{"America/Havana", time.Date(2026, 10, 31, 18, 0, 0, 0, time.UTC)}, // from 01:00 to midnight
	} {
		loc, err := time.LoadLocation(c.zone)
		if err != nil {
			t.Skip(err)
		}
		instants := map[Stamp][]int64{}
		for at := c.from; at.Before(c.from.Add(24 * time.Hour)); at = at.Add(time.Minute) {
			l := at.In(loc)
			s := Stamp{l.Year(), int(l.Month()), l.Day(), l.Hour(), l.Minute(), l.Second()}
			instants[s] = append(instants[s], at.Unix())
		}
		clock := NewClock(loc)
		for s, all := range instants {
			first, second := clock.Instants(s)
			if first != all[0] || second != all[len(all)-1] {
				t.Fatalf("%s: %v is %d and %d, want %v", c.zone, s, first, second, all)
			}
			for _, want := range all {
				fold, ok := FoldAt(loc, want)
				if twice := len(all) == 2; ok != twice || twice && fold != clock.Fold() ||
					twice && (first < fold.Begin || second >= fold.Begin+2*fold.Length) {
					t.Errorf("%s: fold at %d: %v, %v; %v", c.zone, want, fold, ok, all)
				}
			}
		}
	}
}

// TestLeftOut: a stamp that the clock leaves out in spring is counted on from before, on either side of Greenwich.
func TestLeftOut(t *testing.T) {
	for _, c := range []struct {
		zone string
		s    Stamp
		want time.Time
	}{
		{"America/Denver", Stamp{2026, 3, 8, 2, 30, 0}, time.Date(2026, 3, 8, 9, 30, 0, 0, time.UTC)},
		{"Europe/Berlin", Stamp{2026, 3, 29, 2, 30, 0}, time.Date(2026, 3, 29, 1, 30, 0, 0, time.UTC)},
		{"Australia/Lord_Howe", Stamp{2026, 10, 4, 2, 15, 0}, time.Date(2026, 10, 3, 15, 45, 0, 0, time.UTC)},
		{"America/St_Johns", Stamp{2010, 3, 14, 0, 45, 0}, time.Date(2010, 3, 14, 4, 15, 0, 0, time.UTC)},
	} {
		loc, err := time.LoadLocation(c.zone)
		if err != nil {
			t.Skip(err)
		}
		first, second := NewClock(loc).Instants(c.s)
		if first != c.want.Unix() || second != first {
			t.Errorf("%s: %v is %v, want %v", c.zone, c.s, time.Unix(first, 0).UTC(), c.want)
		}
	}
}
