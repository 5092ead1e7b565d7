package duckdb

import (
	"context"
	"fmt"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"

	"pbsduck/ingest/batch"
	"pbsduck/ingest/schema"
)

// Check writes the checks of those rows of a table that have none: who writes or changes a row by SQL leaves row_check
// NULL.
func (db *DB) Check(ctx context.Context, t schema.Table) error {
	var rows, checks []int64
	question := fmt.Sprintf("SELECT %s, rowid FROM %s WHERE row_check IS NULL", strings.Join(ColumnNames(t), ", "), t.Name)
	err := db.EachBatch(ctx, question, func(rec arrow.RecordBatch) {
		checks = batch.Checks(t, checks, rec.Columns())
		rows = append(rows, rec.Column(len(t.Columns)).(*array.Int64).Int64Values()...)
	})
	if err != nil || len(rows) == 0 {
		return err
	}
	return db.Exec(ctx, fmt.Sprintf("UPDATE %[1]s SET row_check = c.row_check "+
		"FROM (SELECT unnest($1::BIGINT[]) AS row, unnest($2::BIGINT[]) AS row_check) c WHERE %[1]s.rowid = c.row",
		t.Name), rows, checks)
}
