package rebuild_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pbsduck/duckdb"
	"pbsduck/duckdb/charge"
	"pbsduck/duckdb/duckdbtest"
	"pbsduck/duckdb/load"
	"pbsduck/duckdb/publish"
	"pbsduck/duckdb/rebuild"
)

// rebuilt makes the database afresh from all logs; meanwhile is called once, between the fill and the swap.
func rebuilt(t *testing.T, path string, all []string, meanwhile func(fresh *duckdb.DB)) error {
	t.Helper()
	fills := 0
	load := func(ctx context.Context, fresh *duckdb.DB) error {
		if fills++; fills == 1 {
			defer meanwhile(fresh)
		}
		return duckdbtest.Fill(ctx, fresh, all)
	}
	had, err := rebuild.ReadReadings(t.Context(), path, 0)
	if err != nil {
		t.Fatal(err)
	}
	return rebuild.FromLogs(t.Context(), path, load, rebuild.LogsOptions{Options: duckdbtest.OneThread, Had: had.Logs})
}

// TestRebuildAmidLoads: what is loaded into the old database while the new one is made is in the new one, who reads the
// old one goes on reading it, and a log that only the old one got is no loss.
func TestRebuildAmidLoads(t *testing.T) {
	_, days := duckdbtest.Logs(t, 120, true)
	path := filepath.Join(t.TempDir(), "x.duckdb")
	duckdbtest.MustIngest(t, path, days[0])
	before := duckdbtest.ContentOf(t, path)

	err := rebuilt(t, path, days[:1], func(*duckdb.DB) { duckdbtest.MustIngest(t, path, days[1]) })
	var lost *rebuild.LostError
	if !errors.As(err, &lost) || len(lost.Logs) != 1 || lost.Logs[0].File != days[1] {
		t.Fatalf("a log that only the old database has: %v", err)
	}
	both := duckdbtest.ContentOf(t, path)

	reader := duckdbtest.StartReader(t, "keep", path, days)
	if err := rebuilt(t, path, days[:2], func(*duckdb.DB) {}); err != nil {
		t.Fatal(err)
	}
	duckdbtest.SameContent(t, "afresh", duckdbtest.ContentOf(t, path), both)
	if states := reader.Finish(t, 1); states != 1 {
		t.Errorf("who has the old one open saw %d states", states)
	}

	if err := rebuilt(t, path, days, func(*duckdb.DB) { duckdbtest.MustIngest(t, path, days[2]) }); err != nil {
		t.Fatal(err)
	}
	want := duckdbtest.New(t)
	if err := duckdbtest.Fill(t.Context(), want.DB, days); err != nil {
		t.Fatal(err)
	}
	duckdbtest.SameContent(t, "with what was loaded meanwhile", duckdbtest.ContentOf(t, path), want.Content())
	if slices.Equal(before, want.Content()) {
		t.Error("nothing changed")
	}
}

