package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"pbsduck/cmd/pbsduck/ui"
	"pbsduck/duckdb/records"
	"pbsduck/export"
)

// A telling is the text of a story, made for 80 columns: ordinary values fit. What does not ends in … where there is a
// width, else it is whole.
type telling struct {
	text  strings.Builder
	width int
	*records.Story
}

// tellJob is the story of a job in so many columns; 0: as many as it takes.
func tellJob(s *records.Story, width int) string {
	t := &telling{width: width, Story: s}
	t.who()
	t.how()
	t.resources()
	t.waits()
	t.charge()
	t.where()
	t.runs()
	t.life()
	return t.text.String()
}

// columns is the width that a story is made for.
const columns = 80

// labelWidth is that of the words in front of the lines.
const labelWidth = 11

func (t *telling) line(label, text string) {
	line := fmt.Sprintf("%-*s%s", labelWidth, label, export.Visible(text))
	if t.width > 0 {
		line = export.Fit(line, t.width)
	}
	t.text.WriteString(strings.TrimRight(line, " ") + "\n")
}

// lines are the lines of one label.
func (t *telling) lines(label string, all ...string) {
	for _, text := range all {
		t.line(label, text)
		label = ""
	}
}

// mostWrapped is how many lines a list takes at most, where there is a width.
const mostWrapped = 3

// list writes a list, wrapped at its commas where there is a width; the last line ends in … if there is more.
func (t *telling) list(label string, items []string) {
	if t.width == 0 {
		t.line(label, strings.Join(items, ","))
		return
	}
	lines := []string{""}
	for i, item := range items {
		if i < len(items)-1 {
			item += ","
		}
		last := &lines[len(lines)-1]
		if *last != "" && len(lines) < mostWrapped && export.Cells(export.Visible(*last+item)) > t.width-labelWidth {
			lines, item = append(lines, ""), strings.TrimPrefix(item, " ")
			last = &lines[len(lines)-1]
		}
		*last += item
	}
	t.lines(label, lines...)
}

// of is a text and what is known beside it.
func of(main *string, more ...string) string {
	text := "-"
	if main != nil {
		text = *main
	}
	return strings.Join(append([]string{text}, slices.DeleteFunc(more, func(s string) bool { return s == "" })...), ", ")
}

// with is a word and a value; empty if the value is unknown.
func with(word string, value *string) string {
	if value == nil {
		return ""
	}
	return word + " " + *value
}

func (t *telling) who() {
	t.line("job", t.JobID+" of "+t.Machine)
	t.line("user", of(t.UserName, with("group", t.GroupName)))
	t.line("account", of(t.Account, with("project", t.Project)))
	t.line("name", of(t.Name))
	t.line("queue", of(t.Queue, with("priority", t.Priority)))
}

func (t *telling) how() {
	switch {
	case t.State != "ended":
		text := "what became of it is not known"
		if t.StateSince != nil {
			text = "since " + instant(t.StateSince)
		}
		until := instant(t.LogsUntil)
		if len(until) == len(time.DateTime) {
			until += " UTC"
		}
		t.line(t.State, text+"; the logs go until "+until)
	case t.ExitStatus == nil:
		t.line(t.State, "how is not known: its record has no exit status")
	default:
		words, code := of(t.Ending), fmt.Sprintf("exit status %d, class %s", *t.ExitStatus, of(t.ExitClass))
		if labelWidth+len(words)+len(": ")+len(code) <= columns {
			t.line(t.State, words+": "+code)
		} else {
			t.lines(t.State, words, code)
		}
	}
	if t.Flags != nil {
		t.line("doubts", *t.Flags)
	}
	if len(t.Elements) > 0 {
		t.elements()
	}
}

// elements tells how those of an array ended.
func (t *telling) elements() {
	var ways []string
	jobs, hours := int64(0), 0.0
	for _, e := range t.Elements {
		ways = append(ways, ui.Grouped(e.Jobs)+" "+of(e.ExitClass))
		jobs += e.Jobs
		if e.UsedCoreHours != nil {
			hours += *e.UsedCoreHours
		}
	}
	t.line("elements",
		fmt.Sprintf("%s ended: %s; %s core-hours used", ui.Grouped(jobs), strings.Join(ways, ", "), hundredths(hours)))
}

// A resource is what was asked for and used of one thing.
type resource struct{ label, asked, used, share string }

