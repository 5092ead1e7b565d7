package report_test

import (
	"fmt"
	"maps"
	"math"
	"testing"
	"time"
)

// What a report says of parts adds up to what it says of the whole, whoever reckons it.

// sum adds up a column by machine.
func sum(rows []row, column string) map[string]float64 {
	sums := map[string]float64{}
	for _, r := range rows {
		v, _ := r[column].(float64)
		sums[r["machine"].(string)] += v
	}
	maps.DeleteFunc(sums, func(_ string, v float64) bool { return v == 0 })
	return sums
}

func sameSums(t *testing.T, name string, got, want map[string]float64) {
	t.Helper()
	if len(want) < 2 {
		t.Fatalf("%s: only %v", name, want)
	}
	if !maps.EqualFunc(got, want, near) {
		t.Errorf("%s: %v, not %v", name, got, want)
	}
}

func (w *world) rowsOf(t *testing.T, name string, q question) []row {
	t.Helper()
	rows, wrong := q.run(t, w, named(t, name))
	if wrong != nil {
		t.Fatal(wrong)
	}
	return rows
}

var nothing = question{by: []string{"nothing"}}

// TestPartsAddUp: days add up to months, months to all, users and classes to all.
func TestPartsAddUp(t *testing.T) {
	w := aWorld(t)
	for _, c := range []struct {
		report  string
		columns []string
		parts   []question
	}{
		{"utilisation", []string{"hours", "core_hours", "gpu_hours", "node_hours"},
			[]question{{by: []string{"day"}}, {by: []string{"month"}}, {by: []string{"week"}}}},
		{"utilisation", []string{"core_hours", "gpu_hours", "node_hours", "mean_jobs", "core_pct"},
			[]question{{by: []string{"user"}}, {by: []string{"queue_group"}}, {by: []string{"facility"}}}},
		{"utilisation", []string{"core_hours"}, []question{{by: []string{"day", "account"}}}},
		{"usage", []string{"jobs", "core_hours", "gpu_hours", "node_hours", "unknown"},
			[]question{{by: []string{"day"}}, {by: []string{"user"}}, {by: []string{"quarter", "facility"}}}},
		{"hours", []string{"core_hours"}, []question{{by: []string{"user"}}}},
		{"requeues", []string{"runs", "lost_runs", "core_hours", "lost_core_hours"}, []question{{by: []string{"queue"}}}},
		{"charges", []string{"jobs", "cpu_charge", "gpu_charge", "memory_charge"},
			[]question{{by: []string{"week", "queue"}}}},
		{"top", []string{"value", "value_pct"}, []question{{set: map[string]string{"top": "0"}},
			{set: map[string]string{"top": "3"}}, {set: map[string]string{"top": "1000"}}}},
	} {
		whole := w.rowsOf(t, c.report, nothing)
		for _, q := range c.parts {
			rows := w.rowsOf(t, c.report, q)
			for _, column := range c.columns {
				sameSums(t, fmt.Sprintf("%s %s: %s", c.report, q, column), sum(rows, column), sum(whole, column))
			}
		}
	}
}

// TestClassesAddUp: every job is in exactly one class of sizes and of run times, of whatever kind.
func TestClassesAddUp(t *testing.T) {
	w := aWorld(t)
	usage := w.rowsOf(t, "usage", nothing)
	for _, size := range sizeKinds {
		for _, name := range []string{"sizes", "shapes", "waits"} {
			q := question{set: size}
			rows := w.rowsOf(t, name, q)
			sameSums(t, name+q.String(), sum(rows, "jobs"), sum(usage, "jobs"))
			if name != "waits" {
				sameSums(t, name+q.String(), sum(rows, "core_hours"), sum(usage, "core_hours"))
			}
		}
	}
	for _, name := range []string{"runtimes", "failures"} {
		sameSums(t, name, sum(w.rowsOf(t, name, question{}), "jobs"), sum(usage, "jobs"))
	}
}

// TestSharesAddUp: shares are of a machine and a period, and add up to 100 there.
func TestSharesAddUp(t *testing.T) {
	w := aWorld(t)
	for _, c := range []struct{ report, column string }{
		{"usage", "core_hours_pct"}, {"sizes", "jobs_pct"}, {"sizes", "core_hours_pct"}, {"runtimes", "jobs_pct"},
		{"runtimes", "core_hours_pct"}, {"shapes", "core_hours_pct"}, {"failures", "jobs_pct"},
		{"failures", "core_hours_pct"}, {"top", "value_pct"},
	} {
		sums := map[string]float64{}
		for _, r := range w.rowsOf(t, c.report, question{by: []string{"week", "queue"}}) {
			v, _ := r[c.column].(float64)
			sums[fmt.Sprint(r["machine"], r["period"])] += v
		}
		for where, total := range sums {
			if !near(total, 100) && total != 0 {
				t.Errorf("%s: %s of %s add up to %g", c.report, c.column, where, total)
			}
		}
		if len(sums) < 5 {
			t.Errorf("%s: only %v", c.report, sums)
		}
	}
}

