package main

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// longAccount makes jobs of an account of so many bytes, which two jobs share, and which differs from others at its end
// only.
func longAccount(bytes int) func(i int) string {
	text := strings.Repeat("x", bytes-6)
	return func(i int) string {
		return fmt.Sprintf("%s;E;%d.s;user=u group=g account=\"%s%06d\" queue=cpu ctime=300000000 start=300000100 "+
			"end=300000110 Exit_status=0 resources_used.walltime=00:00:10 Resource_List.ncpus=1\n",
			stamp(i), i, text, i/2)
	}
}

// TestLongTexts loads more long texts than DuckDB may hold, within the bound of memory, and adds up days by them,
// exactly; texts that are too long for a row are NULL and counted.
func TestLongTexts(t *testing.T) {
	for _, c := range []struct {
		name       string
		jobs, size int
		want       string
	}{
		{"kept", 12_000, 30_000, "6000,6000,12000,30000"},
		{"too long", 3_000, 120_000, "1,0,3000,"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			manyRecords(c.jobs, longAccount(c.size))(t, dir)
			db := filepath.Join(t.TempDir(), "x.duckdb")
			got := peakOf(t, "ingest", "-q", "--db", db, "--machine", "m", "--timezone", "UTC", dir)
			if runtime.GOOS == "linux" && !underRace && got > hostileBound {
				t.Errorf("ingest takes %d MB, more than %d", got, hostileBound)
			}
			for _, args := range [][]string{
				{"summarize", "-q", "--db", db},
				{"recalculate", "-q", "--db", db},
				{"verify", "-q", "--quick", "--db", db},
			} {
				if said, err := exec.Command("pbsduck", args...).CombinedOutput(); err != nil {
					t.Fatalf("%v: %v\n%s", args, err, said)
				}
			}
			said, err := exec.Command("pbsduck", "query", "--db", db, "--format", "csv",
				"SELECT count(*), count(DISTINCT md5(account)), sum(jobs)::BIGINT, max(length(account)) "+
					"FROM daily_summary").Output()
			if _, row, _ := strings.Cut(strings.TrimSpace(string(said)), "\n"); err != nil || row != c.want {
				t.Errorf("daily_summary has %q, want %q (%v)", row, c.want, err)
			}
		})
	}
}
