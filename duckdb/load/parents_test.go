package load_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pbsduck/duckdb"
	"pbsduck/duckdb/charge"
	"pbsduck/duckdb/load"
	"pbsduck/duckdb/report"
	"pbsduck/ingest/site"
)

// arrayLog has an array of two elements, the array as a whole, and an array of
// somebody else whose elements are not there. No parent has usage; one says a
// walltime all the same.
const arrayLog = `01/15/2026 10:10:00;E;1[1].s;user=u account="A" jobname=a queue=q ctime=1768496400 start=1768496410 Resource_List.ncpus=2 end=1768497000 Exit_status=0 resources_used.mem=1048576kb resources_used.walltime=01:00:00 run_count=1
01/15/2026 10:20:00;E;1[2].s;user=u account="A" jobname=a queue=q ctime=1768496400 start=1768496410 Resource_List.ncpus=2 end=1768497600 Exit_status=0 resources_used.mem=1048576kb resources_used.walltime=00:30:00 run_count=1
01/15/2026 10:20:01;E;1[].s;user=u account="A" jobname=a queue=q ctime=1768496400 start=1768496410 array_indices=1-2 Resource_List.ncpus=2 session=0 end=1768497601 Exit_status=0 run_count=0
01/15/2026 10:20:02;E;2[].s;user=v account="B" jobname=b queue=r ctime=1768496400 start=1768496410 array_indices=1-2 Resource_List.ncpus=2 session=0 end=1768497602 Exit_status=0 resources_used.walltime=05:00:00 run_count=0
`

// TestArrayParentsCostNothing: whatever the rules, even without any, an array
// as a whole is charged 0, and nothing of it is unknown.
func TestArrayParentsCostNothing(t *testing.T) {
	for _, c := range []struct{ name, config, elements string }{
		{"built-in rules", "", "3|1.5"},
		{"a rule that counts parents", "[[machines.rules]]\nversion = '1'\ncpu_hours = '100'\ngpu_hours = 'NULLIF(ncpus, 2)'", "200|1.5"},
		{"no factor", "[[machines.rules]]\nversion = '1'\nqos = 'user_name'\n[[machines.qos]]\nversion = '1'\nfactors = { u = 2.0 }", "3|1.5"},
		{"no rules on their day", "[[machines.rules]]\nversion = '1'\nfrom = 2026-02-01", "(null)|(null)"},
	} {
		t.Run(c.name, func(t *testing.T) {
			config, err := site.Parse("pbsduck.toml", []byte("[[machines]]\nname = 'm'\n"+c.config))
			if err != nil {
				t.Fatal(err)
			}
			f := newFixture(t)
			f.load(load.Options{Config: config}, arrayLogIn(t))
			for _, again := range []string{"", "recalculate", "summarize"} {
				switch again {
				case "recalculate":
					_, err = charge.Recalculate(t.Context(), f.db, config, duckdb.Filter{})
				case "summarize":
					_, err = charge.Summarize(t.Context(), f.db, duckdb.Filter{})
				}
				if err != nil {
					t.Fatal(err)
				}
				parents := f.rows(`SELECT sum(cpu_hours), sum(gpu_hours), sum(memory_hours), sum(cpu_charge), sum(gpu_charge), sum(memory_charge), count(*),
					count(*) FILTER (cpu_charge * gpu_charge * memory_charge IS NULL) FROM job_details WHERE is_array_parent`)
				if diff := cmp.Diff([]string{"0|0|0|0|0|0|2|0"}, parents); diff != "" {
					t.Errorf("%s: %s", again, diff)
				}
				if diff := cmp.Diff([]string{c.elements}, f.rows("SELECT sum(cpu_hours), sum(memory_hours) FROM job_details WHERE NOT is_array_parent")); diff != "" {
					t.Errorf("%s: %s", again, diff)
				}
				if diff := cmp.Diff([]string{"0"}, f.rows("SELECT sum(unknown_charges) FROM daily_summary WHERE user_name = 'v'")); diff != "" {
					t.Errorf("%s: unknown: %s", again, diff)
				}
				f.verify()
			}
		})
	}
}

