package flags

import (
	"strings"
	"testing"
	"time"
)

// TestDaysOfAWindow: a day is the same value whichever flag says it, and whatever o'clock it is.
func TestDaysOfAWindow(t *testing.T) {
	want := time.Date(2026, 2, 28, 0, 0, 0, 0, time.UTC)
	for _, zone := range []string{"Pacific/Pago_Pago", "UTC", "Pacific/Kiritimati"} {
		there, err := time.LoadLocation(zone)
		if err != nil {
			t.Fatal(err)
		}
		for _, hour := range []int{0, 12, 23} {
			now := time.Date(2026, 3, 1, hour, 59, 59, 0, there)
			for _, w := range []Window{{since: "2026-02-28"}, {last: "2d"}} {
				if from, until, err := w.Days(now); err != nil || from != want || !until.IsZero() {
					t.Errorf("%+v at %s: %s to %s, %v", w, now, from, until, err)
				}
			}
		}
	}
}

// TestLocalWindows: a clock shows the times of an autumn hour twice, and those of one in spring never.
func TestLocalWindows(t *testing.T) {
	for _, c := range []struct{ zone, text, want string }{
		{"America/Denver", "2026-11-01T00:30", "06:30-06:31"},
		{"America/Denver", "2026-11-01T01:30", "07:30-07:31 08:30-08:31"},
		{"America/Denver", "2026-11-01T01:59", "07:59-08:00 08:59-09:00"},
		{"America/Denver", "2026-11-01T02:00", "09:00-09:01"},
		{"America/Denver", "2026-11-01T01:00..2026-11-01T01:59", "07:00-08:00 08:00-09:00"},
		{"America/Denver", "2026-11-01T00:30..2026-11-01T01:20", "06:30-07:21 08:00-08:21"},
		{"America/Denver", "2026-11-01T01:10..2026-11-01T01:20", "07:10-07:21 08:10-08:21"},
		{"America/Denver", "2026-11-01T01:30..2026-11-01T02:30", "07:30-09:31"},
		{"America/Denver", "2026-11-01T01:30..", "07:30-"},
		{"America/Denver", "..2026-11-01T01:30", "-07:31 08:00-08:31"},
		{"America/Denver", "2026-11-01T07:30Z", "07:30-07:31"},
		{"America/Denver", "2026-11-01T01:30-07:00", "08:30-08:31"},
		{"America/Denver", "2026-11-01", "06:00-07:00"},
		{"America/Denver", "2026-03-08T02:00..2026-03-08T02:59", "09:00-09:00"},
		{"America/Denver", "2026-03-08T02:30", "09:00-09:00"},
		{"America/Denver", "2026-03-08T01:30..2026-03-08T02:30", "08:30-09:00"},
		{"America/Denver", "2026-03-08T02:30..2026-03-08T03:30", "09:00-09:31"},
		{"Europe/Berlin", "2026-10-25T02:30", "00:30-00:31 01:30-01:31"},
		{"Europe/Berlin", "2026-03-29T02:30", "01:00-01:00"},
		{"Australia/Lord_Howe", "2026-04-05T01:45", "14:45-14:46 15:15-15:16"},
		{"UTC", "2026-11-01T01:30", "01:30-01:31"},
	} {
		zone, err := time.LoadLocation(c.zone)
		if err != nil {
			t.Fatal(err)
		}
		s, err := spanOf("ended", c.text)
		if err != nil {
			t.Fatal(err)
		}
		windows, err := s.windows("ended", zone, zone)
		var got []string
		for _, w := range windows {
			var text string
			if !w.From.IsZero() {
				text = w.From.UTC().Format("15:04")
			}
			if text += "-"; !w.Before.IsZero() {
				text += w.Before.UTC().Format("15:04")
			}
			got = append(got, text)
		}
		if got := strings.Join(got, " "); err != nil || got != c.want {
			t.Errorf("%s in %s: %s, %v, want %s", c.text, c.zone, got, err, c.want)
		}
	}
}
