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
