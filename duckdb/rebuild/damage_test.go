package rebuild_test

import (
	"context"
	"database/sql"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pbsduck/duckdb"
	"pbsduck/duckdb/duckdbtest"
	"pbsduck/duckdb/rebuild"
)

// flip turns one bit of a file round.
func flip(t *testing.T, path string, at int64, bit int) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var b [1]byte
	if _, err := f.ReadAt(b[:], at); err != nil {
		t.Fatal(err)
	}
	b[0] ^= 1 << bit
	if _, err := f.WriteAt(b[:], at); err != nil {
		t.Fatal(err)
	}
}

// oneLine holds an error to one line without what only DuckDB's makers understand.
func oneLine(t *testing.T, err error) {
	t.Helper()
	if err != nil && (strings.Contains(err.Error(), "\n") || strings.Contains(err.Error(), "Stack Trace")) {
		t.Errorf("not one clear line: %v", err)
	}
}

// afresh rebuilds a database from all its logs, and gives what it warned of.
func afresh(t *testing.T, path string, days []string) (warnings []error) {
	t.Helper()
	o := rebuild.LogsOptions{
		Options: duckdbtest.OneThread, Unreadable: func(err error) { warnings = append(warnings, err) },
	}
	o.Verify.Quick = true
	load := func(ctx context.Context, fresh *duckdb.DB) error { return duckdbtest.Fill(ctx, fresh, days) }
	err := rebuild.FromLogs(t.Context(), path, load, o)
	if err != nil {
		t.Fatalf("rebuild: %v", err)
	}
	for _, w := range warnings {
		oneLine(t, w)
	}
	return warnings
}

// TestDamagedDatabase: wherever a database is damaged, a rebuild from logs makes it again: what it can't read it warns
// of, and does without.
func TestDamagedDatabase(t *testing.T) {
	t.Parallel()
	_, days := duckdbtest.Logs(t, 60, false)
	whole := filepath.Join(t.TempDir(), "whole.duckdb")
	duckdbtest.MustIngest(t, whole, days...)
	wanted := duckdbtest.ContentOf(t, whole)
	info, err := os.Stat(whole)
	if err != nil {
		t.Fatal(err)
	}
	var places []int64 // each header, every other block; with -torture each
	const headers, block = 3 * 4096, 256 << 10
	for at := int64(0); at < headers; at += 4096 {
		places = append(places, at+9, at+20)
	}
	per, step, random := 1, int64(2*block), rand.New(rand.NewPCG(11, 3))
	if *duckdbtest.Torture {
		per, step = 10, block
	}
	for at := int64(headers); at < info.Size(); at += step {
		for range per {
			places = append(places, at+random.Int64N(block/8))
		}
	}
	warned := 0
	for _, at := range places {
		path := filepath.Join(t.TempDir(), "x.duckdb")
		duckdbtest.CopyFile(t, whole, path)
		flip(t, path, at, random.IntN(8))
		db, err := duckdb.Open(t.Context(), path, duckdb.Options{ReadOnly: true})
		oneLine(t, err)
		if err == nil {
			db.Close()
		}
		if len(afresh(t, path, days)) > 0 {
			warned++
		}
		duckdbtest.SameContent(t, "made again", duckdbtest.ContentOf(t, path), wanted)
	}
	t.Logf("%d of %d damaged databases made again, %d of them could not be read", len(places), len(places), warned)
	if warned < 6 {
		t.Errorf("only %d warnings", warned)
	}
}

// foreignLog leaves the write-ahead log of a database of somebody else's.
func foreignLog(t *testing.T, path string) {
	t.Helper()
	db, err := sql.Open("duckdb", filepath.Join(t.TempDir(), "other"))
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []string{
		"CREATE TABLE other (i BIGINT)", "CHECKPOINT", "PRAGMA disable_checkpoint_on_shutdown",
		"INSERT INTO other SELECT * FROM range(100)",
	} {
		if _, err := db.Exec(s); err != nil {
			t.Fatal(err)
		}
	}
	var file string
	err = db.QueryRow("SELECT path FROM duckdb_databases() WHERE database_name = current_database()").Scan(&file)
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	duckdbtest.CopyFile(t, file+".wal", path+".wal")
}

// TestForeignLog: a write-ahead log that another database left is called that, and what is advised helps.
func TestForeignLog(t *testing.T) {
	_, days := duckdbtest.Logs(t, 60, false)
	path := filepath.Join(t.TempDir(), "x.duckdb")
	duckdbtest.MustIngest(t, path, days...)
	wanted := duckdbtest.ContentOf(t, path)
	foreignLog(t, path)
	for _, readOnly := range []bool{true, false} {
		_, err := duckdb.Open(t.Context(), path, duckdb.Options{ReadOnly: readOnly})
		var told *duckdb.LogError
		if !errors.As(err, &told) || told.Damaged || told.Log != path+".wal" {
			t.Fatalf("beside another one's log: %v", err)
		}
		oneLine(t, err)
	}
	if err := os.Rename(path+".wal", path+".away"); err != nil {
		t.Fatal(err)
	}
	duckdbtest.SameContent(t, "without it", duckdbtest.ContentOf(t, path), wanted)

	foreignLog(t, path)
	afresh(t, path, days)
	duckdbtest.SameContent(t, "made again", duckdbtest.ContentOf(t, path), wanted)
	if !slices.Contains(duckdbtest.Names(t, filepath.Dir(path)), "x.duckdb.previous.wal") {
		t.Error("the log is not with the old database")
	}
	afresh(t, path, days)
	duckdbtest.SameContent(t, "the previous one", duckdbtest.ContentOf(t, path+".previous"), wanted)
}

// TestDamagedLog: a write-ahead log that is damaged, or another database's, is never found beside a new database.
func TestDamagedLog(t *testing.T) {
	_, days := duckdbtest.Logs(t, 60, false)
	dir := t.TempDir()
	path := filepath.Join(dir, "x.duckdb")
	duckdbtest.MustIngest(t, path, days[0])
	duckdbtest.CopyFile(t, path, path+".begun")
	duckdbtest.Finish(t, "crash", path, days...)
	log, err := os.ReadFile(path + ".wal")
	if err != nil {
		t.Fatal(err)
	}
	want := filepath.Join(t.TempDir(), "want.duckdb")
	duckdbtest.MustIngest(t, want, days...)
	wanted := duckdbtest.ContentOf(t, want)

	n, random := 4, rand.New(rand.NewPCG(5, 8))
	if *duckdbtest.Torture {
		n = 60
	}
	unreadable := 0
	for range n {
		duckdbtest.CopyFile(t, path+".begun", path)
		if err := os.WriteFile(path+".wal", log, 0o600); err != nil {
			t.Fatal(err)
		}
		flip(t, path+".wal", random.Int64N(int64(len(log))), random.IntN(8))
		if len(afresh(t, path, days)) > 0 {
			unreadable++
		}
		duckdbtest.SameContent(t, "made again", duckdbtest.ContentOf(t, path), wanted)
		if slices.Contains(duckdbtest.Names(t, dir), "x.duckdb.wal") {
			t.Fatal("the old log is beside the new database")
		}
	}
	t.Logf("%d of %d logs could not be read", unreadable, n)
	if unreadable < n/2 {
		t.Errorf("only %d of %d damaged logs could not be read", unreadable, n)
	}
}
