package duckdb

import (
	"context"
	"path/filepath"
	"slices"
	"testing"
)

// TestBounded: work has so much memory and no more, is done once more without a bound if that does not do, and what
// keeps questions from files stays; a database whose settings are kept as they are is asked without a bound.
func TestBounded(t *testing.T) {
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "x.duckdb")
	made, err := Open(ctx, path, Options{Version: "test"})
	if err != nil {
		t.Fatal(err)
	}
	if err := made.Close(); err != nil {
		t.Fatal(err)
	}
	const atOnce = "SELECT length(string_agg(repeat('x', 1000) || i, '')) FROM range(100000) r(i)" // a text of 100 MB
	for name, c := range map[string]struct {
		options Options
		limits  []string // that work meets
	}{
		"bounded": {Options{Bounds: true}, []string{"50.0 MiB", "954.0 MiB"}},
		"settled": {Options{}, []string{"954.0 MiB"}},
	} {
		t.Run(name, func(t *testing.T) {
			o := c.options
			o.ReadOnly, o.Threads, o.Memory = true, 1, 954
			db, err := Open(ctx, path, o)
			if err != nil {
				t.Fatal(err)
			}
			defer db.Close()
			var limits []string
			err = db.Bounded(ctx, 50, func() error {
				limit, err := Column[string](ctx, db, "SELECT current_setting('memory_limit')")
				if err != nil {
					return err
				}
				limits = append(limits, limit...)
				_, err = db.Number(ctx, atOnce)
				return err
			})
			if err != nil {
				t.Error(err)
			}
			if !slices.Equal(limits, c.limits) {
				t.Errorf("work met the limits %v, not %v", limits, c.limits)
			}
			for _, s := range []string{"FROM read_text('/etc/passwd')", "SET enable_external_access = true"} {
				if err := db.Exec(ctx, s); err == nil {
					t.Errorf("%s is done", s)
				}
			}
		})
	}
}
