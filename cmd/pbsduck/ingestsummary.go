package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"pbsduck/ingest"
)

// summarize says at the end of an ingest what it did, and gives the error that
// the exit code comes from.
func (o *ingestOptions) summarize(s *ingest.Summary, zone string, took time.Duration) error {
	for _, err := range s.Failed {
		report(err, exitError)
	}
	o.sayCounts(s, took)
	o.sayDoubts(s, zone)
	switch {
	case len(s.Failed) > 0:
		return errReported
	case s.Rejects > 0:
		return errRejects
	}
	return nil
}

func (o *ingestOptions) sayCounts(s *ingest.Summary, took time.Duration) {
	verb := "loaded"
	if o.dryRun {
		verb = "would load"
	}
	o.say("%s %s, %s unchanged, %s failed", verb, count(int64(s.Files), "log"), grouped(int64(s.Unchanged)), grouped(int64(len(s.Failed))))
	if s.Files == 0 {
		return
	}
	o.say("  %s = %s + %s superseded + %s + %s + %s + %s", count(s.Lines, "line"), count(s.Jobs, "job"), grouped(s.Superseded),
		count(s.Events, "event"), count(s.Repeats, "repeat"), count(s.Rejects, "reject"), count(s.Continuations, "continuation line"))
	var letters []string
	for _, l := range s.Letters() {
		letters = append(letters, fmt.Sprintf("%s %s", l, grouped(s.ByType[l])))
	}
	o.say("  records by type: %s", strings.Join(letters, ", "))
	if s.RawBytes > 0 {
		o.say("  raw records: %s kept in %s (%.1f %%)", bytesText(s.RawBytes), bytesText(s.PackedBytes), 100*float64(s.PackedBytes)/float64(s.RawBytes))
	}
	seconds := took.Seconds()
	o.say("  %s of log in %.1f s: %.0f MB/s, %s jobs/s", bytesText(s.LogBytes), seconds, float64(s.LogBytes)/1e6/seconds, grouped(int64(float64(s.Jobs)/seconds)))
}

func (o *ingestOptions) sayDoubts(s *ingest.Summary, zone string) {
	if s.FailedValues > 0 {
		o.say("  %s did not convert and are NULL:", count(s.FailedValues, "value"))
		for _, name := range slices.Sorted(maps.Keys(s.FailedBy)) {
			o.say("    %s: %s", name, grouped(s.FailedBy[name]))
		}
	}
	o.sayUnknown(s.UnknownCharges)
	if s.Rejects > 0 {
		o.say("  rejected lines: pbsduck query \"SELECT file, line, reason FROM rejects\"")
	}
	for _, file := range s.Waiting {
		o.say("  %s ends inside a record: the rest is read when it is there", file)
	}
	if s.ZoneDiffers > s.ZoneMatches {
		o.say("warning: in time zone %s the heads of %s of %s E records are off from their end= (the last by %s): is --timezone right?",
			zone, grouped(s.ZoneDiffers), grouped(s.ZoneDiffers+s.ZoneMatches), s.ZoneOffset)
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
