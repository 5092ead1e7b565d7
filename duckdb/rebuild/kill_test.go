package rebuild_test

import (
	"path/filepath"
	"slices"
	"testing"

	"pbsduck/duckdb/duckdbtest"
)

// TestKilledRebuild: at no moment of a rebuild is there another content than the right one under the database's name,
// and the next one clears up.
func TestKilledRebuild(t *testing.T) {
	_, days := duckdbtest.Logs(t, 250, true)
	place := t.TempDir()
	path := filepath.Join(place, "x.duckdb")
	duckdbtest.Finish(t, "ingest", path, days[2])
	duckdbtest.Finish(t, "ingest", path, days...)
	wanted := duckdbtest.ContentOf(t, path)
	usual := duckdbtest.Finish(t, "rebuild", path, days...)

	n := duckdbtest.Kills(5, 70)
	k := duckdbtest.NewKiller(2, usual)
	for range n {
		moment := k.Kill(t, duckdbtest.Child(t, "rebuild", path, days...), place)
		duckdbtest.SameContent(t, "right after a rebuild that was killed "+moment, duckdbtest.ContentOf(t, path), wanted)
		duckdbtest.Finish(t, "rebuild", path, days...)
		duckdbtest.SameContent(t, "rebuilt after "+moment, duckdbtest.ContentOf(t, path), wanted)
		duckdbtest.SameContent(t, "the previous one after "+moment, duckdbtest.ContentOf(t, path+".previous"), wanted)
		if got := duckdbtest.Names(t, place); !slices.Equal(got, []string{"x.duckdb", "x.duckdb.previous"}) {
			t.Errorf("killed %s, there are %v", moment, got)
		}
	}
	k.Tell(t, n)
}
