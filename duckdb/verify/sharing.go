package verify

// heavy are the checks that take most of the time, with their shares of it; the others take one part each, or less.
var heavy = map[string]int64{"readable": 25, "ledger_records": 10, "told_runs": 10, "rows": 20, "records": 40}

// parts is into how many a share is divided, for a check that tells how far it came.
const parts = 1000

// A sharing adds up how far each check came to how far all are.
type sharing struct {
	done, total int64
	progress    func(done, total int64)
}

func newSharing(checks []Check, progress func(done, total int64)) *sharing {
	s := &sharing{progress: progress}
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
	if s.progress == nil {
		return func(int64, int64) {}
	}
	before, share := s.done, s.of(c)
	return func(done, total int64) {
		if total > 0 {
			s.progress(before+int64(float64(share)*float64(done)/float64(total)), s.total)
		}
	}
}

func (s *sharing) finished(c Check) { s.done += s.of(c) }