func (t *telling) resources() {
	cpuTime := clock(t.CPUTime)
	if cpuTime != "" {
		cpuTime += " CPU time"
	}
	rows := []resource{
		{"walltime", clock(t.WalltimeRequested), clock(t.WalltimeUsed),
			share(t.WalltimeEfficiency, "the walltime asked for")},
		{"cpus", strings.TrimSpace(number(t.NCPUs) + " " + word(t.CPUType)), cpuTime,
			share(t.CPUEfficiency, "cpus x walltime used")},
		{"memory", size(t.MemRequested), size(t.MemUsed), share(t.MemoryEfficiency, "the memory asked for")},
	}
	if t.NGPUs != nil && *t.NGPUs > 0 {
		rows = append(rows, resource{"gpus", strings.TrimSpace(number(t.NGPUs) + " " + word(t.GPUType)), "not recorded", ""})
	}
	head := resource{"", "asked", "used", "efficiency"}
	if t.State != "ended" || t.IsArrayParent {
		head = resource{"", "asked", "", ""}
		for i := range rows {
			rows[i].used, rows[i].share = "", ""
		}
	}
	rows = slices.DeleteFunc(rows, func(r resource) bool { return r.asked == "" && r.used == "" })
	if len(rows) > 0 {
		rows = append([]resource{head}, rows...)
		t.text.WriteByte('\n')
	}
	for _, r := range rows {
		t.line(r.label, fmt.Sprintf("%-15s %-20s %s", r.asked, r.used, r.share))
	}
	t.request()
}

// request tells the rest of what was asked for.
func (t *telling) request() {
	if t.MPIProcs != nil {
		ranks := ui.Count(*t.MPIProcs, "MPI rank")
		if t.OMPThreads != nil {
			ranks += ", each of " + ui.Count(*t.OMPThreads, "OpenMP thread")
		}
		t.line("ranks", ranks)
	}
	if t.Nodect != nil && len(t.Nodes) == 0 {
		t.line("chunks", number(t.Nodect))
	}
	if t.SelectSpec != nil {
		t.line("select", of(t.SelectSpec, with("place", t.Place)))
	}
}

func (t *telling) waits() {
	var waits []string
	if t.EligibleWait != nil && !t.IsArrayParent {
		waits = append(waits, clock(t.EligibleWait)+" for resources (eligible_time)")
	}
	start := "start"
	if t.RunCount != nil && *t.RunCount > 1 {
		start = "the start of its last run"
	}
	if t.SubmitToStart != nil {
		waits = append(waits, clock(t.SubmitToStart)+" from submission to "+start)
	}
	if t.EligibleToStart != nil && (t.SubmitToStart == nil || *t.EligibleToStart != *t.SubmitToStart) {
		waits = append(waits, clock(t.EligibleToStart)+" from eligible to "+start)
	}
	if t.StartIsEstimated && len(waits) > 0 {
		waits[len(waits)-1] += " (worked out)"
	}
	t.lines("waited", waits...)
}

func (t *telling) charge() {
	if t.State != "ended" || t.IsArrayParent {
		return
	}
	var charges []string
	for _, c := range []struct {
		what          string
		hours, charge *float64
	}{{"core-hours", t.CPUHours, t.CPUCharge}, {"GPU-hours", t.GPUHours, t.GPUCharge},
		{"memory-hours", t.MemoryHours, t.MemoryCharge}} {
		switch {
		case c.hours == nil:
			charges = append(charges, c.what+" are not known")
		case c.charge == nil:
			charges = append(charges, fmt.Sprintf("%s %s, and no factor for %s", hundredths(*c.hours), c.what, of(t.QOS)))
		case *c.hours > 0 || c.what == "core-hours":
			charges = append(charges, fmt.Sprintf("%s %s x %g%s = %s", hundredths(*c.hours), c.what, *t.QOSFactor,
				ofQuality(t.QOS), hundredths(*c.charge)))
		}
	}
	switch {
	case t.RuleVersion == nil:
		charges = []string{"not known: no rules were in force on its day"}
	case t.CPUHours == nil && t.GPUHours == nil && t.MemoryHours == nil:
		charges = []string{"not known: the rules " + *t.RuleVersion + " give no number for it"}
	case t.ChargedOver != nil && *t.ChargedOver == "runs":
		charges = append(charges, "by the rules "+*t.RuleVersion+", over its runs")
	default:
		charges = append(charges, "by the rules "+*t.RuleVersion)
	}
	t.lines("charge", charges...)
}

