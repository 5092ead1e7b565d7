package duckdb_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pbsduck/duckdb"
	"pbsduck/duckdb/duckdbtest"
	"pbsduck/duckdb/load"
	"pbsduck/ingest/schema"
)

// TestViewsBearAbsurdUsage: a job that claims more than numbers of 64 bits can count makes no view fail.
func TestViewsBearAbsurdUsage(t *testing.T) {
	path := filepath.Join(t.TempDir(), "20260115")
	line := `01/15/2026 10:10:00;E;1.s;user=u account="A" jobname=a queue=q ctime=1768496400 start=1768496410 ` +
		`Resource_List.ncpus=4611686018427387904 Resource_List.mem=4611686018427387904b end=1768497000 ` +
		`Exit_status=0 resources_used.mem=4611686018427387904b resources_used.walltime=4611686018427387904 ` +
		"run_count=1\n"
	if err := os.WriteFile(path, []byte(line), 0o600); err != nil {
		t.Fatal(err)
	}
	f := duckdbtest.New(t)
	f.Load(load.Options{}, path)
	for _, view := range []string{"users", "accounts", "queues", "job_details", "job_runs", "daily_summary"} {
		if rows := f.Rows("SELECT * FROM " + view); len(rows) != 1 {
			t.Errorf("%s: %v", view, rows)
		}
	}
	f.Verify()
}

// TestJobDetailsInGiBAndHours: the natural questions about sizes and times have their answer in job_details, where no
// whole number overflows.
func TestJobDetailsInGiBAndHours(t *testing.T) {
	f := duckdbtest.New(t)
	f.Load(load.Options{}, duckdbtest.JobsIn(t, `queue=q end=1768496400 Resource_List.walltime=24:00:00 `+
		`Resource_List.mem=4096tb Resource_List.ncpus=1000000 Resource_List.ngpus=8 `+
		`eligible_time=00:45:00 resources_used.cput=01:30:00 resources_used.mem=1572864kb resources_used.vmem=2gb `+
		`resources_used.walltime=12:00:00`, "queue=q end=1768496400"))
	want := []string{"24|12|0.75|1.5|1.2e+07|96|4.194304e+06|1.5|2|5.0331648e+07", strings.Repeat("(null)|", 9) + "(null)"}
	got := f.Rows(`SELECT walltime_requested_hours, walltime_used_hours, eligible_wait_hours, cpu_time_hours,
		used_core_hours, used_gpu_hours, mem_requested_gib, mem_used_gib, vmem_used_gib,
		mem_requested_gib * walltime_used_hours FROM job_details ORDER BY short_id`)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	parents := duckdbtest.New(t)
	parents.Load(load.Options{}, duckdbtest.ArrayLog(t))
	if diff := cmp.Diff([]string{"3"}, parents.Rows("SELECT sum(used_core_hours) FROM job_details")); diff != "" {
		t.Error(diff)
	}
}

// TestViewTextsStay: DuckDB keeps the names that a * leaves out in no order, so that the text of a view which leaves
// several out is another one whenever the file is opened, and a copy would be published again.
func TestViewTextsStay(t *testing.T) {
	several := regexp.MustCompile(`EXCLUDE \([^)]*,`)
	for _, v := range duckdb.Views(schema.Site{}) {
		if found := several.FindString(v.SQL); found != "" {
			t.Errorf("%s leaves several columns out: %s", v.Name, found)
		}
	}
}
