package publish_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pbsduck/duckdb/duckdbtest"
)

// TestKilledPublish: readers always find a whole copy, of before or of now, and the next one clears up.
func TestKilledPublish(t *testing.T) {
	_, days := duckdbtest.Logs(t, 250, true)
	place := t.TempDir()
	path, published := filepath.Join(place, "x.duckdb"), filepath.Join(place, "x.published.duckdb")
	databases := []string{filepath.Join(t.TempDir(), "one"), filepath.Join(t.TempDir(), "all")}
	duckdbtest.Finish(t, "ingest", databases[0], days[0])
	duckdbtest.Finish(t, "ingest", databases[1], days...)
	contents := [][]string{duckdbtest.ContentOf(t, databases[0]), duckdbtest.ContentOf(t, databases[1])}
	duckdbtest.CopyFile(t, databases[0], path)
	usual := duckdbtest.Finish(t, "publish", path)

	n := duckdbtest.Kills(6, 60)
	k := duckdbtest.NewKiller(3, usual)
	for i := range n {
		old, now := contents[i%2], contents[(i+1)%2]
		duckdbtest.CopyFile(t, databases[(i+1)%2], path)
		moment := k.Kill(t, duckdbtest.Child(t, "publish", path), place)
		if got := duckdbtest.ContentOf(t, published); !slices.Equal(got, old) && !slices.Equal(got, now) {
			t.Fatalf("killed %s: what is published is neither the old nor the new content", moment)
		}
		duckdbtest.Finish(t, "publish", path)
		duckdbtest.SameContent(t, "published after "+moment, duckdbtest.ContentOf(t, published), now)
		for _, name := range duckdbtest.Names(t, place) {
			if strings.HasSuffix(name, ".lock") || strings.HasSuffix(name, ".new") || strings.Contains(name, ".building") ||
				strings.HasSuffix(name, ".wal") {
				t.Errorf("killed %s, %s is left", moment, name)
			}
		}
		if got := len(duckdbtest.Names(t, place)); got > 4 {
			t.Errorf("killed %s: %d files, want the database, a link and two generations", moment, got)
		}
	}
	k.Tell(t, n)
}