func ofQuality(qos *string) string {
	if qos == nil {
		return ""
	}
	return " (" + *qos + ")"
}

func (t *telling) where() {
	if len(t.Nodes) > 0 {
		t.list("nodes", strings.Split(ui.Grouped(int64(len(t.Nodes)))+": "+t.NodeList, ","))
	}
	var also []string
	for _, name := range slices.Sorted(maps.Keys(t.Site)) {
		if value := string(t.Site[name]); value != "null" {
			also = append(also, " "+name+" "+value)
		}
	}
	if len(also) > 0 {
		also[0] = strings.TrimPrefix(also[0], " ")
		t.list("also", also)
	}
}

func (t *telling) runs() {
	if len(t.Runs) < 2 {
		return
	}
	t.text.WriteByte('\n')
	for _, r := range t.Runs {
		name := fmt.Sprintf("run %d", r.Run)
		if r.Phase > 1 {
			name += fmt.Sprintf(".%d", r.Phase)
		}
		t.line(name, fmt.Sprintf("%-*s  held %9s  %12s  %10s  %s", t.stampWidth(), instant(r.StartTime), clock(r.Held),
			count(r.NCPUs, "cpu"), count(r.Nodect, "chunk"), of(r.Ended)))
	}
}

// A life of more moments than mostLived is told by its first and its last ones.
const (
	mostLived = 12
	lastLived = 5
)

// stampWidth is that of an instant in the story's time zone.
func (t *telling) stampWidth() int {
	if len(t.Life) == 0 {
		return len(time.DateTime)
	}
	return len(instant(&t.Life[0].Time))
}

func (t *telling) life() {
	width, head := t.stampWidth(), "time (UTC)"
	if width > len(time.DateTime) {
		head = "time"
	}
	fmt.Fprintf(&t.text, "\n%-*s  %9s\n", width, head, "after")
	for i := 0; i < len(t.Life); i++ {
		m := t.Life[i]
		if left := len(t.Life) - lastLived - i; len(t.Life) > mostLived && i == mostLived-lastLived-1 {
			fmt.Fprintf(&t.text, "%*s%d more: pbsduck record %s --history\n", width+2, "", left, ui.ShellWord(t.JobID))
			i += left - 1
			continue
		}
		after := ""
		if m.After != nil && *m.After != 0 {
			after = clock(m.After)
		}
		line := fmt.Sprintf("%s  %9s  %s", instant(&m.Time), after, export.Visible(m.What))
		if t.width > 0 {
			line = export.Fit(line, t.width)
		}
		t.text.WriteString(line + "\n")
	}
}

func instant(at *time.Time) string {
	if at == nil {
		return "unknown"
	}
	if at.Location() == time.UTC {
		return at.Format(time.DateTime)
	}
	return at.Format(time.DateTime + "-07:00")
}

// clock writes seconds as PBS does; empty if unknown.
func clock(seconds *int64) string {
	if seconds == nil {
		return ""
	}
	s, sign := *seconds, ""
	if s < 0 {
		s, sign = -s, "-"
	}
	return fmt.Sprintf("%s%02d:%02d:%02d", sign, s/3600, s/60%60, s%60)
}

// share is a part of something, in %; empty if unknown.
func share(percent *float64, of string) string {
	if percent == nil {
		return ""
	}
	return fmt.Sprintf("%.1f %% of %s", *percent, of)
}

func number(n *int64) string {
	if n == nil {
		return ""
	}
	return ui.Grouped(*n)
}

func count(n *int64, what string) string {
	if n == nil {
		return ""
	}
	return ui.Count(*n, what)
}

func word(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// size writes bytes in the unit of PBS that suits them, which are powers of 1024.
func size(n *int64) string {
	if n == nil {
		return ""
	}
	size, units := float64(*n), []string{"B", "KiB", "MiB", "GiB", "TiB", "PiB"}
	for size >= 1024 && len(units) > 1 {
		size, units = size/1024, units[1:]
	}
	if units[0] == "B" {
		return ui.Grouped(*n) + " B"
	}
	return fmt.Sprintf("%.1f %s", size, units[0])
}

// hundredths writes a number with two places, and commas.
func hundredths(x float64) string {
	text := fmt.Sprintf("%.2f", x)
	whole, places, _ := strings.Cut(text, ".")
	var n int64
	if _, err := fmt.Sscan(whole, &n); err != nil {
		return text
	}
	return ui.Grouped(n) + "." + places
}
