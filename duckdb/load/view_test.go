package load_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pbsduck/duckdb"
	"pbsduck/duckdb/duckdbtest"
	"pbsduck/duckdb/load"
)

// TestLoadLeavesNoView: of the view through which batches come in, nothing is left in the database.
func TestLoadLeavesNoView(t *testing.T) {
	_, days := duckdbtest.Logs(t, 50, false)
	f := duckdbtest.New(t)
	f.Load(load.Options{}, days...)
	var want []string
	for _, v := range duckdb.Views(f.DB.Site()) {
		want = append(want, v.Name)
	}
	slices.Sort(want)
	if diff := cmp.Diff(want, f.Rows("SELECT view_name FROM duckdb_views() WHERE NOT internal ORDER BY ALL")); diff != "" {
		t.Error(diff)
	}
}
