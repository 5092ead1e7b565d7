package load_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"pbsduck/duckdb"
	"pbsduck/duckdb/rebuild"
)

// BenchmarkFromRecords makes the rows of the database in PBSDUCK_BENCH_DB
// again, as often as the benchmark asks for.
func BenchmarkFromRecords(b *testing.B) {
	path := os.Getenv("PBSDUCK_BENCH_DB")
	if path == "" {
		b.Skip("PBSDUCK_BENCH_DB names no database to make again")
	}
	old, err := duckdb.Open(b.Context(), path, duckdb.Options{ReadOnly: true})
	if err != nil {
		b.Fatal(err)
	}
	defer old.Close()
	c := ncarConfig(b)
	for b.Loop() {
		start := time.Now()
		fresh, err := rebuild.Seed(b.Context(), old, filepath.Join(b.TempDir(), "fresh.duckdb"), duckdb.Options{Version: "test", Threads: 1, Site: c.Site})
		if err != nil {
			b.Fatal(err)
		}
		s, err := rebuild.FromRecords(b.Context(), old, fresh, rebuild.FromRecordsOptions{Config: c})
		if err != nil {
			b.Fatal(err)
		}
		if err := fresh.Close(); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(s.Jobs)/time.Since(start).Seconds(), "jobs/s")
	}
}
