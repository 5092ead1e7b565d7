package verify

import "testing"

// TestProgress holds the bar to the work: it never goes back, each check moves it, and it is full with the last one
// only.
func TestProgress(t *testing.T) {
	checks := Checks(false)
	var last, total int64
	s := newSharing(checks, func(done, of int64) {
		if done < last || done > of {
			t.Errorf("%d of %d, behind %d", done, of, last)
		}
		last, total = done, of
	})
	for i, c := range checks {
		before := last
		tell := s.within(c)
		tell(0, 7)
		tell(3, 7)
		tell(0, 0)
		tell(7, 7)
		s.finished(c)
		if full := last == total; last <= before || full != (i == len(checks)-1) {
			t.Errorf("%s: %d of %d, before %d", c.Name, last, total, before)
		}
	}
	for name := range heavy {
		if !hasCheck(checks, name) {
			t.Errorf("there is no check %s", name)
		}
	}
}

func hasCheck(checks []Check, name string) bool {
	for _, c := range checks {
		if c.Name == name {
			return true
		}
	}
	return false
}
