package load

import (
	"context"
	"fmt"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
)

// fewRows is how many rows of a question are compared here, which is faster
// than to have DuckDB do it. An answer is held in memory as a whole.
const fewRows = 1 << 20

// narrow keeps the answer to a question about rows that are there short: if
// there are many, it gives a join with the rows that arrive, by one of their
// columns; else nothing.
func (l *Load) narrow(ctx context.Context, from, where string, arriving []arrow.RecordBatch, column string) (join string, err error) {
	n, err := l.db.Number(ctx, fmt.Sprintf("SELECT count(*) FROM %s WHERE %s", from, where))
	if err != nil || n <= fewRows || len(arriving) == 0 {
		return "", err
	}
	at := IndexOf(arriving[0], column)
	one := arrow.NewSchema([]arrow.Field{arriving[0].Schema().Field(at)}, nil)
	var keys []arrow.RecordBatch
	for _, rec := range arriving {
		key := array.NewRecordBatch(one, []arrow.Array{rec.Column(at)}, rec.NumRows())
		defer key.Release()
		keys = append(keys, key)
	}
	if err := l.db.Exec(ctx, fmt.Sprintf("CREATE OR REPLACE TEMP TABLE arriving_keys AS SELECT %s FROM %s LIMIT 0", column, from)); err != nil {
		return "", err
	}
	return fmt.Sprintf("SEMI JOIN arriving_keys USING (%s)", column), l.db.Insert(ctx, "arriving_keys", keys)
}
