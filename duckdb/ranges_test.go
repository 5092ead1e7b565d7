package duckdb_test

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pbsduck/duckdb"
)

// TestRanges covers rows of all sizes, also one that is larger than is allowed: each row once, in order, and none
// beside it that may not be.
func TestRanges(t *testing.T) {
	db, err := duckdb.Connect(context.Background(), "", duckdb.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	const (
		small = "SELECT range AS number, 1 AS rows, 1 AS bytes FROM range(5000)"
		large = "SELECT unnest([2100, 2101, 4000]) AS number, 0 AS rows, unnest([900, 900, 5000]) AS bytes"
	)
	for _, c := range []struct {
		name string
		most duckdb.Limits
		want []duckdb.RowRange
	}{
		{"all", duckdb.Limits{Rows: 10_000, Bytes: 20_000},
			[]duckdb.RowRange{{First: 0, Last: 5119, Rows: 5000, Bytes: 11_800}}},
		{"rows", duckdb.Limits{Rows: 2048, Bytes: 20_000}, []duckdb.RowRange{
			{First: 0, Last: 2047, Rows: 2048, Bytes: 2048},
			{First: 2048, Last: 4095, Rows: 2048, Bytes: 8848},
			{First: 4096, Last: 5119, Rows: 904, Bytes: 904},
		}},
		{"bytes", duckdb.Limits{Rows: 2048, Bytes: 2048}, []duckdb.RowRange{
			{First: 0, Last: 2047, Rows: 2048, Bytes: 2048},
			{First: 2048, Last: 2295, Rows: 248, Bytes: 2048},
			{First: 2296, Last: 3999, Rows: 1704, Bytes: 1704},
			{First: 4000, Last: 4000, Rows: 1, Bytes: 5001},
			{First: 4001, Last: 5119, Rows: 999, Bytes: 999},
		}},
	} {
		got, err := db.Ranges(context.Background(), c.most, small, large)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
	}
}
