package load_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pbsduck/duckdb/duckdbtest"
	"pbsduck/duckdb/load"
	"pbsduck/ingest/corpus"
)

// ncarTotals are the reference figures of the corpus, by log: jobs, walltime used, cpus, nodes, memory asked and used,
// virtual memory used, walltime asked, eligible wait.
const ncarTotals = `SELECT f.machine || '/' || f.name, count(*), sum(walltime_used_s), sum(ncpus), sum(nodect),
	sum(mem_requested_bytes), sum(mem_used_bytes), sum(vmem_used_bytes), sum(walltime_requested_s), sum(eligible_wait_s)
	FROM jobs j JOIN job_sources s ON s.job_id = j.id JOIN log_files f USING (file_id) GROUP BY ALL ORDER BY ALL`

func TestCorpusTotals(t *testing.T) {
	dir := corpus.Dir(t)
	f := duckdbtest.New(t)
	for _, machine := range []string{"casper", "derecho"} {
		f.Load(load.Options{Machine: machine}, filepath.Join(dir, "ncar", machine))
	}
	f.CheckLedger()
	want := []string{
		"casper/20260101|231|477534|417|231|11323681275904|3407231922176|3649728335872|1940400|1091",
		"casper/20260130|7|17705|388|8|3629247365120|1803550720|3607101440|84600|(null)",
		"derecho/20260101|283|964395|75132|755|151815282753536|34402144149504|22039453315072|2573640|838995",
		"derecho/20260129|31|195291|10885|90|20653423984640|7149907300352|4216136617984|393360|90401",
	}
	if diff := cmp.Diff(want, f.Rows(ncarTotals)); diff != "" {
		t.Error(diff)
	}
	days := f.Rows("SELECT DISTINCT end_date FROM jobs j JOIN job_sources s ON s.job_id = j.id " +
		"JOIN log_files f USING (file_id) WHERE f.name = '20260130'")
	if !slices.Equal(days, []string{"2026-01-29"}) {
		t.Errorf("jobs of casper/20260130 end on %v", days)
	}
	job := f.Rows(`SELECT submit_time, start_time, end_time, walltime_requested_s, walltime_used_s,
		ncpus, nodect, mpiprocs, ompthreads, mem_requested_bytes, mem_used_bytes, vmem_used_bytes
		FROM jobs WHERE job_id = '4779496.desched1'`)
	const told = "2026-01-29T06:59:02Z|2026-01-29T06:59:44Z|2026-01-29T07:00:16Z|1220|24|" +
		"128|1|128|1|252329328640|176742400|151666688"
	if diff := cmp.Diff([]string{told}, job); diff != "" {
		t.Error(diff)
	}

	// In another order, file by file, and again: nothing changes.
	content := f.Content()
	other := duckdbtest.New(t)
	for _, name := range []string{
		"derecho/20260129", "casper/20260130", "casper/20260101", "derecho/20260101", "casper/20260101",
	} {
		other.Load(load.Options{Machine: filepath.Dir(name)}, filepath.Join(dir, "ncar", name))
	}
	duckdbtest.SameContent(t, "in another order", other.Content(), content)
}

// TestCorpusLosesNothing: every log of the corpus, whatever it is, is taken in with counts that add up; only what is no
// log is refused.
func TestCorpusLosesNothing(t *testing.T) {
	dir := corpus.Dir(t)
	f := duckdbtest.New(t)
	folders, err := filepath.Glob(filepath.Join(dir, "*", ""))
	if err != nil {
		t.Fatal(err)
	}
	read := 0
	for _, folder := range folders {
		if st, err := os.Stat(folder); err != nil || !st.IsDir() {
			continue
		}
		s := f.Load(load.Options{Machine: filepath.Base(folder)}, folder)
		read += s.Files
		for _, err := range s.Failed {
			t.Log(err)
		}
	}
	f.CheckLedger()
	if read < 20 {
		t.Errorf("only %d logs were read", read)
	}
	if forged := f.Rows("SELECT job_id FROM jobs WHERE job_id LIKE '999.%'"); len(forged) > 0 {
		t.Errorf("a forged record became a job: %v", forged)
	}
}
