package load_test

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pbsduck/duckdb"
	"pbsduck/duckdb/publish"
	"pbsduck/duckdb/rebuild"
)

// oneThread is how the databases of tests are made afresh.
var oneThread = rebuild.Options{Version: "test", Threads: 1, Wait: time.Minute}

// rebuilt makes the database afresh from all logs; meanwhile is called once,
// between the fill and the swap.
func rebuilt(t *testing.T, path string, all []string, meanwhile func(fresh *duckdb.DB)) error {
	t.Helper()
	fills := 0
	load := func(ctx context.Context, fresh *duckdb.DB) error {
		if fills++; fills == 1 {
			defer meanwhile(fresh)
		}
		return fill(ctx, fresh, all)
	}
	return rebuild.FromLogs(t.Context(), path, load, rebuild.LogsOptions{Options: oneThread})
}

func mustLoad(t *testing.T, path string, logs ...string) {
	t.Helper()
	if err := ingestInto(t.Context(), path, logs); err != nil {
		t.Fatal(err)
	}
}

// TestRebuildAmidLoads: what is loaded into the old database while the new one
// is made is in the new one, who reads the old one goes on reading it, and a log
// that only the old one got is no loss.
func TestRebuildAmidLoads(t *testing.T) {
	_, days := logs(t, 120, true)
	path := filepath.Join(t.TempDir(), "x.duckdb")
	mustLoad(t, path, days[0])
	before := contentOf(t, path)

	err := rebuilt(t, path, days[:1], func(*duckdb.DB) { mustLoad(t, path, days[1]) })
	var lost *rebuild.LostError
	if !errors.As(err, &lost) || len(lost.Logs) != 1 || lost.Logs[0].File != days[1] {
		t.Fatalf("a log that only the old database has: %v", err)
	}
	both := contentOf(t, path)

	reader := startReader(t, "keep", path, days)
	if err := rebuilt(t, path, days[:2], func(*duckdb.DB) {}); err != nil {
		t.Fatal(err)
	}
	sameContent(t, "afresh", contentOf(t, path), both)
	if states := reader.finish(t, 1); states != 1 {
		t.Errorf("who has the old one open saw %d states", states)
	}

	if err := rebuilt(t, path, days, func(*duckdb.DB) { mustLoad(t, path, days[2]) }); err != nil {
		t.Fatal(err)
	}
	want := newFixture(t)
	if err := fill(t.Context(), want.db, days); err != nil {
		t.Fatal(err)
	}
	sameContent(t, "with what was loaded meanwhile", contentOf(t, path), want.content())
	if slices.Equal(before, want.content()) {
		t.Error("nothing changed")
	}
}

// TestRebuildUnsound: a new database that breaks a promise does not take the
// old one's place, and the next rebuild clears it away.
func TestRebuildUnsound(t *testing.T) {
	_, days := logs(t, 60, false)
	dir := t.TempDir()
	path := filepath.Join(dir, "x.duckdb")
	mustLoad(t, path, days...)
	before := contentOf(t, path)
	err := rebuilt(t, path, days, func(fresh *duckdb.DB) {
		(&fixture{t, fresh}).rows("DELETE FROM outcome_records WHERE outcome_id = 5")
	})
	var unsound *rebuild.UnsoundError
	if !errors.As(err, &unsound) || len(unsound.Findings) == 0 {
		t.Fatalf("a record is missing: %v", err)
	}
	t.Log(err)
	sameContent(t, "afterwards", contentOf(t, path), before)
	if got := names(t, dir); !slices.Equal(got, []string{"x.duckdb", "x.duckdb.building"}) {
		t.Errorf("there are %v", got)
	}
	if err := rebuilt(t, path, days, func(*duckdb.DB) {}); err != nil {
		t.Fatal(err)
	}
	if got := names(t, dir); !slices.Equal(got, []string{"x.duckdb", "x.duckdb.previous"}) {
		t.Errorf("there are %v", got)
	}
}

// TestLeftoverLog: what a process that died left in the write-ahead log is
// read, published, and never found beside a new database.
func TestLeftoverLog(t *testing.T) {
	_, days := logs(t, 60, false)
	dir := t.TempDir()
	path := filepath.Join(dir, "x.duckdb")
	mustLoad(t, path, days[0])
	crash := func() {
		t.Helper()
		finish(t, "crash", path, days...)
		if !slices.Contains(names(t, dir), "x.duckdb.wal") {
			t.Fatal("nothing is left")
		}
	}
	want := filepath.Join(t.TempDir(), "want.duckdb")
	mustLoad(t, want, days...)
	wanted := contentOf(t, want)

	crash()
	if _, err := publish.Run(t.Context(), path, publish.Options{}); err != nil {
		t.Fatal(err)
	}
	sameContent(t, "published", contentOf(t, publish.NameOf(path)), wanted)

	if err := rebuilt(t, path, days, func(*duckdb.DB) {}); err != nil {
		t.Fatal(err)
	}
	sameContent(t, "afresh", contentOf(t, path), wanted)
	sameContent(t, "the previous one", contentOf(t, path+".previous"), wanted)
	if slices.Contains(names(t, dir), "x.duckdb.wal") {
		t.Error("the old log is beside the new database")
	}
}

// TestFromRecordsHoldsOld: while rows are made of what the old database keeps, it
// is the rebuild's and readers' alone.
func TestFromRecordsHoldsOld(t *testing.T) {
	_, days := logs(t, 60, false)
	path := filepath.Join(t.TempDir(), "x.duckdb")
	mustLoad(t, path, days[:2]...)
	before, tried := contentOf(t, path), 0
	reader := startReader(t, "keep", path, days)
	o := rebuild.RecordsOptions{Options: oneThread, Progress: func(int64, int64) {
		tried++
		if out, err := child(t, "crash", path, days...).CombinedOutput(); err == nil || !strings.Contains(string(out), "is in use by") {
			t.Errorf("a writer got the old database: %s (%v)", out, err)
		}
	}}
	if _, err := rebuild.FromRecords(t.Context(), path, o); err != nil || tried == 0 {
		t.Fatal(tried, err)
	}
	sameContent(t, "afresh", contentOf(t, path), before)
	if states := reader.finish(t, 1); states != 1 {
		t.Errorf("who has the old one open saw %d states", states)
	}
}
