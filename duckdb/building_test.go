package duckdb

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"
)

// TestLeftoversOfTheDead: what killed processes left beside a database is
// cleared away by the next one that writes, whether the database was there yet
// or not, and nothing else is.
func TestLeftoversOfTheDead(t *testing.T) {
	ctx := context.Background()
	dir := filepath.Join(t.TempDir(), "a [b]*")
	path := filepath.Join(dir, "x.duckdb")
	if err := os.MkdirAll(path+".tmp", 0o755); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		for _, name := range []string{"x.duckdb.building", "x.duckdb.building.wal", "x.duckdb.building.lock", "x.duckdb.tmp/duckdb_temp_storage-0.tmp", "x.duckdb.tmp/mine"} {
			if err := os.WriteFile(filepath.Join(dir, name), []byte("4711\n"), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		db, err := Open(ctx, path, Options{Version: "test"})
		if err != nil {
			t.Fatal(err)
		}
		db.Close()
	}
	left, err := filepath.Glob(filepath.Join(globQuoted(dir), "*"))
	if err != nil || len(left) != 2 || left[1] != path+".tmp" {
		t.Errorf("there are %v (%v)", left, err)
	}
	spilled, err := os.ReadDir(path + ".tmp")
	if err != nil || len(spilled) != 1 || spilled[0].Name() != "mine" {
		t.Errorf("in the folder for spilling are %v (%v)", spilled, err)
	}
}

// TestBuildingIsLeftAlone: one who writes to the database does not disturb who
// builds another one for its place.
func TestBuildingIsLeftAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.duckdb")
	if err := makeFile(t.Context(), path, Options{Version: "test"}); err != nil {
		t.Fatal(err)
	}
	b, err := newBuilding(t.Context(), path, 0)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(b.path, []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	db, err := Open(t.Context(), path, Options{Version: "test"})
	if err != nil {
		t.Fatal(err)
	}
	db.Close()
	if half, err := os.ReadFile(b.path); err != nil || string(half) != "half" {
		t.Errorf("what was being built is %q (%v)", half, err)
	}
	if err := b.abandon(); err != nil {
		t.Fatal(err)
	}
}

// TestMadeOnce: of many who make a database at once, each gets the one that was
// made, and it is whole.
func TestMadeOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.duckdb")
	var group errgroup.Group
	for range 8 {
		group.Go(func() error {
			db, err := Open(t.Context(), path, Options{Version: "test", Wait: time.Minute})
			if err == nil {
				err = db.Close()
			}
			return err
		})
	}
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
	db, err := Open(t.Context(), path, Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	db.Close()
	if left, err := os.ReadDir(filepath.Dir(path)); err != nil || len(left) != 1 {
		t.Errorf("there are %v (%v)", left, err)
	}
}

// TestPreviousIsKept: the old database stays under its second name, also after
// a process was killed between giving it that and swapping in the new one.
func TestPreviousIsKept(t *testing.T) {
	dir := t.TempDir()
	place := filepath.Join(dir, "x.duckdb")
	read := func(path string) string {
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return string(content)
	}
	for i, content := range []string{"one", "two", "three"} {
		b, err := newBuilding(t.Context(), place, 0)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(b.path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if i > 0 {
			if err := keepPrevious(place); err != nil { // killed after this
				t.Fatal(err)
			}
		}
		if err := errors.Join(b.harden(), b.takePlace()); err != nil {
			t.Fatal(err)
		}
	}
	if now, before := read(place), read(place+previousSuffix); now != "three" || before != "two" {
		t.Errorf("the database is %q, the previous one %q", now, before)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 2 {
		t.Errorf("there are %v (%v)", left, err)
	}
}
