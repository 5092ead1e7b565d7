package load_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"pbsduck/duckdb/duckdbtest"
	"pbsduck/duckdb/load"
)

// TestTwoMoved: of logs that have one name, as the days of two servers have, each is known where it is found again,
// whatever their order, and beside one that is new.
func TestTwoMoved(t *testing.T) {
	dir := t.TempDir()
	at := func(folder string) string {
		if err := os.MkdirAll(filepath.Join(dir, folder), 0o777); err != nil {
			t.Fatal(err)
		}
		return filepath.Join(dir, folder, "20260115")
	}
	log := func(id string) []byte {
		return []byte(logJob(id, 1768496400, 1768496410, 1768497010, 598, "01/15/2026 10:10:10"))
	}
	f := duckdbtest.New(t)
	// b is a longer one that begins as a does, as a copy does that was made too early.
	a, b := log("1"), append(log("1"), log("2")...)
	f.Load(load.Options{}, duckdbtest.WriteLog(t, at("a"), a, false), duckdbtest.WriteLog(t, at("b"), b, false))
	for from, to := range map[string]string{"a": "z", "b": "y"} {
		if err := os.Rename(at(from), at(to)); err != nil {
			t.Fatal(err)
		}
	}
	again := f.Load(load.Options{}, duckdbtest.WriteLog(t, at("x"), log("3"), false), at("y"), at("z"))
	if again.Jobs != 1 || again.Repeats != 0 {
		t.Errorf("of all that moved %d jobs and %d repeats were read, not 1 and 0", again.Jobs, again.Repeats)
	}
	want := []string{at("x") + "|1|0", at("y") + "|1|1", at("z") + "|1|0"}
	if got := f.Rows("SELECT path, jobs, repeats FROM log_files ORDER BY path"); !slices.Equal(got, want) {
		t.Errorf("the ledger has %v, not %v", got, want)
	}
	f.Verify()
	f.CheckLedger()
}
