package load_test

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"pbsduck/duckdb/load"
	"pbsduck/ingest/source"
)

// heldWarnings are the warnings that hold.
const heldWarnings = "SELECT kind, machine, path, text FROM warnings ORDER BY ALL"

// forget takes logs of machine m out again.
func (f *fixture) forget(dryRun bool, paths ...string) *load.Forgotten {
	f.Helper()
	ledger, err := load.Ledger(context.Background(), f.db, "m")
	if err != nil {
		f.Fatal(err)
	}
	var logs []*load.LogFile
	for _, path := range paths {
		i := slices.IndexFunc(ledger, func(l *load.LogFile) bool { return l.Path == source.KeyOf(path) })
		logs = append(logs, ledger[i])
	}
	done, err := load.ForgetLogs(context.Background(), f.db, "m", logs, dryRun)
	if err != nil {
		f.Fatal(err)
	}
	return done
}

// TestForgetLogs: a database that forgot logs is one that never had them, in
// its content, its ledger and its warnings, whatever records stand in several
// logs or supersede each other.
func TestForgetLogs(t *testing.T) {
	t.Parallel()
	_, days := logs(t, 120, true)
	rapid.Check(t, func(rt *rapid.T) {
		dir := t.TempDir()
		var parts []string
		for i, day := range days {
			parts = append(parts, split(t, rt, dir, i, readFile(t, day))...)
		}
		order := rapid.Permutation(parts).Draw(rt, "order")
		n := rapid.IntRange(1, len(order)).Draw(rt, "gone")
		gone, left := order[:n], order[n:]
		f, want := newFixture(t), newFixture(t)
		f.load(load.Options{}, parts...)
		before := f.content()
		tried := f.forget(true, gone...)
		sameContent(t, "only tried", f.content(), before)
		if done := f.forget(false, gone...); *done != *tried || done.Logs != n {
			t.Errorf("forgot %+v, would forget %+v", done, tried)
		}
		if len(left) > 0 {
			want.load(load.Options{}, left...)
		}
		f.checkLedger()
		sameContent(t, fmt.Sprint(gone, " of ", parts), f.content(), want.content())
		for _, question := range []string{heldWarnings, "SELECT path, lines, read_bytes, digest FROM log_files ORDER BY ALL"} {
			if diff := cmp.Diff(want.rows(question), f.rows(question)); diff != "" {
				t.Fatalf("%s (-never had +forgot):\n%s", question, diff)
			}
		}
		f.verify()
	})
}

// TestForgetMachine: nothing of a machine stays, and nothing of another one
// goes.
func TestForgetMachine(t *testing.T) {
	_, days := logs(t, 60, true)
	f, want := newFixture(t), newFixture(t)
	for _, o := range []load.Options{{Machine: "wrong"}, {Machine: "m"}} {
		f.load(o, days...)
	}
	want.load(load.Options{Machine: "m"}, days...)
	if done, err := load.ForgetMachine(context.Background(), f.db, "wrong", false); err != nil || done.Logs != 3 || done.Jobs == 0 {
		t.Fatal(done, err)
	}
	sameContent(t, "forgot a machine", f.content(), want.content())
	if diff := cmp.Diff(want.rows(heldWarnings), f.rows(heldWarnings)); diff != "" {
		t.Errorf("warnings (-never had +forgot):\n%s", diff)
	}
	for _, row := range f.rows("SELECT table_name FROM duckdb_columns() WHERE column_name = 'machine' AND NOT internal AND schema_name = 'main' ORDER BY 1") {
		if n := f.rows("SELECT count(*) FROM " + row + " WHERE machine = 'wrong'")[0]; n != "0" {
			t.Errorf("%s has %s rows of the machine", row, n)
		}
	}
	f.verify()
	if _, err := load.ForgetMachine(context.Background(), f.db, "m", false); err != nil {
		t.Fatal(err)
	}
	for _, row := range f.rows("SELECT table_name FROM duckdb_tables() WHERE NOT internal AND NOT temporary AND table_name NOT IN ('schema_version', 'site_columns')") {
		if n := f.rows("SELECT count(*) FROM " + row)[0]; n != "0" {
			t.Errorf("%s has %s rows", row, n)
		}
	}
}

// TestForgetGlued: of equal records that stand in one line of another log, one
// takes the place of what goes, and the others stay repeats.
func TestForgetGlued(t *testing.T) {
	for letter, rest := range map[string]string{
		"E": "user=u1 group=g1 jobname=j queue=batch ctime=1768496400 start=1768496410 end=1768500010 Exit_status=0 resources_used.walltime=01:00:00 run_count=1",
		"Q": "user=u1 group=g1 queue=batch ctime=1768496400",
	} {
		t.Run(letter, func(t *testing.T) {
			record, dir := "01/15/2026 11:00:10;"+letter+";1.srv01;"+rest, t.TempDir()
			first := write(t, filepath.Join(dir, "20260115"), []byte(strings.Repeat(record, 2)+"\n"), false)
			other := write(t, filepath.Join(dir, "20260116"), []byte(strings.Repeat(record, 4)+"\n"), false)
			f := newFixture(t)
			f.load(load.Options{}, first)
			f.load(load.Options{}, other)
			f.verify()
			f.load(load.Options{Overwrite: true}, write(t, first, nil, false))
			f.verify()
			want := newFixture(t)
			want.load(load.Options{}, first, other)
			sameContent(t, "forgotten", f.content(), want.content())
		})
	}
}
