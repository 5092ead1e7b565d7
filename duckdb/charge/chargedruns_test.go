package charge_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pbsduck/duckdb"
	"pbsduck/duckdb/charge"
	"pbsduck/duckdb/duckdbtest"
	"pbsduck/duckdb/load"
)

const overRuns = `[[machines]]
name = 'm'
[[machines.rules]]
version = 'old'
until = 2020-12-31
[[machines.rules]]
version = 'runs'
from = 2021-01-01
charged_over = 'runs'
cpu_hours = "ncpus * coalesce(walltime_used_s, epoch(end_time) - epoch(start_time))"
gpu_hours = "0"
memory_hours = "mem_requested_bytes / 1024^3 * walltime_used_s"
qos = "CASE WHEN ncpus > 4 THEN 'large' ELSE 'small' END"
[[machines.qos]]
version = '1'
factors = { large = 2, small = 1 }
`

const chargedRows = "SELECT c.cpu_hours, c.memory_hours, c.qos, c.rule_version, unknown_charges FROM job_charges c " +
	"JOIN jobs j ON j.id = c.job_id JOIN daily_summary USING (machine)"

// TestChargedOverRuns: what a job is charged over its runs depends on no order of the logs that tell of them, also when
// some of them are forgotten.
func TestChargedOverRuns(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		records []string
		want    string // cpu and memory seconds, qos, unknown charges
	}{
		{"requeued", []string{
			duckdbtest.RunEntry(20, "R", duckdbtest.RunHeld(10, 8)+duckdbtest.RunEnded(20, -11, 9, 1)),
			duckdbtest.RunEntry(40, "E", duckdbtest.RunHeld(30, 2)+duckdbtest.RunEnded(40, 0, 7, 2)),
		}, fmt.Sprintf("%d|%d|small|runs/1|0", 8*9+2*7, 8*9+2*7)},
		{"nodes given back", []string{
			duckdbtest.RunEntry(20, "c", duckdbtest.RunHeld(10, 4)), duckdbtest.RunEntry(25, "s", duckdbtest.RunHeld(30, 1)),
			duckdbtest.RunEntry(40, "E", duckdbtest.RunHeld(10, 8)+duckdbtest.RunEnded(40, 0, 29, 1)),
		}, fmt.Sprintf("%d|%d|large|runs/1|0", 8*10+4*19, 8*10+4*19)},
		{"R says nothing, S all", []string{
			duckdbtest.RunEntry(10, "S", duckdbtest.RunHeld(10, 8)), duckdbtest.RunEntry(20, "R", ""),
			duckdbtest.RunEntry(40, "E", duckdbtest.RunHeld(30, 2)+duckdbtest.RunEnded(40, 0, 7, 2)),
		}, fmt.Sprintf("%d|(null)|small|runs/1|1", 8*10+2*7)},
		{"superseded", []string{
			duckdbtest.RunEntry(20, "E", duckdbtest.RunHeld(10, 8)+duckdbtest.RunEnded(20, 1, 9, 1)),
			duckdbtest.RunEntry(40, "E", duckdbtest.RunHeld(30, 2)+duckdbtest.RunEnded(40, 0, 7, 2)),
		}, fmt.Sprintf("%d|%d|small|runs/1|0", 8*9+2*7, 8*9+2*7)},
		{"an array as a whole", []string{
			strings.ReplaceAll(duckdbtest.RunEntry(40, "E", duckdbtest.RunHeld(30, 2)+duckdbtest.RunEnded(40, 0, 7, 2)),
				"1.srv", "1[].srv"),
		}, "0|0|small|runs/1|0"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			var logs []string
			for i, r := range c.records {
				logs = append(logs, duckdbtest.WriteLog(t, filepath.Join(dir, fmt.Sprint(i)), []byte(r), false))
			}
			o := load.Options{Config: duckdbtest.Config(t, overRuns)}
			loaded := func(logs ...string) *duckdbtest.Fixture {
				f := duckdbtest.New(t)
				for _, log := range logs {
					f.Load(o, log)
				}
				return f
			}
			together := duckdbtest.New(t)
			together.Load(o, logs...)
			together.Verify()
			want := together.Content()
			if diff := cmp.Diff([]string{c.want}, together.Rows(chargedRows)); diff != "" {
				t.Error(diff)
			}
			for i, log := range logs {
				others := slices.Delete(slices.Clone(logs), i, i+1)
				f := loaded(append(slices.Clone(others), log)...)
				duckdbtest.SameContent(t, "when "+filepath.Base(log)+" comes last", f.Content(), want)
				if len(others) == 0 {
					continue
				}
				f.Forget(false, log)
				f.Verify()
				duckdbtest.SameContent(t, "without "+filepath.Base(log), f.Content(), loaded(others...).Content())
			}
			again, _ := together.Remade(nil)
			duckdbtest.SameContent(t, "made again", again.Content(), want)
		})
	}
}

// TestChargedOverRunsLater: recalculate charges jobs over their runs from the day on of which the rules say so.
func TestChargedOverRunsLater(t *testing.T) {
	f := duckdbtest.New(t)
	f.Load(load.Options{}, duckdbtest.WriteLog(t, filepath.Join(t.TempDir(), "20260115"), []byte(
		duckdbtest.RunEntry(20, "R", duckdbtest.RunHeld(10, 8)+duckdbtest.RunEnded(20, -11, 9, 1))+
			duckdbtest.RunEntry(40, "E", duckdbtest.RunHeld(30, 2)+duckdbtest.RunEnded(40, 0, 7, 2))), false))
	check := func(config, want string) {
		t.Helper()
		if _, err := charge.Recalculate(t.Context(), f.DB, duckdbtest.Config(t, config), duckdb.Filter{}); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]string{want},
			f.Rows("SELECT round(cpu_hours * 3600), rule_version FROM job_charges")); diff != "" {
			t.Error(diff)
		}
		f.Verify()
	}
	const rule = "[[machines]]\nname = 'm'\n[[machines.rules]]\n"
	check(rule+"version = '1'\n", "14|1")
	check(rule+"version = '2'\ncharged_over = 'runs'\n", "86|2")
	check(rule+"version = '2'\ncharged_over = 'runs'\nuntil = 2026-01-14\n[[machines.rules]]\nversion = '3'\n"+
		"charged_over = 'job'\nfrom = 2026-01-15\n", "14|3")
}
