package rebuild_test

import (
	"os"
	"path/filepath"
	"testing"

	"pbsduck/duckdb/duckdbtest"
	"pbsduck/duckdb/rebuild"
)

// BenchmarkFromRecords makes the rows of the database in PBSDUCK_BENCH_DB again, as often as the benchmark asks for.
func BenchmarkFromRecords(b *testing.B) {
	old := os.Getenv("PBSDUCK_BENCH_DB")
	if old == "" {
		b.Skip("PBSDUCK_BENCH_DB names no database to make again")
	}
	o := rebuild.RecordsOptions{Options: duckdbtest.OneThread}
	o.Config, o.Verify.Quick = duckdbtest.NCAR(b), true
	for b.Loop() {
		path := filepath.Join(b.TempDir(), "x.duckdb")
		duckdbtest.CopyFile(b, old, path)
		s, err := rebuild.FromRecords(b.Context(), path, o)
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(s.Jobs)/s.Took.Seconds(), "jobs/s")
	}
}
