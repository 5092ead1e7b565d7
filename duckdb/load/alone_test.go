package load_test

import (
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pbsduck/duckdb"
	"pbsduck/duckdb/load"
	"pbsduck/duckdb/rebuild"
	"pbsduck/duckdb/verify"
	"pbsduck/ingest/source"
)

// intrude writes to a database as a program does that knows nothing of
// pbsduck's locks.
func intrude(path string) error {
	db, err := sql.Open("duckdb", path)
	if err != nil {
		return err
	}
	_, err = db.Exec("CREATE TABLE intruder AS SELECT 1 AS one")
	return errors.Join(err, db.Close())
}

// refused holds a child process to being told that the database is in use.
func refused(t *testing.T, work, path string, logs ...string) {
	t.Helper()
	out, err := child(t, work, path, logs...).CombinedOutput()
	if text := string(out); err == nil || !strings.Contains(text, "is in use by") && !strings.Contains(text, "Could not set lock") {
		t.Errorf("%s: %s (%v)", work, out, err)
	}
}

// fromRecords rebuilds without any log; meanwhile is called when the rows are
// made.
func fromRecords(t *testing.T, path string, meanwhile func()) error {
	t.Helper()
	o := rebuild.RecordsOptions{Options: oneThread, Workers: 1, Progress: func(int64, int64) { meanwhile() }}
	o.Verify.Checking = func(c verify.Check) {
		if c.Name == "required" {
			refused(t, "intrude", path) // the file is held again while the new one is checked
		}
	}
	_, err := rebuild.FromRecords(t.Context(), path, o)
	return err
}

// TestFromRecordsAlone: while rows are made again from the records nobody
// writes to the old database, though its file is copied, and opened twice.
func TestFromRecordsAlone(t *testing.T) {
	_, days := logs(t, 60, false)
	path := filepath.Join(t.TempDir(), "x.duckdb")
	mustLoad(t, path, days[0])
	before := contentOf(t, path)
	if err := fromRecords(t, path, func() { refused(t, "crash", path, days...) }); err != nil {
		t.Fatal(err)
	}
	sameContent(t, "afterwards", contentOf(t, path), before)

	// Another program may find a moment in which DuckDB's lock is not there, as
	// when the process closes the file. Then what it wrote is not lost.
	err := fromRecords(t, path, func() { dropLock(t, path); finish(t, "intrude", path) })
	if !errors.Is(err, duckdb.ErrReplaced) {
		t.Errorf("the old database was written to: %v", err)
	}
	db, err := duckdb.Open(t.Context(), path, duckdb.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if got := (&fixture{t, db}).rows("SELECT * FROM intruder"); len(got) != 1 {
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

// TestOwnFileAsLog: a database that is given as a log is not opened as one,
// which would let go of DuckDB's lock on it.
func TestOwnFileAsLog(t *testing.T) {
	f := newFixture(t)
	_, days := logs(t, 60, false)
	second := filepath.Join(t.TempDir(), "20260101")
	if err := os.Link(f.db.Path(), second); err != nil {
		t.Skip(err)
	}
	for _, path := range []string{second, f.db.Path()} {
		s, err := load.Run(t.Context(), f.db, []source.Log{{Path: path, Key: path, Name: "20260101", Size: 1}, found(t, days[0])},
			load.Options{Machine: "m", Zone: zoneName})
		if err != nil || len(s.Failed) != 1 || !strings.Contains(s.Failed[0].Error(), "it is the database") {
			t.Fatalf("%v, %v", s, err)
		}
		refused(t, "crash", f.db.Path(), days...)
		refused(t, "intrude", f.db.Path())
	}
}

func found(t *testing.T, path string) source.Log {
	t.Helper()
	all, err := source.Find([]string{path}, source.FindOptions{})
	if err != nil || len(all) != 1 {
		t.Fatal(all, err)
	}
	return all[0]
}

// TestReplacedMeanwhile: who loads into a file that no longer has the
// database's name is told, and nothing takes the other one's place.
func TestReplacedMeanwhile(t *testing.T) {
	_, days := logs(t, 60, false)
	for what, replace := range map[string]func(path string) error{
		"removed": os.Remove,
		"replaced": func(path string) error {
			copyFile(t, path, path+".copy")
			return os.Rename(path+".copy", path)
		},
	} {
		path := filepath.Join(t.TempDir(), "x.duckdb")
		mustLoad(t, path, days[0])
		db, err := duckdb.Open(t.Context(), path, duckdb.Options{Version: "test", Threads: 1})
		if err != nil {
			t.Fatal(err)
		}
		if err := replace(path); err != nil {
			t.Fatal(err)
		}
		if err := fill(t.Context(), db, days); !errors.Is(err, duckdb.ErrReplaced) {
			t.Errorf("%s before a load: %v", what, err)
		}
		if err := db.Close(); !errors.Is(err, duckdb.ErrReplaced) {
			t.Errorf("%s before it was closed: %v", what, err)
		}
		mustLoad(t, path, days...)
		if got := names(t, filepath.Dir(path)); !slices.Equal(got, []string{"x.duckdb"}) {
			t.Errorf("%s: there are %v", what, got)
		}
	}
	path := filepath.Join(t.TempDir(), "x.duckdb")
	mustLoad(t, path, days[0])
	if err := rebuilt(t, path, days, func(*duckdb.DB) { copyFile(t, path, path+".copy") }); err != nil {
		t.Fatal(err)
	}
	if err := fromRecords(t, path, func() {}); err != nil {
		t.Fatal(err)
	}
	o := rebuild.RecordsOptions{Options: oneThread}
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
