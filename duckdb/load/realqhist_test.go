package load_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"pbsduck/duckdb/duckdbtest"
	"pbsduck/duckdb/load"
)

// TestRealQhist: what qhist itself tells of generated logs gives the jobs that the logs give, in every column that it
// can carry (docs/qhist.md lists the others), with their nodes and charges.
func TestRealQhist(t *testing.T) {
	program := os.Getenv("PBSDUCK_QHIST")
	if program == "" {
		program, _ = exec.LookPath("qhist")
	}
	if program == "" {
		t.Skip("there is no qhist: pip install pbs-qhist, or name it in PBSDUCK_QHIST")
	}
	_, days := duckdbtest.Logs(t, 400, false)
	settings := filepath.Join(t.TempDir(), "server.json")
	if err := os.WriteFile(settings, fmt.Appendf(nil, `{"pbs_log_path": %q}`, filepath.Dir(days[0])), 0o666); err != nil {
		t.Fatal(err)
	}
	told, read := duckdbtest.New(t), duckdbtest.New(t)
	read.Load(load.Options{}, days...)
	jobs := int64(0)
	for _, log := range days {
		day := filepath.Base(log)
		c := exec.Command(program, "-J", "-t", "s", "-p", day)
		c.Env = append(os.Environ(), "TZ=America/Denver", "QHIST_SERVER_CONFIG="+settings)
		var said bytes.Buffer
		c.Stderr = &said
		out, err := c.Output()
		if err != nil {
			t.Fatalf("qhist of %s: %v: %s", day, err, said.String())
		}
		jobs += tell(told, day, string(out)).Jobs
	}
	told.Verify()
	if jobs < 300 {
		t.Errorf("only %d jobs", jobs)
	}
	columns := read.Rows("SELECT column_name FROM duckdb_columns() " +
		"WHERE table_name = 'job_details' AND column_name <> 'id' ORDER BY column_index")
	differs := map[string]string{ // as qhist calls 0 what it can't read, and does not say what it estimated
		"start_is_estimated": "false", "end_is_estimated": "false",
	}
	for _, name := range []string{
		"mem_requested_bytes", "mem_requested_gib", "mem_used_bytes", "mem_used_gib", "memory_hours", "memory_charge",
		"vmem_used_bytes", "vmem_used_gib",
	} {
		differs[name] = "NULL"
	}
	// of the hour that autumn repeats
	unsure := told.Rows("SELECT job_id FROM jobs WHERE contains(flags, 'repeated_hour')")
	if len(unsure) == 0 || int64(len(unsure)) > jobs/20 {
		t.Errorf("%d of %d jobs have an instant that is not sure", len(unsure), jobs)
	}
	sure := "job_id NOT IN (" + list(unsure) + ")"
	key := "SELECT job_id, epoch(submit_time)::BIGINT"
	for _, column := range columns {
		if column == "flags" {
			continue
		}
		shown := column
		if instead, may := differs[column]; may { // only where what was told says so
			there := told.Rows(fmt.Sprintf("SELECT job_id || '|' || epoch(submit_time)::BIGINT FROM job_details "+
				"WHERE %s IS NOT DISTINCT FROM %s AND %s", column, instead, sure))
			shown = fmt.Sprintf("CASE WHEN job_id || '|' || epoch(submit_time)::BIGINT IN (%s) THEN NULL ELSE %s END",
				list(there), column)
		}
		question := fmt.Sprintf("%s, %s FROM job_details WHERE %s ORDER BY ALL", key, shown, sure)
		duckdbtest.SameContent(t, column, told.Rows(question), read.Rows(question))
	}
	nodes := "SELECT j.job_id, j.submit_time, n.* EXCLUDE (job_id) FROM job_nodes n JOIN jobs j ON j.id = n.job_id " +
		"WHERE j." + sure + " ORDER BY ALL"
	duckdbtest.SameContent(t, "nodes", told.Rows(nodes), read.Rows(nodes))
	daily := "SELECT day, user_name, account, queue, jobs, round(cpu_hours, 6), round(gpu_hours, 6) " +
		"FROM daily_summary ORDER BY ALL"
	duckdbtest.SameContent(t, "days", told.Rows(daily), read.Rows(daily))
}

func list(texts []string) string {
	if len(texts) == 0 {
		return "NULL"
	}
	return "'" + strings.Join(texts, "', '") + "'"
}