// TestRebuildAmidForgetting: a log that is forgotten while the new one is made is not in the new one, unless it is
// still given. That one is read in another time zone meanwhile ends the rebuild, as the zones were chosen before.
func TestRebuildAmidForgetting(t *testing.T) {
	_, days := duckdbtest.Logs(t, 120, true)
	path, folder := filepath.Join(t.TempDir(), "x.duckdb"), filepath.Dir(days[1])
	duckdbtest.MustIngest(t, path, days...)
	all := duckdbtest.ContentOf(t, path)
	change := func(work func(f *duckdbtest.Fixture)) {
		db, err := duckdb.Open(t.Context(), path, duckdb.Options{Threads: 1})
		if err != nil {
			t.Fatal(err)
		}
		work(&duckdbtest.Fixture{TB: t, DB: db})
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
	}
	forget := func(f *duckdbtest.Fixture) { f.Forget(false, days[1]) }

	if err := rebuilt(t, path, []string{folder}, func(*duckdb.DB) { change(forget) }); err != nil {
		t.Fatal(err)
	}
	duckdbtest.SameContent(t, "given still", duckdbtest.ContentOf(t, path), all)

	rezone := func(f *duckdbtest.Fixture) { f.Load(load.Options{Overwrite: true, Zone: "UTC"}, days[1]) }
	err := rebuilt(t, path, []string{folder}, func(*duckdb.DB) { change(rezone) })
	if err == nil || !strings.Contains(err.Error(), "run it again") {
		t.Fatalf("read in another time zone: %v", err)
	}
	change(func(f *duckdbtest.Fixture) { f.Load(load.Options{Overwrite: true}, days[1]) })

	err = rebuilt(t, path, []string{folder}, func(*duckdb.DB) {
		change(forget)
		if err := os.Remove(days[1]); err != nil {
			t.Fatal(err)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	want := duckdbtest.New(t)
	want.Load(load.Options{}, days[0], days[2])
	duckdbtest.SameContent(t, "taken away", duckdbtest.ContentOf(t, path), want.Content())
}

// TestRebuildAmidSettings: rules that are changed while the new one is made end the rebuild, as it knows nothing of
// them; days that qhist is still to tell of are asked for also of the new one.
func TestRebuildAmidSettings(t *testing.T) {
	_, days := duckdbtest.Logs(t, 60, false)
	path := filepath.Join(t.TempDir(), "x.duckdb")
	duckdbtest.MustIngest(t, path, days...)
	change := func(work func(ctx context.Context, db *duckdb.DB) error) {
		db, err := duckdb.Open(t.Context(), path, duckdb.Options{Threads: 1})
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(work(t.Context(), db), db.Close()); err != nil {
			t.Fatal(err)
		}
	}
	c := duckdbtest.Config(t, `
[[machines]]
name = "m"
[[machines.capacity]]
cores = 7
[[machines.rules]]
version = "2"
cpu_hours = "ncpus * 2"
`)
	configure := func(ctx context.Context, db *duckdb.DB) error {
		return charge.Configure(ctx, db, c, "m")
	}
	err := rebuilt(t, path, days, func(*duckdb.DB) { change(configure) })
	if err == nil || !strings.Contains(err.Error(), "run it again") {
		t.Fatalf("with other rules: %v", err)
	}
	unanswered := func(ctx context.Context, db *duckdb.DB) error {
		return load.NoteUnanswered(ctx, db, "m", "host", "20261102", errors.New("no answer"))
	}
	if err := rebuilt(t, path, days, func(*duckdb.DB) { change(unanswered) }); err != nil {
		t.Fatal(err)
	}
	change(func(ctx context.Context, db *duckdb.DB) error {
		asked, err := load.Unanswered(ctx, db, "m", "host")
		if !slices.Equal(asked, []string{"20261102"}) {
			t.Errorf("to be asked again: %v", asked)
		}
		return err
	})
}

// TestRebuildUnsound: a new database that breaks a promise does not take the old one's place, and the next rebuild
// clears it away.
func TestRebuildUnsound(t *testing.T) {
	_, days := duckdbtest.Logs(t, 60, false)
	dir := t.TempDir()
	path := filepath.Join(dir, "x.duckdb")
	duckdbtest.MustIngest(t, path, days...)
	before := duckdbtest.ContentOf(t, path)
	err := rebuilt(t, path, days, func(fresh *duckdb.DB) {
		(&duckdbtest.Fixture{TB: t, DB: fresh}).Rows("DELETE FROM outcome_records WHERE outcome_id = 5")
	})
	var unsound *rebuild.UnsoundError
	if !errors.As(err, &unsound) || len(unsound.Findings) == 0 {
		t.Fatalf("a record is missing: %v", err)
	}
	t.Log(err)
	duckdbtest.SameContent(t, "afterwards", duckdbtest.ContentOf(t, path), before)
	if got := duckdbtest.Names(t, dir); !slices.Equal(got, []string{"x.duckdb", "x.duckdb.building"}) {
		t.Errorf("there are %v", got)
	}
	if err := rebuilt(t, path, days, func(*duckdb.DB) {}); err != nil {
		t.Fatal(err)
	}
	if got := duckdbtest.Names(t, dir); !slices.Equal(got, []string{"x.duckdb", "x.duckdb.previous"}) {
		t.Errorf("there are %v", got)
	}
}

// TestLeftoverLog: what a process that died left in the write-ahead log is read, published, and never found beside a
// new database.
func TestLeftoverLog(t *testing.T) {
	_, days := duckdbtest.Logs(t, 60, false)
	dir := t.TempDir()
	path := filepath.Join(dir, "x.duckdb")
	duckdbtest.MustIngest(t, path, days[0])
	crash := func() {
		t.Helper()
		duckdbtest.Finish(t, "crash", path, days...)
		if !slices.Contains(duckdbtest.Names(t, dir), "x.duckdb.wal") {
			t.Fatal("nothing is left")
		}
	}
	want := filepath.Join(t.TempDir(), "want.duckdb")
	duckdbtest.MustIngest(t, want, days...)
	wanted := duckdbtest.ContentOf(t, want)

	crash()
	if _, err := publish.Run(t.Context(), path, publish.Options{}); err != nil {
		t.Fatal(err)
	}
	duckdbtest.SameContent(t, "published", duckdbtest.ContentOf(t, publish.NameOf(path)), wanted)

	if err := rebuilt(t, path, days, func(*duckdb.DB) {}); err != nil {
		t.Fatal(err)
	}
	duckdbtest.SameContent(t, "afresh", duckdbtest.ContentOf(t, path), wanted)
	duckdbtest.SameContent(t, "the previous one", duckdbtest.ContentOf(t, path+".previous"), wanted)
	if slices.Contains(duckdbtest.Names(t, dir), "x.duckdb.wal") {
		t.Error("the old log is beside the new database")
	}
}

// TestFromRecordsHoldsOld: while rows are made of what the old database keeps, it is the rebuild's and readers' alone.
func TestFromRecordsHoldsOld(t *testing.T) {
	_, days := duckdbtest.Logs(t, 60, false)
	path := filepath.Join(t.TempDir(), "x.duckdb")
	duckdbtest.MustIngest(t, path, days[:2]...)
	before, tried := duckdbtest.ContentOf(t, path), 0
	reader := duckdbtest.StartReader(t, "keep", path, days)
	o := rebuild.RecordsOptions{Options: duckdbtest.OneThread, Progress: func(int64, int64) {
		tried++
		if out, err := duckdbtest.Child(t, "crash", path, days...).CombinedOutput(); err == nil ||
			!strings.Contains(string(out), "is in use by") {
			t.Errorf("a writer got the old database: %s (%v)", out, err)
		}
	}}
	if _, err := rebuild.FromRecords(t.Context(), path, o); err != nil || tried == 0 {
		t.Fatal(tried, err)
	}
	duckdbtest.SameContent(t, "afresh", duckdbtest.ContentOf(t, path), before)
	if states := reader.Finish(t, 1); states != 1 {
		t.Errorf("who has the old one open saw %d states", states)
	}
}
