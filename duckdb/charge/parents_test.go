package charge_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pbsduck/duckdb"
	"pbsduck/duckdb/charge"
	"pbsduck/duckdb/duckdbtest"
	"pbsduck/duckdb/load"
	"pbsduck/duckdb/report"
	"pbsduck/ingest/site"
)

// TestArrayParentsCostNothing: whatever the rules, even without any, an array as a whole is charged 0, and nothing of
// it is unknown.
func TestArrayParentsCostNothing(t *testing.T) {
	for _, c := range []struct{ name, config, elements string }{
		{"built-in rules", "", "3|1.5"},
		{"a rule that counts parents",
			"[[machines.rules]]\nversion = '1'\ncpu_hours = '100'\ngpu_hours = 'NULLIF(ncpus, 2)'", "200|1.5"},
		{"no factor", "[[machines.rules]]\nversion = '1'\nqos = 'user_name'\n[[machines.qos]]\nversion = '1'\n" +
			"factors = { u = 2.0 }", "3|1.5"},
		{"no rules on their day", "[[machines.rules]]\nversion = '1'\nfrom = 2026-02-01", "(null)|(null)"},
	} {
		t.Run(c.name, func(t *testing.T) {
			config, err := site.Parse("pbsduck.toml", []byte("[[machines]]\nname = 'm'\n"+c.config))
			if err != nil {
				t.Fatal(err)
			}
			f := duckdbtest.New(t)
			f.Load(load.Options{Config: config}, duckdbtest.ArrayLog(t))
			for _, again := range []string{"", "recalculate", "summarize"} {
				switch again {
				case "recalculate":
					_, err = charge.Recalculate(t.Context(), f.DB, config, duckdb.Filter{})
				case "summarize":
					_, err = charge.Summarize(t.Context(), f.DB, duckdb.Filter{})
				}
				if err != nil {
					t.Fatal(err)
				}
				parents := f.Rows(`SELECT sum(cpu_hours), sum(gpu_hours), sum(memory_hours),
					sum(cpu_charge), sum(gpu_charge), sum(memory_charge), count(*),
					count(*) FILTER (cpu_charge * gpu_charge * memory_charge IS NULL) FROM job_details WHERE is_array_parent`)
				if diff := cmp.Diff([]string{"0|0|0|0|0|0|2|0"}, parents); diff != "" {
					t.Errorf("%s: %s", again, diff)
				}
				if diff := cmp.Diff([]string{c.elements},
					f.Rows("SELECT sum(cpu_hours), sum(memory_hours) FROM job_details WHERE NOT is_array_parent")); diff != "" {
					t.Errorf("%s: %s", again, diff)
				}
				if diff := cmp.Diff([]string{"0"},
					f.Rows("SELECT sum(unknown_charges) FROM daily_summary WHERE user_name = 'v'")); diff != "" {
					t.Errorf("%s: unknown: %s", again, diff)
				}
				f.Verify()
			}
		})
	}
}

// TestEverybodyCountsTheSameJobs: jobs are as many in every table and view that counts them, and so are array parents.
func TestEverybodyCountsTheSameJobs(t *testing.T) {
	f := duckdbtest.New(t)
	f.Load(load.Options{}, duckdbtest.ArrayLog(t))
	if _, days := duckdbtest.Logs(t, 100, false); len(days) > 0 {
		f.Load(load.Options{}, days...)
	}
	want := f.Rows("SELECT count(*), count(*) FILTER (is_array_parent) FROM jobs")
	if strings.HasPrefix(want[0], "0") || strings.HasSuffix(want[0], "|2") {
		t.Fatalf("there are no arrays but those of the test: %v", want)
	}
	for _, view := range []string{"users", "accounts", "queues", "daily_summary"} {
		if diff := cmp.Diff(want, f.Rows("SELECT sum(jobs)::BIGINT, sum(array_parents)::BIGINT FROM "+view)); diff != "" {
			t.Errorf("%s: %s", view, diff)
		}
	}
	if diff := cmp.Diff(want, f.Rows("SELECT count(*), count(*) FILTER (is_array_parent) FROM job_details")); diff != "" {
		t.Errorf("job_details: %s", diff)
	}
	var status string
	rows, err := report.Machines(t.Context(), f.DB)
	if err != nil {
		t.Fatal(err)
	}
	for rows.Next() {
		b := rows.RecordBatch()
		value := func(name string) string { return b.Column(b.Schema().FieldIndices(name)[0]).ValueStr(0) }
		status = value("jobs") + "|" + value("array_parents")
	}
	rows.Release()
	if status != want[0] {
		t.Errorf("status says %s, want %s", status, want[0])
	}
	want = []string{"v|1|1|0", "u|3|1|3"}
	diff := cmp.Diff(want,
		f.Rows("SELECT user_name, jobs, array_parents, cpu_hours FROM users WHERE user_name IN ('u', 'v') ORDER BY jobs"))
	if diff != "" {
		t.Error(diff)
	}
}
