package report

import (
	"context"
	"fmt"
	"slices"

	"pbsduck/duckdb"
)

// Lacks says what is missing for the report to tell all, and where it is added; it is
// empty if nothing is.
func (r Report) Lacks(ctx context.Context, db *duckdb.DB) (string, error) {
	switch r.Needs {
	case "":
		return "", nil
	case "capacity":
		return lacksRows(ctx, db, "capacity", "what the machines have is not configured, so nothing is measured against it: add [[machines.capacity]] to pbsduck.toml")
	case "allocations":
		return lacksRows(ctx, db, "allocations", "there are no allocations")
	}
	jobs := db.Site().Jobs()
	if slices.Contains(duckdb.ColumnNames(jobs), r.Needs) {
		return "", nil
	}
	return fmt.Sprintf("jobs have no column %s, so nothing is known: add it to pbsduck.toml as one of [[columns]]", r.Needs), nil
}

func lacksRows(ctx context.Context, db *duckdb.DB, table, message string) (string, error) {
	n, err := db.Number(ctx, "SELECT count(*) FROM "+table)
	if err != nil || n > 0 {
		return "", err
	}
	return message, nil
}
