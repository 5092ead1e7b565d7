package notebooks

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"pbsduck/duckdb"
)

// TestWorkloads holds that what export --format swf writes is a log in the Standard Workload Format, by a reader that
// is nobody's but follows its definition, and has the jobs of the database; and no name of a user, account or job.
func TestWorkloads(t *testing.T) {
	interpreter, w := python(t), theWorld(t)
	dir := t.TempDir()
	w.tool(t, nil, filepath.Join(w.bin, "pbsduck"), "export", "-q", "--format", "swf", dir)
	db := w.open(t)
	for _, machine := range []string{"derecho", "casper"} {
		path := filepath.Join(dir, machine+".swf")
		var got struct {
			Jobs, Start, Nodes, Processors int64
			Sums, Known, Queues            map[string]int64
			Counts, Status                 map[string]int64
		}
		if err := json.Unmarshal(w.tool(t, nil, interpreter, "-c", string(read(t, "testdata/swf.py")), path),
			&got); err != nil {
			t.Fatal(err)
		}
		where := fmt.Sprintf(" FROM jobs j WHERE machine = '%s' AND NOT is_array_parent", machine)
		for what, c := range map[string]struct {
			got      int64
			question string
		}{
			"jobs":       {got.Jobs, "count(*)"},
			"start":      {got.Start, "min(epoch(submit_time))::BIGINT"},
			"submission": {got.Sums["submit"] + got.Jobs*got.Start, "sum(epoch(submit_time)::BIGINT)::BIGINT"},
			"waits": {
				got.Sums["wait"], "sum(epoch(start_time) - epoch(submit_time)) FILTER (start_time >= submit_time)::BIGINT",
			},
			"runs": {
				got.Sums["run"], "sum(if(end_time >= start_time, epoch(end_time) - epoch(start_time), walltime_used_s))::BIGINT",
			},
			"asked":     {got.Sums["run_asked"], "sum(walltime_requested_s)::BIGINT"},
			"no limit":  {got.Known["run_asked"], "count(walltime_requested_s)"},
			"CPUs":      {got.Sums["processors_asked"], "sum(ncpus)::BIGINT"},
			"users":     {got.Counts["user"], "count(DISTINCT user_name)"},
			"groups":    {got.Counts["group"], "count(DISTINCT group_name)"},
			"names":     {got.Counts["executable"], "count(DISTINCT name)"},
			"completed": {got.Status["1"], "count(*) FILTER (exit_status = 0)"},
			"killed":    {got.Status["5"], "count(*) FILTER (exit_status IN (265, 271))"},
			"unknown":   {got.Status["-1"], "count(*) FILTER (exit_status IS NULL)"},
			"nodes": {
				got.Nodes,
				"(SELECT count(DISTINCT n.node) FROM job_nodes n JOIN jobs o ON o.id = n.job_id WHERE o.machine = j.machine)",
			},
		} {
			question := "SELECT " + c.question + where
			if what == "nodes" {
				question += " LIMIT 1"
			}
			want, err := db.Number(t.Context(), question)
			if err != nil {
				t.Fatal(err)
			}
			if c.got != want || want == 0 && what != "unknown" {
				t.Errorf("%s: %s are %d, in the database %d", machine, what, c.got, want)
			}
		}
		for queue, jobs := range got.Queues {
			if n, err := db.Number(t.Context(), "SELECT count(*)"+where+" AND queue = "+duckdb.Quote(queue)); err != nil ||
				n != jobs {
				t.Errorf("%s: %d jobs of queue %s, in the database %d: %v", machine, jobs, queue, n, err)
			}
		}
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		names, err := duckdb.Column[string](t.Context(), db, "SELECT DISTINCT v FROM (SELECT user_name FROM jobs UNION ALL "+
			"SELECT account FROM jobs UNION ALL SELECT name FROM jobs) r(v) WHERE length(v) > 5")
		if err != nil || len(names) < 300 {
			t.Fatal(len(names), err)
		}
		for _, name := range names {
			if bytes.Contains(text, []byte(name)) {
				t.Errorf("%q is in %s", name, path)
			}
		}
	}
}

// TestWorkloadsInEvalys holds that evalys, which studies workloads, reads the same. It takes the first job for a
// heading, and leaves out those that were killed.
func TestWorkloadsInEvalys(t *testing.T) {
	interpreter, w := python(t), theWorld(t)
	dir := t.TempDir()
	w.tool(t, nil, filepath.Join(w.bin, "pbsduck"), "export", "-q", "--format", "swf", dir)
	var got map[string]float64
	err := json.Unmarshal(w.tool(t, nil, interpreter, "-W", "ignore", "-c", string(read(t, "testdata/evalys.py")),
		filepath.Join(dir, "derecho.swf")), &got)
	if err != nil {
		t.Fatal(err)
	}
	if got == nil {
		t.Skip("evalys is not there: run make test, which installs it")
	}
	db := w.open(t)
	const jobs = ` FROM (SELECT *, row_number() OVER (ORDER BY epoch(submit_time)::BIGINT, id) AS line,
			min(epoch(submit_time)::BIGINT) OVER () AS first FROM jobs
		WHERE machine = 'derecho' AND NOT is_array_parent)
		WHERE line > 1 AND (exit_status IS NULL OR exit_status NOT IN (265, 271))`
	for what, question := range map[string]string{
		"jobs": "count(*)", "users": "count(DISTINCT user_name)", "queues": "count(DISTINCT queue)",
		"start":           "any_value(first)",
		"submission_time": "sum(epoch(submit_time)::BIGINT - first)::BIGINT",
		"waiting_time":    "sum(epoch(start_time) - epoch(submit_time)) FILTER (start_time >= submit_time)::BIGINT",
		"execution_time":  "sum(if(end_time >= start_time, epoch(end_time) - epoch(start_time), walltime_used_s))::BIGINT",
		"user_est":        "sum(walltime_requested_s)::BIGINT",
	} {
		want, err := db.Number(t.Context(), "SELECT "+question+jobs)
		if err != nil {
			t.Fatal(err)
		}
		if got[what] != float64(want) || want == 0 {
			t.Errorf("evalys: %s is %v, in the database %d", what, got[what], want)
		}
	}
	if got["load"] <= 0 || got["processors"] <= 0 {
		t.Errorf("evalys: %v", got)
	}
}
