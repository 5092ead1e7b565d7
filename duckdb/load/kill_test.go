package load_test

import (
	"path/filepath"
	"slices"
	"testing"

	"pbsduck/duckdb/duckdbtest"
)

// TestKilledIngest: a load that is killed leaves a database that opens, and the next one completes it.
func TestKilledIngest(t *testing.T) {
	_, days := duckdbtest.Logs(t, 250, true)
	dir := t.TempDir()
	undisturbed, begun := filepath.Join(dir, "undisturbed.duckdb"), filepath.Join(dir, "begun.duckdb")
	duckdbtest.Finish(t, "ingest", begun, days[0])
	usual := duckdbtest.Finish(t, "ingest", undisturbed, days...)
	wanted := duckdbtest.ContentOf(t, undisturbed)

	n := duckdbtest.Kills(6, 70)
	k := duckdbtest.NewKiller(1, usual)
	for i := range n {
		place := t.TempDir()
		path := filepath.Join(place, "x.duckdb")
		if i%3 > 0 { // else it is killed while it makes the database, too
			duckdbtest.CopyFile(t, begun, path)
		}
		moment := k.Kill(t, duckdbtest.Child(t, "ingest", path, days...), place)
		duckdbtest.Finish(t, "ingest", path, days...)
		duckdbtest.SameContent(t, "ingest killed "+moment, duckdbtest.ContentOf(t, path), wanted)
		if got := duckdbtest.Names(t, place); !slices.Equal(got, []string{"x.duckdb"}) {
			t.Errorf("killed %s, there are %v", moment, got)
		}
	}
	k.Tell(t, n)
}
