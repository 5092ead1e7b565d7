package load

import (
	"maps"
	"slices"

	"pbsduck/duckdb/charge"
	"pbsduck/duckdb/warnings"
	"pbsduck/ingest/batch"
)

// A Summary says what a run did. Counts are of what was committed, but for Records, ByType and the bytes, which count
// what was read.
type Summary struct {
	Files     int // logs of which something was taken in
	Unchanged int // logs with nothing new
	Failed    []error

	Records                         int64
	batch.Tally                     // of what was taken in
	LogBytes, RawBytes, PackedBytes int64
	ByType                          map[string]int64
	FailedBy                        map[string]int64 // failed conversions by table.column
	UnknownCharges                  charge.Unknown   // jobs with a charge that no rule could tell
	OtherZone                       []OtherZone      // logs that were read in another time zone before
	Warnings                        []warnings.Warning

	readJobs int64
	zone     string                   // of the run
	told     map[warnings.Warning]int // where in Warnings, without file and text
}

// An OtherZone is a log that was read in another time zone than that of the run before. It stays so, and is read on in
// that one.
type OtherZone struct{ File, Zone string }

func (s *Summary) tellZone(l *logRun) {
	if l.entry.TimeZone != s.zone {
		s.OtherZone = append(s.OtherZone, OtherZone{l.Path, l.entry.TimeZone})
	}
}

func newSummary(p *plan) *Summary {
	s := &Summary{
		ByType: map[string]int64{}, FailedBy: map[string]int64{}, told: map[warnings.Warning]int{}, zone: p.zone,
	}
	for _, l := range p.logs {
		if l.skipped {
			s.Unchanged++
			s.tellZone(l)
		}
	}
	return s
}

func (s *Summary) add(c *batch.Counts) {
	s.Records += c.Records
	s.readJobs += c.Jobs
	s.LogBytes += c.Bytes
	s.RawBytes += c.RawBytes
	s.PackedBytes += c.PackedBytes
	for letter, n := range c.ByType {
		s.ByType[letter] += n
	}
}

// committed adds up the rows of the ledger that were written, and the changes to those of earlier loads.
func (s *Summary) committed(group []*logRun, load *transaction) {
	s.tell(load.warnings)
	s.Tally = s.Plus(load.earlier)
	for _, l := range group {
		e := l.entry
		if l.gave() {
			s.Files++
		} else {
			s.Unchanged++
		}
		s.Tally = s.Plus(e.Minus(l.before.Tally))
		for name, n := range l.failed {
			s.FailedBy[name] += n
		}
		s.tellZone(l)
	}
}

// Letters lists the record letters that were read, in order.
func (s *Summary) Letters() []string { return slices.Sorted(maps.Keys(s.ByType)) }
