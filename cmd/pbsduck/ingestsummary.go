package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"pbsduck/duckdb"
	"pbsduck/ingest"
	"pbsduck/ingest/schema"
)

// verdictOf is the error that the exit code comes from; it tells of the logs that
// failed.
func verdictOf(s *ingest.Summary) error {
	for _, err := range s.Failed {
		report(err, exitError)
	}
	switch {
	case len(s.Failed) > 0:
		return errReported
	case s.Rejects > 0:
		return errRejects
	}
	return nil
}

// sayLoaded says what an ingest did, and what it found amiss.
func (g *global) sayLoaded(verb string, s *ingest.Summary, took time.Duration) {
	g.sayCounts(verb, s, took)
	g.sayFailures(s.FailedBy)
	g.sayUnknown(s.UnknownCharges)
	g.tellWarnings(s.Warnings)
}

func (g *global) sayCounts(verb string, s *ingest.Summary, took time.Duration) {
	g.say("%s %s, %s unchanged, %s failed", verb, count(int64(s.Files), "log"), grouped(int64(s.Unchanged)), grouped(int64(len(s.Failed))))
	if s.Files == 0 {
		return
	}
	g.say("  %s = %s + %s superseded + %s + %s + %s + %s", count(s.Lines, "line"), count(s.Jobs, "job"), grouped(s.Superseded),
		count(s.Events, "event"), count(s.Repeats, "repeat"), count(s.Rejects, "reject"), count(s.Continuations, "continuation line"))
	var letters []string
	for _, l := range s.Letters() {
		letters = append(letters, fmt.Sprintf("%s %s", l, grouped(s.ByType[l])))
	}
	g.say("  records by type: %s", strings.Join(letters, ", "))
	if s.RawBytes > 0 {
		g.say("  raw records: %s kept in %s (%.1f %%)", bytesText(s.RawBytes), bytesText(s.PackedBytes), 100*float64(s.PackedBytes)/float64(s.RawBytes))
	}
	seconds := took.Seconds()
	g.say("  %s of log in %.1f s: %.0f MB/s, %s jobs/s", bytesText(s.LogBytes), seconds, float64(s.LogBytes)/1e6/seconds, grouped(int64(float64(s.Jobs)/seconds)))
}

// sayFailures tells of values that did not convert, by table.column.
func (g *global) sayFailures(by map[string]int64) {
	total := int64(0)
	for _, n := range by {
		total += n
	}
	if total == 0 {
		return
	}
	g.say("  %s:", unconverted(total))
	for _, name := range slices.Sorted(maps.Keys(by)) {
		g.say("    %s: %s", name, grouped(by[name]))
	}
}

// unconverted says of how many values only NULL is left.
func unconverted(n int64) string {
	verb := "are"
	if n == 1 {
		verb = "is"
	}
	return count(n, "value") + " did not convert and " + verb + " NULL"
}

// toldWarnings is how many warnings of one kind are told in full.
const toldWarnings = 3

// tellWarnings tells what a run found amiss. All of it is kept in the database.
// That no rule charges some jobs is nothing amiss with the logs: sayUnknown tells
// it, with the reasons.
func (g *global) tellWarnings(all []duckdb.Warning) {
	kinds := map[string]int{}
	for _, w := range all {
		if w.Kind == schema.WarnUnknownCharges {
			continue
		}
		if kinds[w.Kind]++; kinds[w.Kind] <= toldWarnings {
			g.warn("%s", w.Text)
		}
	}
	for _, kind := range slices.Sorted(maps.Keys(kinds)) {
		if more := kinds[kind] - toldWarnings; more > 0 {
			g.warn("%s more of kind %s: pbsduck status --check", grouped(int64(more)), kind)
		}
	}
}

func count(n int64, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return grouped(n) + " " + what + "s"
}

// grouped writes a number with commas between groups of three digits.
func grouped(n int64) string {
	digits := fmt.Sprint(n)
	for i := len(digits) - 3; i > 0 && digits[i-1] != '-'; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}

// bytesText writes a size in the unit that suits it.
func bytesText(n int64) string {
	units := []string{"B", "kB", "MB", "GB", "TB"}
	size, i := float64(n), 0
	for size >= 1000 && i < len(units)-1 {
		size, i = size/1000, i+1
	}
	if i == 0 {
		return fmt.Sprintf("%d B", n)
	}
	return fmt.Sprintf("%.1f %s", size, units[i])
}
