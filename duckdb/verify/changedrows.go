package verify

import (
	"context"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"

	"pbsduck/duckdb"
	"pbsduck/ingest/batch"
	"pbsduck/ingest/schema"
)

var rowsCheck = Check{
	Name: "rows", Meaning: "Rows that nothing else tells of are what was written, by their row_check",
	find: findChangedRows,
}

func findChangedRows(ctx context.Context, db *duckdb.DB, o Options) (n int64, first []string, err error) {
	for _, t := range db.Site().Tables() {
		if !t.HasCheck() {
			continue
		}
		var checks []int64
		last := len(t.Columns) - 1
		err := db.EachBatch(ctx, "SELECT "+strings.Join(duckdb.ColumnNames(t), ", ")+" FROM "+t.Name, func(rec arrow.RecordBatch) {
			checks = batch.Checks(t, checks[:0], rec.Columns())
			written := rec.Column(last).(*array.Int64)
			for i, c := range checks {
				if written.IsValid(i) && written.Value(i) == c {
					continue
				}
				if n++; len(first) < o.Limit {
					first = append(first, describeChecked(t, rec, i))
				}
			}
		})
		if err != nil {
			return n, first, err
		}
	}
	return n, first, nil
}

// describeChecked tells which row it is, by the columns that are never NULL.
func describeChecked(t schema.Table, rec arrow.RecordBatch, row int) string {
	parts := []string{"table=" + t.Name}
	for i, c := range t.Columns {
		if c.NotNull && c.Type != schema.Bytes && c.Type != schema.Boolean {
			parts = append(parts, c.Name+"="+describeValue(rec.Column(i).ValueStr(row)))
		}
	}
	return strings.Join(parts, " ")
}
