package ingest

import (
	"context"
	"errors"
	"io"
	"time"

	"pbsduck/ingest/source"
)

// A ClockStep is where the clock of a log first goes backwards, by a minute or
// more, and for more than one record. Its records are kept as they say.
type ClockStep struct {
	File string
	Line int64
	By   time.Duration
}

// A SameDay is a day that two files claim with different content.
type SameDay struct {
	File, Other string
	OnlyFile    bool // the other one is packed, has the same name, and was not read; else the records of both are kept
}

// sameDays looks for other logs of the same day as those that were committed.
func (s *Summary) sameDays(p *plan, group []*logRun) {
	for _, l := range group {
		for _, twin := range l.twins {
			s.SameDays = append(s.SameDays, SameDay{File: l.File(), Other: twin, OnlyFile: true})
		}
		if l.Day.IsZero() {
			continue
		}
		for _, other := range p.byPath {
			if other.Name == l.Name && other.Path != l.Key && other.ID != l.entry.ID && other.Digest != l.entry.Digest {
				s.SameDays = append(s.SameDays, SameDay{File: l.File(), Other: other.File})
			}
		}
	}
	for _, l := range group {
		p.byPath[l.Key] = l.entry
	}
}

// unlikeTwins are the packed files beside the log that was just read that are
// whole and hold something else. One that can't be read to its end is perhaps
// being packed just now; nothing of it is needed as long as the plain log is
// there.
func (r *reader) unlikeTwins(ctx context.Context) (unlike []string) {
	for _, twin := range r.log.Twins {
		if same, err := r.sameAs(ctx, twin); err == nil && !same {
			unlike = append(unlike, twin.File())
		}
	}
	return unlike
}

// sameAs tells whether a file holds what was read, and nothing more but a
// record that is not finished.
func (r *reader) sameAs(ctx context.Context, twin source.Log) (bool, error) {
	in, err := twin.Open(ctx)
	if err != nil {
		return false, err
	}
	var digest source.Digest
	err = digest.ReadPrefix(ctx, in, r.digest.Len())
	same := err == nil && digest.Sum() == r.digest.Sum()
	if errors.Is(err, source.ErrShrunk) {
		err = nil
	}
	if same && err == nil {
		var more int64
		more, err = io.Copy(io.Discard, in)
		same = more == r.log.waiting
	}
	return same, errors.Join(err, in.Close())
}
