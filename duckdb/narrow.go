package duckdb

import (
	"context"
	"fmt"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
)

// fewRows is how many rows of a question are compared here, which is faster
// than to have DuckDB do it. An answer is held in memory as a whole.
const fewRows = 1 << 20

// narrow keeps the answer to a question about rows that are there short: if
// there are many, it gives a join with the rows that arrive, by some of their
// columns; else nothing.
func (l *Load) narrow(ctx context.Context, from, where string, arriving []arrow.RecordBatch, columns []string) (join string, err error) {
	n, err := l.db.number(ctx, fmt.Sprintf("SELECT count(*) FROM %s WHERE %s", from, where))
	if err != nil || n <= fewRows || len(arriving) == 0 {
		return "", err
	}
	var fields []arrow.Field
	for _, c := range columns {
		fields = append(fields, arriving[0].Schema().Field(indexOf(arriving[0], c)))
	}
	var keys []arrow.RecordBatch
	for _, rec := range arriving {
		var arrays []arrow.Array
		for _, c := range columns {
			arrays = append(arrays, rec.Column(indexOf(rec, c)))
		}
		key := array.NewRecordBatch(arrow.NewSchema(fields, nil), arrays, rec.NumRows())
		defer key.Release()
		keys = append(keys, key)
	}
	list := strings.Join(columns, ", ")
	if err := l.db.exec(ctx, fmt.Sprintf("CREATE OR REPLACE TEMP TABLE arriving_keys AS SELECT %s FROM %s LIMIT 0", list, from)); err != nil {
		return "", err
	}
	return fmt.Sprintf("SEMI JOIN arriving_keys USING (%s)", list), l.db.insert(ctx, "arriving_keys", keys)
}
