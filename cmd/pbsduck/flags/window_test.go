package flags

import (
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
