package load_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pbsduck/duckdb"
	"pbsduck/duckdb/duckdbtest"
	"pbsduck/duckdb/load"
	"pbsduck/ingest/source"
)

// TestOwnFileAsLog: a database that is given as a log is not opened as one, which would let go of DuckDB's lock on it.
func TestOwnFileAsLog(t *testing.T) {
	f := duckdbtest.New(t)
	_, days := duckdbtest.Logs(t, 60, false)
	second := filepath.Join(t.TempDir(), "20260101")
	if err := os.Link(f.DB.Path(), second); err != nil {
		t.Skip(err)
	}
	for _, path := range []string{second, f.DB.Path()} {
		s, err := load.Run(t.Context(), f.DB,
			[]source.Log{{Path: path, Key: path, Name: "20260101", Size: 1}, found(t, days[0])},
			load.Options{Machine: "m", Zone: duckdbtest.Zone})
		if err != nil || len(s.Failed) != 1 || !strings.Contains(s.Failed[0].Error(), "it is the database") {
			t.Fatalf("%v, %v", s, err)
		}
		duckdbtest.Refused(t, "crash", f.DB.Path(), days...)
		duckdbtest.Refused(t, "intrude", f.DB.Path())
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

// TestReplacedMeanwhile: who loads into a file that no longer has the database's name is told, and nothing takes the
// other one's place.
func TestReplacedMeanwhile(t *testing.T) {
	_, days := duckdbtest.Logs(t, 60, false)
	for what, replace := range map[string]func(path string) error{
		"removed": os.Remove,
		"replaced": func(path string) error {
			duckdbtest.CopyFile(t, path, path+".copy")
			return os.Rename(path+".copy", path)
		},
	} {
		path := filepath.Join(t.TempDir(), "x.duckdb")
		duckdbtest.MustIngest(t, path, days[0])
		db, err := duckdb.Open(t.Context(), path, duckdb.Options{Version: "test", Threads: 1})
		if err != nil {
			t.Fatal(err)
		}
		if err := replace(path); err != nil {
			t.Fatal(err)
		}
		if err := duckdbtest.Fill(t.Context(), db, days); !errors.Is(err, duckdb.ErrReplaced) {
			t.Errorf("%s before a load: %v", what, err)
		}
		if err := db.Close(); !errors.Is(err, duckdb.ErrReplaced) {
			t.Errorf("%s before it was closed: %v", what, err)
		}
		duckdbtest.MustIngest(t, path, days...)
		if got := duckdbtest.Names(t, filepath.Dir(path)); !slices.Equal(got, []string{"x.duckdb"}) {
			t.Errorf("%s: there are %v", what, got)
		}
	}
}
