package ui

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	"pbsduck/duckdb/charge"
	"pbsduck/duckdb/load"
	"pbsduck/duckdb/warnings"
	"pbsduck/export"
	"pbsduck/ingest/schema"
)

// A LoadProgress draws the progress of a load: bytes of log, and the jobs found so far.
type LoadProgress struct{ *Progress }

// LoadProgress shows how far a load came.
func (v *Voice) LoadProgress() LoadProgress { return LoadProgress{v.ByteProgress()} }

// Show says how far it came.
func (p LoadProgress) Show(now load.Progress) {
	p.of(now.Total)
	p.describe(Grouped(now.Jobs) + " jobs, " + Grouped(now.Records) + " records")
	p.Progress.Show(now.DoneBytes, now.Total)
}

// SayLoaded says what an ingest did with the logs of a machine, and what it found amiss.
func (v *Voice) SayLoaded(machine, verb string, s *load.Summary, took time.Duration) {
	if v.Brief {
		sayLine(machine, verb, s, took)
	}
	v.sayCounts(verb, s, took)
	v.SayFailures(s.FailedBy)
	v.SayUnknown(s.UnknownCharges)
	v.SayWarnings(s.Warnings)
}

// sayLine is for journals: a line, if there is something to tell.
func sayLine(machine, verb string, s *load.Summary, took time.Duration) {
	if s.Files == 0 {
		return
	}
	line := fmt.Sprintf("%s: %s %s, %s: %s, %s, %s, in %.1f s",
		machine, verb, Count(int64(s.Files), "log"), Bytes(s.LogBytes),
		Count(s.Jobs, "job"), Count(s.Events, "event"), Count(s.Rejects, "reject"), took.Seconds())
	fmt.Fprintln(os.Stderr, export.Visible(line))
}

func (v *Voice) sayCounts(verb string, s *load.Summary, took time.Duration) {
	v.Say("%s %s, %s unchanged, %s failed",
		verb, Count(int64(s.Files), "log"), Grouped(int64(s.Unchanged)), Grouped(int64(len(s.Failed))))
	if s.Files == 0 {
		return
	}
	rest := "+ " + Count(s.Continuations, "continuation line")
	if s.Continuations < 0 {
		rest = fmt.Sprintf("- %s that share a line with others", Grouped(-s.Continuations))
	}
	v.Say("  %s = %s + %s superseded + %s + %s + %s %s",
		Count(s.Lines, "line"), Count(s.Jobs, "job"), Grouped(s.Superseded),
		Count(s.Events, "event"), Count(s.Repeats, "repeat"), Count(s.Rejects, "reject"), rest)
	var letters []string
	for _, l := range s.Letters() {
		letters = append(letters, fmt.Sprintf("%s %s", l, Grouped(s.ByType[l])))
	}
	v.Say("  records by type: %s", strings.Join(letters, ", "))
	if s.RawBytes > 0 {
		v.Say("  raw records: %s kept in %s (%.1f %%)",
			Bytes(s.RawBytes), Bytes(s.PackedBytes), 100*float64(s.PackedBytes)/float64(s.RawBytes))
	}
	seconds := took.Seconds()
	v.Say("  %s of log in %.1f s: %.0f MB/s, %s jobs/s",
		Bytes(s.LogBytes), seconds, float64(s.LogBytes)/1e6/seconds, Grouped(int64(float64(s.Jobs)/seconds)))
}

// SayFailures tells of values that did not convert, by table.column.
func (v *Voice) SayFailures(by map[string]int64) {
	total := int64(0)
	for _, n := range by {
		total += n
	}
	if total == 0 {
		return
	}
	v.Say("  %s:", Unconverted(total))
	for _, name := range slices.Sorted(maps.Keys(by)) {
		v.Say("    %s: %s", name, Grouped(by[name]))
	}
}

// ToldWarnings is how many warnings of one kind are told in full.
const ToldWarnings = 3

// SayWarnings tells what a run found amiss. All of it is kept in the database. That no rule charges some jobs is
// nothing amiss with the logs: SayUnknown tells it, with the reasons.
func (v *Voice) SayWarnings(all []warnings.Warning) {
	kinds := map[string]int{}
	for _, w := range all {
		if w.Kind == schema.WarnUnknownCharges {
			continue
		}
		if kinds[w.Kind]++; kinds[w.Kind] <= ToldWarnings {
			v.Warn("%s", w.Text)
		}
	}
	for _, kind := range slices.Sorted(maps.Keys(kinds)) {
		if more := kinds[kind] - ToldWarnings; more > 0 {
			v.Warn("%s more of kind %s: pbsduck status --check", Grouped(int64(more)), kind)
		}
	}
}

// SayUnknown tells of jobs that rules gave no charge.
func (v *Voice) SayUnknown(u charge.Unknown) {
	if u.Jobs == 0 {
		return
	}
	var reasons []string
	for i, r := range u.Reasons {
		if i == toldReasons {
			reasons = append(reasons, Count(int64(len(u.Reasons)-i), "more reason"))
			break
		}
		reasons = append(reasons, fmt.Sprintf("%s (%s)", r.What, Grouped(r.Jobs)))
	}
	v.Say("  the charge of %s is not known: %s: "+
		"pbsduck query \"SELECT * FROM job_details WHERE cpu_charge * gpu_charge * memory_charge IS NULL\"",
		Count(u.Jobs, "job"), strings.Join(reasons, "; "))
}

// toldReasons is how many reasons are told why a charge is not known.
const toldReasons = 5
