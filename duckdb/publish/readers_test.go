package publish_test

import (
	"path/filepath"
	"testing"
	"time"

	"pbsduck/duckdb/duckdbtest"
	"pbsduck/duckdb/publish"
	"pbsduck/ingest/generate"
)

// TestReadersDuringLoads: readers of the published copy see no error, no count that goes backwards, and no day that is
// half full, while days are loaded and published one by one.
func TestReadersDuringLoads(t *testing.T) {
	readers, days := 3, 6
	if *duckdbtest.Torture {
		readers, days = 8, 50
	}
	dir := t.TempDir()
	_, err := generate.Run(t.Context(),
		generate.Options{Dir: dir, Profiles: []string{"casper"}, Days: days, Jobs: 60, Seed: 5, NoTruth: true,
			Start: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)})
	if err != nil {
		t.Fatal(err)
	}
	logs, err := filepath.Glob(filepath.Join(dir, "casper", "*"))
	if err != nil || len(logs) != days {
		t.Fatal(logs, err)
	}
	path := filepath.Join(t.TempDir(), "x.duckdb")
	load := func(log string) {
		t.Helper()
		if err := duckdbtest.Ingest(t.Context(), path, []string{log}); err != nil {
			t.Fatal(err)
		}
		done, err := publish.Run(t.Context(), path, publish.Options{Version: "test"})
		if err != nil || done.Unchanged {
			t.Fatal(done, err)
		}
	}
	load(logs[0])
	var all []*duckdbtest.Reader
	for range readers {
		all = append(all, duckdbtest.StartReader(t, "read", publish.NameOf(path), logs))
	}
	for _, log := range logs[1:] {
		load(log)
	}
	for _, r := range all {
		if states := r.Finish(t, days); states < 2 {
			t.Errorf("it saw %d states of %d", states, days)
		}
	}
}
