package duckdb_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"pbsduck/duckdb"
	"pbsduck/duckdb/duckdbtest"
)

// TestMachines: a machine is in the time zone of the log that holds its latest record, also where a log without a
// record was read later, in another zone.
func TestMachines(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"a/20260102": "01/02/2026 12:00:00;E;2.srv;user=u ctime=1767350000 end=1767380400 run_count=1\n",
		"b/20260101": "01/01/2026 12:00:00;E;1.srv;user=u ctime=1767260000 end=1767265200 run_count=1\n",
		"c/20260103": "",
	} {
		if err := errors.Join(os.MkdirAll(filepath.Join(dir, filepath.Dir(name)), 0o777),
			os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	path := filepath.Join(t.TempDir(), "machines.duckdb")
	duckdbtest.Load(t, path, "m", "America/Denver", filepath.Join(dir, "a"))
	duckdbtest.Load(t, path, "m", "Europe/Berlin", filepath.Join(dir, "b"))
	duckdbtest.Load(t, path, "m", "Asia/Tokyo", filepath.Join(dir, "c"))
	duckdbtest.Load(t, path, "l", "UTC", filepath.Join(dir, "c"))
	machines, err := duckdbtest.OpenReading(t, path).Machines(t.Context())
	if want := []duckdb.Machine{{Name: "l", Zone: "UTC"}, {Name: "m", Zone: "America/Denver"}}; err != nil ||
		!slices.Equal(machines, want) {
		t.Errorf("%v, %v, not %v", machines, err, want)
	}
}