// TestEverybodyCountsTheSameJobs: jobs are as many in every table and view that
// counts them, and so are array parents.
func TestEverybodyCountsTheSameJobs(t *testing.T) {
	f := newFixture(t)
	f.load(load.Options{}, arrayLogIn(t))
	if _, days := logs(t, 100, false); len(days) > 0 {
		f.load(load.Options{}, days...)
	}
	want := f.rows("SELECT count(*), count(*) FILTER (is_array_parent) FROM jobs")
	if strings.HasPrefix(want[0], "0") || strings.HasSuffix(want[0], "|2") {
		t.Fatalf("there are no arrays but those of the test: %v", want)
	}
	for _, view := range []string{"users", "accounts", "queues", "daily_summary"} {
		if diff := cmp.Diff(want, f.rows("SELECT sum(jobs)::BIGINT, sum(array_parents)::BIGINT FROM "+view)); diff != "" {
			t.Errorf("%s: %s", view, diff)
		}
	}
	if diff := cmp.Diff(want, f.rows("SELECT count(*), count(*) FILTER (is_array_parent) FROM job_details")); diff != "" {
		t.Errorf("job_details: %s", diff)
	}
	var status string
	rows, err := report.Machines(t.Context(), f.db)
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
	if diff := cmp.Diff(want, f.rows("SELECT user_name, jobs, array_parents, cpu_hours FROM users WHERE user_name IN ('u', 'v') ORDER BY jobs")); diff != "" {
		t.Error(diff)
	}
}

// TestViewsBearAbsurdUsage: a job that claims more than numbers of 64 bits can
// count makes no view fail.
func TestViewsBearAbsurdUsage(t *testing.T) {
	path := filepath.Join(t.TempDir(), "20260115")
	line := `01/15/2026 10:10:00;E;1.s;user=u account="A" jobname=a queue=q ctime=1768496400 start=1768496410 Resource_List.ncpus=4611686018427387904 Resource_List.mem=4611686018427387904b end=1768497000 Exit_status=0 resources_used.mem=4611686018427387904b resources_used.walltime=4611686018427387904 run_count=1
`
	if err := os.WriteFile(path, []byte(line), 0o600); err != nil {
		t.Fatal(err)
	}
	f := newFixture(t)
	f.load(load.Options{}, path)
	for _, view := range []string{"users", "accounts", "queues", "job_details", "job_runs", "daily_summary"} {
		if rows := f.rows("SELECT * FROM " + view); len(rows) != 1 {
			t.Errorf("%s: %v", view, rows)
		}
	}
	f.verify()
}

// TestJobDetailsInGiBAndHours: the natural questions about sizes and times have
// their answer in job_details, where no whole number overflows.
func TestJobDetailsInGiBAndHours(t *testing.T) {
	f := newFixture(t)
	f.load(load.Options{}, jobsIn(t, `queue=q end=1768496400 Resource_List.walltime=24:00:00 Resource_List.mem=4096tb Resource_List.ncpus=1000000 Resource_List.ngpus=8 `+
		`eligible_time=00:45:00 resources_used.cput=01:30:00 resources_used.mem=1572864kb resources_used.vmem=2gb resources_used.walltime=12:00:00`, "queue=q end=1768496400"))
	want := []string{"24|12|0.75|1.5|1.2e+07|96|4.194304e+06|1.5|2|5.0331648e+07", strings.Repeat("(null)|", 9) + "(null)"}
	got := f.rows(`SELECT walltime_requested_hours, walltime_used_hours, eligible_wait_hours, cpu_time_hours, used_core_hours, used_gpu_hours,
		mem_requested_gib, mem_used_gib, vmem_used_gib, mem_requested_gib * walltime_used_hours FROM job_details ORDER BY short_id`)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	parents := newFixture(t)
	parents.load(load.Options{}, arrayLogIn(t))
	if diff := cmp.Diff([]string{"3"}, parents.rows("SELECT sum(used_core_hours) FROM job_details")); diff != "" {
		t.Error(diff)
	}
}

func arrayLogIn(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "20260115")
	if err := os.WriteFile(path, []byte(arrayLog), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