// TestSharesAreExact: shares are of sums of seconds, so that they are the same to the last digit whenever asked for.
func TestSharesAreExact(t *testing.T) {
	w := aWorld(t)
	for _, c := range []struct{ report, hours, share string }{
		{"usage", "core_hours", "core_hours_pct"}, {"sizes", "core_hours", "core_hours_pct"},
		{"runtimes", "core_hours", "core_hours_pct"}, {"shapes", "core_hours", "core_hours_pct"},
		{"failures", "core_hours", "core_hours_pct"}, {"top", "value", "value_pct"},
	} {
		rows := w.rowsOf(t, c.report, question{by: []string{"user"}, machines: []string{"denver"}})
		seconds, total := make([]float64, len(rows)), 0.0
		for i, r := range rows {
			hours, _ := r[c.hours].(float64)
			seconds[i] = math.Round(hours * 3600)
			total += seconds[i]
		}
		for i, r := range rows {
			if r[c.hours] != seconds[i]/3600 || r[c.share] != 100*seconds[i]/total {
				t.Errorf("%s: %v is not exactly %g s of %g", c.report, r, seconds[i], total)
			}
		}
	}
}

// TestWindowsAddUp: what was in use until a day, and from the next one on, is what was in use; also where the clock is
// changed on the day. Jobs whose end is not known are in no window.
func TestWindowsAddUp(t *testing.T) {
	w := aWorld(t)
	for name, columns := range map[string][]string{
		"utilisation": {"core_hours", "gpu_hours", "node_hours", "hours"}, "queue-depth": {"waited_core_hours"},
		"usage": {"jobs", "core_hours"}, "requeues": {"runs", "core_hours", "lost_core_hours"}, "hours": {"core_hours"},
	} {
		by := question{}
		if named(t, name).By[0] != "day" {
			by = nothing
		}
		always := by
		always.since = "2026-01-01"
		whole := w.rowsOf(t, name, always)
		for _, day := range []string{"2026-03-07", "2026-04-04", "2026-04-05", "2026-10-31"} {
			before, behind := by, by
			before.until, behind.since = day, nextDay(day)
			rows := append(w.rowsOf(t, name, before), w.rowsOf(t, name, behind)...)
			for _, column := range columns {
				sameSums(t, fmt.Sprintf("%s, parted behind %s: %s", name, day, column), sum(rows, column), sum(whole, column))
			}
		}
	}
}

// TestHoursAddUpToUtilisation: two reports that reckon in two ways say the same.
func TestHoursAddUpToUtilisation(t *testing.T) {
	w := aWorld(t)
	for _, q := range []question{
		nothing,
		{by: []string{"queue"}},
		{by: []string{"nothing"}, since: "2026-03-08", until: "2026-04-04"},
	} {
		hours, used := w.rowsOf(t, "hours", q), w.rowsOf(t, "utilisation", q)
		sameSums(t, q.String(), sum(hours, "core_hours"), sum(used, "core_hours"))
		for _, r := range used {
			for column, hourly := range map[string]string{"gpu_hours": "gpus", "node_hours": "nodes"} {
				total := 0.0
				for _, h := range hours {
					if h["machine"] == r["machine"] && h[q.entity()] == r[q.entity()] {
						total += h[hourly].(float64) * w.length(t, q, h)
					}
				}
				if !near(total, r[column].(float64)) {
					t.Errorf("%s: %s of %v are %g by the hour", q, column, r, total)
				}
			}
		}
	}
}

// length is how much of an hour a row of hours tells of.
func (w *world) length(t *testing.T, q question, r row) float64 {
	t.Helper()
	begin, err := time.Parse(time.RFC3339, r["hour"].(string))
	if err != nil {
		t.Fatal(err)
	}
	t0, t1 := q.window(w.machine(r["machine"].(string)))
	return float64(min(t1, begin.Unix()+3600)-max(t0, begin.Unix())) / 3600
}

// TestPeaksAreAboveMeans: no mean is above its peak.
func TestPeaksAreAboveMeans(t *testing.T) {
	w := aWorld(t)
	used := w.rowsOf(t, "utilisation", question{})
	for i, r := range w.rowsOf(t, "concurrency", question{}) {
		if r["machine"] != used[i]["machine"] || r["period"] != used[i]["period"] {
			t.Fatalf("%v, %v", r, used[i])
		}
		if mean := used[i]["mean_jobs"].(float64); r["step_s"] == 1.0 && mean > r["peak_jobs"].(float64) {
			t.Errorf("%v jobs on average, %v", mean, r)
		}
	}
}
