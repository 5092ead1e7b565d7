package verify_test

import (
	"os"
	"regexp"
	"testing"
	"testing/fstest"

	"pbsduck/duckdb"
	"pbsduck/duckdb/duckdbtest"
	"pbsduck/duckdb/verify"
)

// TestContributedCheck puts the check that CONTRIBUTING.md shows where it says: it means what it says, holds for a
// database as it was loaded, and fails for one in which a job starts before it is submitted.
func TestContributedCheck(t *testing.T) {
	page, err := os.ReadFile("../../CONTRIBUTING.md")
	if err != nil {
		t.Fatal(err)
	}
	shown := regexp.MustCompile("(?ms)^## A check$.*?^```sql\n(.*?)^```$").FindSubmatch(page)
	if shown == nil {
		t.Fatal("CONTRIBUTING.md shows no check")
	}
	all := verify.FileChecks(fstest.MapFS{"sql/verify/start_times.sql": {Data: shown[1]}})
	if len(all) != 1 || all[0].Name != "start_times" || all[0].Meaning != "No job starts before it is submitted" {
		t.Fatalf("%+v", all)
	}
	base := duckdbtest.Generated(t)
	early := duckdbtest.Damaged(t, base,
		"UPDATE outcomes SET start_time = submit_time - INTERVAL 1 HOUR, start_is_estimated = false WHERE id = "+aJob)
	for path, want := range map[string]int64{base: 0, early: 1} {
		if got, first := find(t, all[0], duckdbtest.OpenReading(t, path)); got != want || len(first) != int(want) {
			t.Errorf("%d rows, want %d: %q", got, want, first)
		}
	}
}

func find(t *testing.T, c verify.Check, db *duckdb.DB) (int64, []string) {
	t.Helper()
	rows, first, err := verify.Find(c)(t.Context(), db, verify.Options{Limit: 5})
	if err != nil {
		t.Fatal(err)
	}
	return rows, first
}
