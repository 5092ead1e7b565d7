package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// TestUpdate: tables are made, brought up to date by what changed, and left alone when nothing did; every snapshot has
// the rows that the database had.
func TestUpdate(t *testing.T) {
	w := newWorld(t, 4, 60)
	h := newHistory(w)
	w.take(t, w.days[0], w.days[1])
	w.export(t)
	said := w.update(t)
	h.note(t)
	if strings.Count(said, "0 removed, 0 as they were") != len(tables) {
		t.Errorf("the first time: %s", said)
	}
	had, metadata := w.snapshots(t), files(t, w.warehouse)
	w.export(t)
	if said = w.update(t); strings.Count(said, ": as it was, ") != len(tables) {
		t.Errorf("again: %s", said)
	}
	if again := files(t, w.warehouse); !slices.Equal(metadata, again) {
		t.Errorf("updating what is up to date wrote %v", again)
	}
	w.take(t, w.days...)
	w.export(t)
	w.update(t)
	h.note(t)
	if now := w.snapshots(t); len(now["pbs.jobs"]) != len(had["pbs.jobs"])+1 {
		t.Errorf("one update made snapshots %v of %v", now["pbs.jobs"], had["pbs.jobs"])
	}
	w.pbsduck(t, "forget", "-q", "--machine", "casper", "--all")
	w.export(t)
	w.update(t)
	h.note(t)
	h.check(t)

	// A database that is as it was before gives files that snapshots have already: each has one of its own.
	w.take(t, w.days...)
	w.export(t)
	w.update(t)
	h.note(t)
	h.check(t)
	w.expires(t, h)
}

// expires holds that snapshots that stay, stay readable, and that the files of others go.
func (w *world) expires(t *testing.T, h *history) {
	t.Helper()
	before := len(files(t, w.warehouse))
	stray := filepath.Join(w.warehouse, "pbs", "jobs", "data", "derecho-2026-01", "stray.parquet")
	fresh := filepath.Join(filepath.Dir(stray), "fresh.parquet")
	for path, age := range map[string]time.Duration{stray: 100 * time.Hour, fresh: time.Hour} {
		if err := os.WriteFile(path, []byte("left"), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, time.Now(), time.Now().Add(-age)); err != nil {
			t.Fatal(err)
		}
	}
	if said := w.iceberg(
		t,
		"expire",
		"--older-than",
		"1h",
	); said.code != 0 ||
		strings.Count(said.err, ": 0 snapshots removed") != len(tables) {
		t.Errorf("nothing is so old: %d %s", said.code, said.err)
	}
	if _, err := os.Stat(stray); err == nil {
		t.Error("a file that a killed run left is still there")
	}
	if _, err := os.Stat(fresh); err != nil {
		t.Error("a file that may be about to be committed is gone")
	}
	if said := w.iceberg(
		t,
		"expire",
		"--older-than",
		"0s",
		"--keep",
		"2",
	); said.code != 0 ||
		strings.Contains(said.err, ": 0 snapshots removed") {
		t.Errorf("expire: %d %s", said.code, said.err)
	}
	for table, left := range w.snapshots(t) {
		if len(left) > 2 {
			t.Errorf("%s has still %v", table, left)
		}
	}
	if after := len(files(t, w.warehouse)); after >= before {
		t.Errorf("%d files are left of %d", after, before)
	}
	h.check(t)
	if said := w.update(t); strings.Count(said, ": as it was, ") != len(tables) {
		t.Errorf("after that: %s", said)
	}
}

// TestTwoAtOnce: of two that write at the same time, one is first, and the other looks again.
func TestTwoAtOnce(t *testing.T) {
	w := newWorld(t, 4, 40)
	w.take(t, w.days[0])
	w.export(t)
	w.update(t)
	for i := 1; i < 4; i++ {
		w.take(t, w.days[i], w.days[i+4])
		w.export(t)
		copyDir(t, w.path("lake"), w.path("copy"))
		var both sync.WaitGroup
		ended := make([]told, 2)
		for j, dataset := range []string{"lake", "copy"} {
			both.Go(func() { ended[j] = w.iceberg(t, "update", dataset) })
		}
		both.Wait()
		for _, one := range ended {
			if one.code != 0 {
				t.Errorf("one of two ended with %d: %s", one.code, one.err)
			}
		}
		h := newHistory(w)
		h.note(t)
		for table, snapshots := range w.snapshots(t) {
			if len(snapshots) > i+1 {
				t.Errorf("%s: both committed: %v", table, snapshots)
			}
		}
		h.checkCurrent(t)
	}
	// The one that comes with an older state is told so.
	w.take(t, w.days...)
	time.Sleep(time.Second) // states are told apart by seconds
	w.export(t, "--rewrite")
	w.update(t)
	w.refused(t, 1, "the table is ahead of the dataset", "update", "copy")
	w.update(t)
}

func copyDir(t *testing.T, from, to string) {
	t.Helper()
	if err := os.RemoveAll(to); err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(to, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
}
