package load_test

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"pbsduck/duckdb/duckdbtest"
	"pbsduck/duckdb/load"
)

// heldWarnings are the warnings that hold.
const heldWarnings = "SELECT kind, machine, path, text FROM warnings ORDER BY ALL"

// TestForgetLogs: a database that forgot logs is one that never had them, in its content, its ledger and its warnings,
// whatever records stand in several logs or supersede each other.
func TestForgetLogs(t *testing.T) {
	t.Parallel()
	_, days := duckdbtest.Logs(t, 120, true)
	rapid.Check(t, func(rt *rapid.T) {
		dir := t.TempDir()
		var parts []string
		for i, day := range days {
			parts = append(parts, split(t, rt, dir, i, readFile(t, day))...)
		}
		order := rapid.Permutation(parts).Draw(rt, "order")
		n := rapid.IntRange(1, len(order)).Draw(rt, "gone")
		gone, left := order[:n], order[n:]
		f, want := duckdbtest.New(t), duckdbtest.New(t)
		f.Load(load.Options{}, parts...)
		before := f.Content()
		tried := f.Forget(true, gone...)
		duckdbtest.SameContent(t, "only tried", f.Content(), before)
		if done := f.Forget(false, gone...); *done != *tried || done.Logs != n {
			t.Errorf("forgot %+v, would forget %+v", done, tried)
		}
		if len(left) > 0 {
			want.Load(load.Options{}, left...)
		}
		f.CheckLedger()
		duckdbtest.SameContent(t, fmt.Sprint(gone, " of ", parts), f.Content(), want.Content())
		for _, question := range []string{
			heldWarnings, "SELECT path, lines, read_bytes, digest FROM log_files ORDER BY ALL",
		} {
			if diff := cmp.Diff(want.Rows(question), f.Rows(question)); diff != "" {
				t.Fatalf("%s (-never had +forgot):\n%s", question, diff)
			}
		}
		f.Verify()
	})
}

// TestForgetMachine: nothing of a machine stays, and nothing of another one goes.
func TestForgetMachine(t *testing.T) {
	_, days := duckdbtest.Logs(t, 60, true)
	f, want := duckdbtest.New(t), duckdbtest.New(t)
	for _, o := range []load.Options{{Machine: "wrong"}, {Machine: "m"}} {
		f.Load(o, days...)
	}
	want.Load(load.Options{Machine: "m"}, days...)
	if done, err := load.ForgetMachine(context.Background(), f.DB, "wrong", false); err != nil ||
		done.Logs != 3 || done.Jobs == 0 {
		t.Fatal(done, err)
	}
	duckdbtest.SameContent(t, "forgot a machine", f.Content(), want.Content())
	if diff := cmp.Diff(want.Rows(heldWarnings), f.Rows(heldWarnings)); diff != "" {
		t.Errorf("warnings (-never had +forgot):\n%s", diff)
	}
	for _, row := range f.Rows("SELECT table_name FROM duckdb_columns() " +
		"WHERE column_name = 'machine' AND NOT internal AND schema_name = 'main' ORDER BY 1") {
		if n := f.Rows("SELECT count(*) FROM " + row + " WHERE machine = 'wrong'")[0]; n != "0" {
			t.Errorf("%s has %s rows of the machine", row, n)
		}
	}
	f.Verify()
	if _, err := load.ForgetMachine(context.Background(), f.DB, "m", false); err != nil {
		t.Fatal(err)
	}
	for _, row := range f.Rows("SELECT table_name FROM duckdb_tables() " +
		"WHERE NOT internal AND NOT temporary AND table_name NOT IN ('schema_version', 'site_columns')") {
		if n := f.Rows("SELECT count(*) FROM " + row)[0]; n != "0" {
			t.Errorf("%s has %s rows", row, n)
		}
	}
}

// TestForgetGlued: of equal records that stand in one line of another log, one takes the place of what goes, and the
// others stay repeats.
func TestForgetGlued(t *testing.T) {
	for letter, rest := range map[string]string{
		"E": "user=u1 group=g1 jobname=j queue=batch ctime=1768496400 start=1768496410 end=1768500010 Exit_status=0 " +
			"resources_used.walltime=01:00:00 run_count=1",
		"Q": "user=u1 group=g1 queue=batch ctime=1768496400",
	} {
		t.Run(letter, func(t *testing.T) {
			record, dir := "01/15/2026 11:00:10;"+letter+";1.srv01;"+rest, t.TempDir()
			first := duckdbtest.WriteLog(t, filepath.Join(dir, "20260115"), []byte(strings.Repeat(record, 2)+"\n"), false)
			other := duckdbtest.WriteLog(t, filepath.Join(dir, "20260116"), []byte(strings.Repeat(record, 4)+"\n"), false)
			f := duckdbtest.New(t)
			f.Load(load.Options{}, first)
			f.Load(load.Options{}, other)
			f.Verify()
			f.Load(load.Options{Overwrite: true}, duckdbtest.WriteLog(t, first, nil, false))
			f.Verify()
			want := duckdbtest.New(t)
			want.Load(load.Options{}, first, other)
			duckdbtest.SameContent(t, "forgotten", f.Content(), want.Content())
		})
	}
}
