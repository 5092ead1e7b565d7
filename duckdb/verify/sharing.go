package verify

import "sync"

// heavy are the checks that take most of the time, with their shares of it; the others take one part each, or less.
var heavy = map[string]int64{"readable": 25, "ledger_records": 10, "told_runs": 10, "rows": 20, "records": 40}

// parts is into how many a share is divided, for a check that tells how far it came.
const parts = 1000

// A sharing adds up how far each check came to how far all are.
type sharing struct {
	progress func(done, total int64)
	total    int64

	mu   sync.Mutex
	done map[string]int64 // by check; what is made a second time does not go back
}

func newSharing(checks []Check, progress func(done, total int64)) *sharing {
	s := &sharing{progress: progress, done: map[string]int64{}}
	for _, c := range checks {
		s.total += s.of(c)
	}
	if progress != nil {
		progress(0, s.total)
	}
	return s
}

func (s *sharing) of(c Check) int64 { return parts * max(1, heavy[c.Name]) }

// within tells how far a check is as part of the whole. Any goroutine may call what it gives.
func (s *sharing) within(c Check) func(done, total int64) {
	return func(done, total int64) {
		if total > 0 {
			s.reached(c, int64(float64(s.of(c)-1)*float64(done)/float64(total)))
		}
	}
}

func (s *sharing) finished(c Check) { s.reached(c, s.of(c)) }

func (s *sharing) reached(c Check, share int64) {
	if s.progress == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.done[c.Name] = max(share, s.done[c.Name])
	done := int64(0)
	for _, n := range s.done {
		done += n
	}
	s.progress(done, s.total)
}
