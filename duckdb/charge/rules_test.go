package charge_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pbsduck/duckdb"
	"pbsduck/duckdb/charge"
	"pbsduck/duckdb/duckdbtest"
	"pbsduck/duckdb/load"
	"pbsduck/ingest/site"
)

// TestRulesInForceAreCurrent: charge_rules says which rules are in force, the built-in ones too, through a change of
// the configuration and back, and a rebuild.
func TestRulesInForceAreCurrent(t *testing.T) {
	bare := duckdbtest.Config(t, "[[machines]]\nname = 'm'\n")
	ruled := duckdbtest.Config(t, "[[machines]]\nname = 'm'\n[[machines.rules]]\nversion = '1'\n")
	const question = "SELECT version, is_current FROM charge_rules ORDER BY version"
	f := duckdbtest.New(t)
	f.Load(load.Options{}, duckdbtest.ArrayLog(t))
	check := func(want ...string) {
		t.Helper()
		if diff := cmp.Diff(want, f.Rows(question)); diff != "" {
			t.Error(diff)
		}
		f.Verify()
	}
	check("default|true")
	for _, step := range []struct {
		config *site.Config
		want   []string
	}{{bare, []string{"default|true"}}, {ruled, []string{"1|true", "default|false"}},
		{nil, []string{"1|true", "default|false"}}, {bare, []string{"1|false", "default|true"}}} {
		if _, err := charge.Recalculate(t.Context(), f.DB, step.config, duckdb.Filter{}); err != nil {
			t.Fatal(err)
		}
		check(step.want...)
	}
	again, _ := f.Remade(nil)
	if diff := cmp.Diff([]string{"default|true"}, again.Rows(question)); diff != "" {
		t.Error(diff)
	}
}

// TestRulesCountBeyond64Bits: bytes times seconds do not fit into 64 bits, in whichever branch of a rule they stand;
// every job is charged all the same.
func TestRulesCountBeyond64Bits(t *testing.T) {
	const whole = "queue=big Resource_List.mem=1024tb Resource_List.ncpus=9000000 end=1768496400 Exit_status=0 " +
		"resources_used.walltime=168:00:00"
	for _, rule := range []string{
		"mem_requested_bytes * walltime_used_s / 1024^3 / 3600",
		"CASE WHEN queue = 'big' THEN mem_requested_bytes * walltime_used_s * ncpus / 1024^3 / 3600 / 9000000 ELSE 0 END",
	} {
		f := duckdbtest.New(t)
		f.Load(load.Options{Config: duckdbtest.Config(t,
			"[[machines]]\nname = 'm'\n[[machines.rules]]\nversion = '1'\nmemory_hours = \"\"\"\n"+rule+"\n\"\"\"\n"+
				"cpu_hours = 'ncpus * walltime_used_s / 3600'\n")}, duckdbtest.JobsIn(t, whole))
		if diff := cmp.Diff([]string{"1.76160768e+08|1.512e+09|0"},
			f.Rows("SELECT memory_hours, cpu_hours, unknown_charges FROM daily_summary")); diff != "" {
			t.Error(rule, diff)
		}
		f.Verify()
	}
}

// TestRulesAreTriedWhenTakenOver: rules that would leave their job, or charge otherwise each time, get into no
// database, though nobody checked the configuration, and nothing else of that configuration does.
func TestRulesAreTriedWhenTakenOver(t *testing.T) {
	f := duckdbtest.New(t)
	f.Load(load.Options{}, duckdbtest.ArrayLog(t))
	for rule, want := range map[string]string{
		"date_diff('hour', end_time, now())":             "depends on now",
		"(SELECT count(*) FROM read_csv('/etc/passwd'))": "has a query inside",
		"ncpus * (walltime_used_s":                       "syntax error",
		"mem_used_bytes::BIGINT * 604800::BIGINT":        "mem_requested_bytes / 1024^3",
	} {
		_, err := charge.Recalculate(t.Context(), f.DB, duckdbtest.Config(t, "[[machines]]\nname = 'm'\n"+
			"[[machines.rules]]\nversion = '1'\ncpu_hours = \"\"\""+rule+"\"\"\"\n"+
			"[[machines.capacity]]\nnodes = 1\n"), duckdb.Filter{})
		if err == nil || !strings.Contains(err.Error(), want) ||
			!strings.HasPrefix(err.Error(), "pbsduck.toml:5: machines.rules.cpu_hours: ") {
			t.Errorf("%s: %v", rule, err)
		}
	}
	if diff := cmp.Diff([]string{"default|true"}, f.Rows("SELECT version, is_current FROM charge_rules")); diff != "" {
		t.Error(diff)
	}
	if told := f.Rows("FROM capacity"); len(told) != 0 {
		t.Errorf("the capacity is that of a configuration that was refused: %v", told)
	}
	f.Verify()
}

// TestUnknownChargesSayWhy: what a load, and charging again, say of jobs whose charge is not known.
func TestUnknownChargesSayWhy(t *testing.T) {
	job := func(queue, priority, end string) string {
		return fmt.Sprintf("queue=%s %s Resource_List.ncpus=1 end=%s Exit_status=0 "+
			"resources_used.mem=1gb resources_used.walltime=01:00:00", queue, priority, end)
	}
	const day, regular = "1768496400", "Resource_List.job_priority=regular"
	path := duckdbtest.JobsIn(t,
		job("a", "Resource_List.job_priority=none", day), job("a", "Resource_List.job_priority=none", day),
		job("a", "Resource_List.job_priority=odd", day), job("a", "Resource_List.place=pack", day),
		"queue=a "+regular+" Resource_List.ncpus=1 end=1768496400 Exit_status=0",
		job("a", regular, day), job("inf", regular, day), job("a", regular, "1768896400"), job("a", regular, "1769696400"))
	config := duckdbtest.Config(t, `[[machines]]
name = 'm'
[[machines.rules]]
version = '1'
until = 2026-01-16
cpu_hours = "CASE queue WHEN 'inf' THEN ncpus / 0 ELSE ncpus * walltime_used_s / 3600 END"
qos = 'priority'
[[machines.qos]]
version = '1'
factors = { regular = 1 }
`)
	want := charge.Unknown{Jobs: 8, Reasons: []charge.Reason{
		{What: "no factor for none", Jobs: 2}, {What: "no rules for 2026-01-20 to 2026-01-29", Jobs: 2},
		{What: "no factor for odd", Jobs: 1}, {What: "no finite number for cpu_hours, as of 7.s", Jobs: 1},
		{What: "no quality of service", Jobs: 1},
		{What: "no walltime_used_s, mem_used_bytes for cpu_hours, gpu_hours, memory_hours", Jobs: 1},
	}}
	f := duckdbtest.New(t)
	s := f.Load(load.Options{Config: config}, path)
	if diff := cmp.Diff(want, s.UnknownCharges); diff != "" {
		t.Errorf("load: %s", diff)
	}
	again, err := charge.CountUnknown(t.Context(), f.DB, duckdb.Filter{Machines: []string{"m"}})
	if diff := cmp.Diff(want, again); err != nil || diff != "" {
		t.Errorf("range: %v %s", err, diff)
	}
	own := charge.Unknown{Jobs: 2, Reasons: []charge.Reason{{What: "no quality of service", Jobs: 2}}}
	if diff := cmp.Diff(own, f.Load(load.Options{}, duckdbtest.ArrayLog(t)).UnknownCharges); diff != "" {
		t.Errorf("a load tells of other jobs than its own: %s", diff)
	}
	f.Verify()
}
