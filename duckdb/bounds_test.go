package duckdb

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"pbsduck/duckdb/dbfile"
)

// emptyDatabase makes a database with nothing in its tables.
func emptyDatabase(t *testing.T) (path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "x.duckdb")
	db, err := Open(context.Background(), path, Options{Version: "test"})
	if err == nil {
		err = db.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// TestBoundedWithoutDisk: where nothing can be written beside the database, work takes the memory that it needs.
func TestBoundedWithoutDisk(t *testing.T) {
	ctx, path := context.Background(), emptyDatabase(t)
	db, err := Open(ctx, path, Options{ReadOnly: true, Threads: 1, Bounds: true})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := os.WriteFile(path+dbfile.SpillSuffix, nil, 0o400); err != nil {
		t.Fatal(err)
	}
	const sorted = "SELECT count(*) FROM " +
		"(SELECT i, 'text ' || hash(i) AS t FROM range(2000000) r(i) ORDER BY t, i LIMIT 1900000)"
	times := 0
	err = db.Bounded(ctx, 50, func() error {
		times++
		_, err := db.Number(ctx, sorted)
		return err
	})
	if err != nil || times != 2 {
		t.Errorf("done %d times: %v", times, err)
	}
}

// TestBounded: work has so much memory and no more, is done once more without a bound if that does not do, and what
// keeps questions from files stays; a database whose settings are kept as they are is asked without a bound.
func TestBounded(t *testing.T) {
	ctx, path := context.Background(), emptyDatabase(t)
	const atOnce = "SELECT length(string_agg(repeat('x', 1000) || i, '')) FROM range(100000) r(i)" // a text of 100 MB
	for name, c := range map[string]struct {
		options Options
		times   int // that work is done
	}{
		"bounded":     {Options{Bounds: true, Memory: 954}, 2},
		"as usual":    {Options{Bounds: true}, 2},
		"as it stays": {Options{}, 1},
		"little":      {Options{Bounds: true, Memory: 40}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			c.options.ReadOnly, c.options.Threads = true, 1
			db, err := Open(ctx, path, c.options)
			if err != nil {
				t.Fatal(err)
			}
			defer db.Close()
			times := 0
			err = db.Bounded(ctx, 50, func() error {
				times++
				limit, err := Column[string](ctx, db, "SELECT current_setting('memory_limit')")
				if err != nil {
					return err
				}
				if bounded := limit[0] == "50.0 MiB"; bounded != (times < c.times) {
					t.Errorf("the limit is %s the %d. time", limit[0], times)
				}
				if c.options.Memory != 40 {
					_, err = db.Number(ctx, atOnce)
				}
				return err
			})
			if err != nil || times != c.times {
				t.Errorf("done %d times: %v", times, err)
			}
			for _, s := range []string{"FROM read_text('/etc/passwd')", "SET enable_external_access = true"} {
				if err := db.Exec(ctx, s); err == nil {
					t.Errorf("%s is done", s)
				}
			}
		})
	}
}

// TestShed: what was read of the file is not held any more, and can be read again.
func TestShed(t *testing.T) {
	ctx, path := context.Background(), filepath.Join(t.TempDir(), "x.duckdb")
	db, err := Connect(ctx, path, Options{})
	if err == nil {
		err = db.Exec(ctx, "CREATE TABLE t AS SELECT hash(i) AS h FROM range(4000000) r(i)")
	}
	if err == nil {
		err = db.Close()
	}
	if err == nil {
		db, err = Connect(ctx, path, Options{ReadOnly: true})
	}
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for range 2 {
		if _, err := db.Number(ctx, "SELECT bit_xor(h >> 1) FROM t"); err != nil {
			t.Fatal(err)
		}
		if held := heldOfFile(t, db); held < 16<<20 {
			t.Errorf("%d bytes are held after reading", held)
		}
		if err := db.Shed(ctx); err != nil {
			t.Fatal(err)
		}
		if held := heldOfFile(t, db); held > 2<<20 {
			t.Errorf("%d bytes are held after all", held)
		}
	}
}

func heldOfFile(t *testing.T, db *DB) int64 {
	t.Helper()
	held, err := db.Number(context.Background(),
		"SELECT sum(memory_usage_bytes)::BIGINT FROM duckdb_memory() WHERE tag = 'BASE_TABLE'")
	if err != nil {
		t.Fatal(err)
	}
	return held
}
