package publish_test

import (
	"os"
	"path/filepath"
	"testing"

	"pbsduck/duckdb/duckdbtest"
	"pbsduck/duckdb/publish"
)

// TestReplacedDuringPublish: a database that takes the place of the one that is copied, as a rebuild's does, is
// published by the next one who does.
func TestReplacedDuringPublish(t *testing.T) {
	_, days := duckdbtest.Logs(t, 60, false)
	dir := t.TempDir()
	path, other := filepath.Join(dir, "x.duckdb"), filepath.Join(dir, "other.duckdb")
	duckdbtest.MustIngest(t, path, days[0])
	duckdbtest.MustIngest(t, other, days...)
	want := duckdbtest.ContentOf(t, other)
	o := publish.Options{Name: filepath.Join(dir, "x.published.duckdb"), Keep: 2, Version: "test"}
	o.Progress = func(done, _ int64) {
		if done > 0 {
			return
		}
		if err := os.Rename(other, path); err != nil {
			t.Error(err)
		}
	}
	if _, err := publish.Run(t.Context(), path, o); err != nil {
		t.Fatal(err)
	}
	o.Progress = nil
	if _, err := publish.Run(t.Context(), path, o); err != nil {
		t.Fatal(err)
	}
	duckdbtest.SameContent(t, "published", duckdbtest.ContentOf(t, o.Name), want)
}
