package duckdb

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"pbsduck/duckdb/dbfile"
)

// TestLeftoversOfTheDead: what killed processes left beside a database is cleared away by the next one that writes,
// whether the database was there yet or not, and nothing else is.
func TestLeftoversOfTheDead(t *testing.T) {
	ctx := context.Background()
	dir := filepath.Join(t.TempDir(), "a [b]*")
	path := filepath.Join(dir, "x.duckdb")
	if err := os.MkdirAll(path+".tmp", 0o755); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		for _, name := range []string{
			"x.duckdb.building", "x.duckdb.building.wal", "x.duckdb.building.lock", "x.duckdb.tmp/duckdb_temp_storage-0.tmp",
			"x.duckdb.tmp/mine",
		} {
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
	left, err := os.ReadDir(dir)
	if err != nil || len(left) != 2 || left[1].Name() != "x.duckdb.tmp" {
		t.Errorf("there are %v (%v)", left, err)
	}
	spilled, err := os.ReadDir(path + ".tmp")
	if err != nil || len(spilled) != 1 || spilled[0].Name() != "mine" {
		t.Errorf("in the folder for spilling are %v (%v)", spilled, err)
	}
}

// TestBuildingIsLeftAlone: one who writes to the database does not disturb who builds another one for its place.
func TestBuildingIsLeftAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.duckdb")
	if err := makeFile(t.Context(), path, Options{Version: "test"}); err != nil {
		t.Fatal(err)
	}
	b, err := dbfile.Build(t.Context(), path, 0)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(b.Path, []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	db, err := Open(t.Context(), path, Options{Version: "test"})
	if err != nil {
		t.Fatal(err)
	}
	db.Close()
	if half, err := os.ReadFile(b.Path); err != nil || string(half) != "half" {
		t.Errorf("what was being built is %q (%v)", half, err)
	}
	if err := b.Abandon(); err != nil {
		t.Fatal(err)
	}
}

// TestMadeOnce: of many who make a database at once, each gets the one that was made, and it is whole.
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
