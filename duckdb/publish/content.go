package publish

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"pbsduck/duckdb"
	"pbsduck/ingest/schema"
)

// counted are the tables of which no more than the number of rows is asked: what changes in them is noted elsewhere, in
// the ledger or in changed_months, whose rows are few.
var counted = []string{
	"outcomes", "outcome_records", "outcome_nodes", "told_runs", "events", "rejects", "repeats", "record_dictionaries",
	"job_charges",
}

// seen are the columns that say how a log or what is amiss was last seen. They change though nothing else does.
var seen = map[string]string{
	schema.LogFiles.Name: "file, size_bytes, modified_at, loaded_at, loaded_by, " + schema.CheckName,
	schema.Warnings.Name: "last_seen",
}

// contentOf tells one content of the database from another, at the price of its small tables: a load that took nothing
// in, as of a log that was only packed, changes the file and not the content. Who may read it is part of it.
func (p *publishing) contentOf(ctx context.Context, db *duckdb.DB) (string, error) {
	const ask = "SELECT table_name FROM duckdb_tables() WHERE database_name = '" + duckdb.Attached + "' ORDER BY ALL"
	tables, err := duckdb.Column[string](ctx, db, ask)
	if err != nil {
		return "", err
	}
	asked := []string{
		sumOf("SELECT view_name, sql, comment FROM duckdb_views() WHERE NOT internal"),
		sumOf("SELECT table_name, column_name, data_type, comment FROM duckdb_columns() WHERE NOT internal"),
	}
	for _, t := range tables {
		columns := "*"
		if slices.Contains(counted, t) {
			columns = "count(*) AS n"
		} else if except := seen[t]; except != "" {
			columns = "* EXCLUDE (" + except + ")"
		}
		asked = append(asked, sumOf("SELECT "+columns+" FROM "+duckdb.QuoteName(t)))
	}
	sums, err := duckdb.Column[string](ctx, db, strings.Join(asked, " UNION ALL "))
	return fmt.Sprint(p.options.StorageVersion, " ", db.Info().Mode().Perm(), " ", strings.Join(sums, " ")), err
}

// sumOf tells some rows from others, in whatever order they are.
func sumOf(rows string) string {
	return fmt.Sprintf("SELECT coalesce(sum(hash(r)::HUGEINT), 0)::VARCHAR AS sum FROM (%s) AS r", rows)
}
