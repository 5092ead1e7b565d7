package charge_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"pbsduck/duckdb"
	"pbsduck/duckdb/charge"
	"pbsduck/duckdb/duckdbtest"
	"pbsduck/duckdb/load"
)

// TestRulesByDay: whatever the periods of factors, and whatever range is charged again, a job in the range has the
// factor of the day on which it ended, and one outside keeps what it had.
func TestRulesByDay(t *testing.T) {
	_, days := duckdbtest.Logs(t, 150, false)
	f := duckdbtest.New(t)
	f.Load(load.Options{}, days...)
	first := time.Date(2026, 10, 29, 0, 0, 0, 0, time.UTC)
	day := func(n int) time.Time { return first.AddDate(0, 0, n) }
	has := map[string]string{} // by id: factor and version
	for _, row := range f.Rows("SELECT id, qos_factor, rule_version FROM job_details WHERE NOT is_array_parent") {
		id, charge, _ := strings.Cut(row, "|")
		has[id] = charge
	}
	run := 0
	rapid.Check(t, func(rt *rapid.T) {
		run++
		text, factor := periods(rt, day, run)
		r := duckdb.Filter{Machines: []string{"m"}}
		if rapid.Bool().Draw(rt, "since") {
			r.Since = day(rapid.IntRange(0, 7).Draw(rt, "from"))
		}
		if rapid.Bool().Draw(rt, "until") {
			r.Until = day(rapid.IntRange(0, 7).Draw(rt, "to"))
		}
		if _, err := charge.Recalculate(t.Context(), f.DB, duckdbtest.Config(t, text), r); err != nil {
			rt.Fatal(err)
		}
		for _, row := range f.Rows("SELECT id, end_date, qos_factor, rule_version FROM job_details " +
			"WHERE NOT is_array_parent") {
			cells := strings.SplitN(row, "|", 3)
			ended, err := time.Parse(time.DateOnly, cells[1])
			if err != nil {
				rt.Fatal(err)
			}
			if !ended.Before(r.Since) && (r.Until.IsZero() || !ended.After(r.Until)) {
				has[cells[0]] = factor(ended)
			}
			if has[cells[0]] != cells[2] {
				rt.Fatalf("%s\njob %s, ended %s: charged by %s, want %s (range %v)",
					text, cells[0], cells[1], cells[2], has[cells[0]], r)
			}
		}
		f.Verify()
	})
}

// periods draws factors for some days, with gaps, and gives what a job is charged by that ended on a day.
func periods(rt *rapid.T, day func(int) time.Time, run int) (text string, factor func(time.Time) string) {
	var b strings.Builder
	fmt.Fprintf(&b, "[[machines]]\nname = 'm'\n[[machines.rules]]\nversion = '%d'\nqos = \"'any'\"\n", run)
	type period struct {
		from, until int // days
		factor      int
	}
	var all []period
	for at := rapid.IntRange(0, 3).Draw(rt, "begin"); at < 8; {
		p := period{at, at + rapid.IntRange(0, 3).Draw(rt, "length"), rapid.IntRange(0, 9).Draw(rt, "factor")}
		all = append(all, p)
		at = p.until + rapid.IntRange(1, 3).Draw(rt, "gap")
	}
	for i, p := range all {
		fmt.Fprintf(&b, "[[machines.qos]]\nversion = '%d'\nfrom = %s\nuntil = %s\nfactors = { any = %d }\n", i,
			day(p.from).Format(time.DateOnly), day(p.until).Format(time.DateOnly), p.factor)
	}
	return b.String(), func(ended time.Time) string {
		for i, p := range all {
			if !ended.Before(day(p.from)) && !ended.After(day(p.until)) {
				return fmt.Sprintf("%d|%d/%d", p.factor, run, i)
			}
		}
		return "(null)|(null)"
	}
}
