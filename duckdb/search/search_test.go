package search_test

import (
	"slices"
	"testing"

	"github.com/apache/arrow-go/v18/arrow/array"

	"pbsduck/duckdb"
	"pbsduck/duckdb/duckdbtest"
	"pbsduck/duckdb/search"
)

// ids are the numbers of the jobs that are found, in their order.
func ids(t *testing.T, db *duckdb.DB, s search.Search) (all []int64) {
	t.Helper()
	s.Columns = []string{"id"}
	found, err := s.Find(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := found.Rows(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Release()
	for rows.Next() {
		all = append(all, rows.RecordBatch().Column(0).(*array.Int64).Int64Values()...)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}

// onNodes is true of jobs on nodes with an even number, as some have.
var onNodes = duckdb.Names{Column: "node", In: duckdb.ItsNodes, Wanted: []duckdb.Pattern{
	{Text: "*0", Glob: true}, {Text: "*2", Glob: true}, {Text: "*4", Glob: true}, {Text: "*6", Glob: true},
}}

// TestLimit: whatever jobs are ordered by, those that are found up to a limit are the first of all.
func TestLimit(t *testing.T) {
	db := duckdbtest.OpenReading(t, duckdbtest.Generated(t))
	for _, c := range db.Site().JobDetails().Columns {
		for _, descending := range []bool{false, true} {
			s := search.Search{Order: []search.Order{{Column: c.Name, Descending: descending}, {Column: "ncpus"}}}
			all := ids(t, db, s)
			if len(all) < 300 {
				t.Fatalf("%d jobs: too few", len(all))
			}
			for _, s.Limit = range []int64{1, 7, 250, int64(len(all)), int64(len(all)) + 1} {
				if got, want := ids(t, db, s), all[:min(int(s.Limit), len(all))]; !slices.Equal(got, want) {
					t.Errorf("by %s, descending %v: the first %d are %v, not %v", c.Name, descending, s.Limit, got, want)
				}
			}
			s.Jobs.Terms, s.Limit = []duckdb.Term{onNodes}, 0
			all = ids(t, db, s)
			s.Limit = 7
			if got := ids(t, db, s); len(all) < 100 || !slices.Equal(got, all[:7]) {
				t.Errorf("by %s, descending %v: of %d on nodes the first are %v", c.Name, descending, len(all), got)
			}
		}
	}
}
