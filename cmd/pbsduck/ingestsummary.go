package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"pbsduck/ingest"
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

// sayLoaded says what an ingest did.
func (g *global) sayLoaded(verb string, s *ingest.Summary, zone string, took time.Duration) {
	g.sayCounts(verb, s, took)
	g.sayDoubts(s, zone)
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

func (g *global) sayDoubts(s *ingest.Summary, zone string) {
	g.sayFailures(s.FailedBy)
	g.sayUnknown(s.UnknownCharges)
	if s.Rejects > 0 {
		g.say("  rejected lines: pbsduck query \"SELECT file, line, reason FROM rejects\"")
	}
	for _, file := range s.Waiting {
		g.say("  %s ends inside a record: the rest is read when it is there", file)
	}
	g.warnAboutLogs(s)
	if s.ZoneDiffers > s.ZoneMatches {
		g.say("warning: in time zone %s the heads of %s of %s E records are off from their end= (the last by %s): is --timezone right?",
			zone, grouped(s.ZoneDiffers), grouped(s.ZoneDiffers+s.ZoneMatches), s.ZoneOffset)
	}
}

// toldLogs is how many logs of one kind of doubt are named.
const toldLogs = 3

func (g *global) warnAboutLogs(s *ingest.Summary) {
	for i, step := range s.BackSteps {
		if i == toldLogs {
			g.say("warning: so it does in %s more", count(int64(len(s.BackSteps)-i), "log"))
			break
		}
		g.say("warning: %s:%d: the clock goes back by %s; the records are kept as they say", step.File, step.Line, step.By)
	}
	for i, d := range s.SameDays {
		kept := "the records of both are kept, each once"
		if d.OnlyFile {
			kept = "only " + d.File + " was read"
		}
		if i == toldLogs {
			g.say("warning: so do %s more", count(int64(len(s.SameDays)-i), "pair"))
			break
		}
		g.say("warning: %s and %s claim the same day and differ; %s", d.File, d.Other, kept)
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
