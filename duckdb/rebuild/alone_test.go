package rebuild_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"pbsduck/duckdb"
	"pbsduck/duckdb/duckdbtest"
	"pbsduck/duckdb/rebuild"
	"pbsduck/duckdb/verify"
)

// fromRecords rebuilds without any log; meanwhile is called when the rows are made.
func fromRecords(t *testing.T, path string, meanwhile func()) error {
	t.Helper()
	o := rebuild.RecordsOptions{Options: duckdbtest.OneThread, Workers: 1, Progress: func(int64, int64) { meanwhile() }}
	o.Verify.Checking = func(c verify.Check) {
		if c.Name == "required" {
			duckdbtest.Refused(t, "intrude", path) // the file is held again while the new one is checked
		}
	}
	_, err := rebuild.FromRecords(t.Context(), path, o)
	return err
}

// TestFromRecordsAlone: while rows are made again from the records nobody writes to the old database, though its file
// is copied, and opened twice.
func TestFromRecordsAlone(t *testing.T) {
	_, days := duckdbtest.Logs(t, 60, false)
	path := filepath.Join(t.TempDir(), "x.duckdb")
	duckdbtest.MustIngest(t, path, days[0])
	before := duckdbtest.ContentOf(t, path)
	if err := fromRecords(t, path, func() { duckdbtest.Refused(t, "crash", path, days...) }); err != nil {
		t.Fatal(err)
	}
	duckdbtest.SameContent(t, "afterwards", duckdbtest.ContentOf(t, path), before)

	// Another program may find a moment in which DuckDB's lock is not there, as when the process closes the file. Then
	// what it wrote is not lost.
	err := fromRecords(t, path, func() { dropLock(t, path); duckdbtest.Finish(t, "intrude", path) })
	if !errors.Is(err, duckdb.ErrReplaced) {
		t.Errorf("the old database was written to: %v", err)
	}
	db, err := duckdb.Open(t.Context(), path, duckdb.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if got := (&duckdbtest.Fixture{TB: t, DB: db}).Rows("SELECT * FROM intruder"); len(got) != 1 {
		t.Errorf("what the other one wrote is %v", got)
	}
}

// dropLock takes this process's locks on a file away.
func dropLock(t *testing.T, path string) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}

// TestReplacedDuringRebuild: what another program puts in the place of the old database meanwhile is not replaced.
func TestReplacedDuringRebuild(t *testing.T) {
	_, days := duckdbtest.Logs(t, 60, false)
	path := filepath.Join(t.TempDir(), "x.duckdb")
	duckdbtest.MustIngest(t, path, days[0])
	if err := rebuilt(t, path, days, func(*duckdb.DB) { duckdbtest.CopyFile(t, path, path+".copy") }); err != nil {
		t.Fatal(err)
	}
	if err := fromRecords(t, path, func() {}); err != nil {
		t.Fatal(err)
	}
	o := rebuild.RecordsOptions{Options: duckdbtest.OneThread}
	o.Verify.Checking = func(c verify.Check) {
		if c.Name == "required" {
			if err := os.Rename(path+".copy", path); err != nil {
				t.Error(err)
			}
		}
	}
	_, err := rebuild.FromRecords(t.Context(), path, o)
	if !errors.Is(err, duckdb.ErrReplaced) {
		t.Errorf("replaced during a rebuild: %v", err)
	}
}
