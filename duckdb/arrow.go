package duckdb

import (
	"context"
	"database/sql/driver"
	"fmt"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	duck "github.com/duckdb/duckdb-go/v2"

	"pbsduck/ingest/batch"
)

// insertView is the name under which batches are shown to DuckDB. A view on
// Arrow data is right only under SELECT *: other columns or a WHERE give wrong
// rows without an error (arrow_test.go), so nothing else is ever asked of it.
const insertView = "arriving"

// insert appends batches to a table that has the same columns in the same
// order.
func (db *DB) insert(ctx context.Context, table string, batches []arrow.RecordBatch) error {
	if len(batches) == 0 {
		return nil
	}
	joined, err := join(batches)
	if err != nil {
		return err
	}
	defer joined.Release()
	reader, err := array.NewRecordReader(joined.Schema(), []arrow.RecordBatch{joined})
	if err != nil {
		return err
	}
	defer reader.Release()
	err = db.conn.Raw(func(raw any) error {
		conn := raw.(driver.Conn)
		bridge, err := duck.NewArrowFromConn(conn)
		if err != nil {
			return err
		}
		release, err := bridge.RegisterView(reader, insertView)
		if err != nil {
			return err
		}
		defer release()
		_, err = conn.(driver.ExecerContext).ExecContext(ctx, "INSERT INTO "+table+" SELECT * FROM "+insertView, nil)
		return err
	})
	if err != nil {
		return fmt.Errorf("cannot write to %s: %w", table, err)
	}
	return reader.Err()
}

// join puts batches together: DuckDB takes 2,048 rows at a time, and each
// remainder costs it as much. The caller releases the batch.
func join(batches []arrow.RecordBatch) (arrow.RecordBatch, error) {
	if len(batches) == 1 {
		batches[0].Retain()
		return batches[0], nil
	}
	rows := int64(0)
	for _, b := range batches {
		rows += b.NumRows()
	}
	columns := make([]arrow.Array, batches[0].NumCols())
	defer func() {
		for _, c := range columns {
			if c != nil {
				c.Release()
			}
		}
	}()
	pieces := make([]arrow.Array, len(batches))
	for i := range columns {
		for k, b := range batches {
			pieces[k] = b.Column(i)
		}
		var err error
		if columns[i], err = array.Concatenate(pieces, batch.Memory); err != nil {
			return nil, err
		}
	}
	return array.NewRecordBatch(batches[0].Schema(), columns, rows), nil
}

// Query runs a statement and gives its result as Arrow. The caller releases
// the reader before the next statement.
func (db *DB) Query(ctx context.Context, query string, args ...any) (array.RecordReader, error) {
	var reader array.RecordReader
	err := db.conn.Raw(func(raw any) error {
		bridge, err := duck.NewArrowFromConn(raw.(driver.Conn))
		if err != nil {
			return err
		}
		reader, err = bridge.QueryContext(ctx, query, args...)
		return err
	})
	return reader, err
}

// eachBatch runs a statement and gives its result, batch by batch, to take;
// what a batch holds is good until take returns.
func (db *DB) eachBatch(ctx context.Context, query string, take func(arrow.RecordBatch)) error {
	reader, err := db.Query(ctx, query)
	if err != nil {
		return err
	}
	defer reader.Release()
	for reader.Next() {
		take(reader.RecordBatch())
	}
	return reader.Err()
}
