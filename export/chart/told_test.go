package chart

import (
	"math"
	"testing"
	"time"
)

// A second of the day before the first, which a log often begins with, is no day in a mean.
func TestMeanOfWhatIsTold(t *testing.T) {
	day := func(d int) time.Time { return time.Date(2026, 1, d, 0, 0, 0, 0, time.UTC) }
	c := &Time{Start: []time.Time{day(1), day(2), day(3)}, End: day(4), Told: []float64{1, 86400, 43200}}
	values := []float64{1000, 10, 40}
	all := c.means(values, []step{{0, 3}}, true)[0]
	if want := (1000 + 10*86400 + 40*43200) / 129601.0; math.Abs(all-want) > 1e-9 {
		t.Errorf("mean of all: %v, want %v", all, want)
	}
	c.Series = []Series{{Name: "a", Values: values}}
	f := c.foldBuckets(2)
	if again := f.means(f.Series[0].Values, []step{{0, len(f.Start)}}, true)[0]; math.Abs(again-all) > 1e-9 {
		t.Errorf("mean of %d steps: %v, want %v", len(f.Start), again, all)
	}
	c.Told = nil
	if mean := c.means(values, []step{{0, 3}}, true)[0]; mean != 350 {
		t.Errorf("mean of whole days: %v, want 350", mean)
	}
}
