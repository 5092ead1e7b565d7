package duckdb

import (
	"context"
	"database/sql/driver"
	"fmt"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	duck "github.com/duckdb/duckdb-go/v2"
)

// insertView is the name under which batches are shown to DuckDB. A view on Arrow data is right only under SELECT *:
// other columns or a WHERE give wrong rows without an error (trap_test.go), so nothing else is ever asked of it. The
// driver makes it a lasting one, which would stay in the file.
const insertView = "arriving"

// Insert appends batches to a table that has the same columns in the same order.
func (db *DB) Insert(ctx context.Context, table string, batches []arrow.RecordBatch) error {
	return db.InsertParts(ctx, table, allOf(batches))
}

// InsertParts does so with some rows of batches.
func (db *DB) InsertParts(ctx context.Context, table string, parts []Part) error {
	if len(parts) == 0 {
		return nil
	}
	reader := newJoining(parts)
	defer reader.drop()
	err := db.conn.Raw(func(raw any) error {
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
		exec := conn.(driver.ExecerContext)
		if _, err = exec.ExecContext(ctx, "INSERT INTO "+table+" SELECT * FROM "+insertView, nil); err != nil {
			return err // and the transaction is taken back, with the view
		}
		// The view is one of the database's own, and would stay in the file, on memory that is gone.
		_, err = exec.ExecContext(ctx, "DROP VIEW "+insertView, nil)
		return err
	})
	if err != nil {
		return fmt.Errorf("cannot write to %s: %w", table, err)
	}
	return reader.err
}

// Query runs a statement and gives its result as Arrow. The caller releases the reader before the next statement.
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
	return reader, db.queryError(err)
}

// EachBatch runs a statement and gives its result, batch by batch, to take; what a batch holds is good until take
// returns.
func (db *DB) EachBatch(ctx context.Context, query string, take func(arrow.RecordBatch)) error {
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

// IndexOf is where a batch has the column of that name, which it must have.
func IndexOf(rec arrow.RecordBatch, column string) int {
	return rec.Schema().FieldIndices(column)[0]
}
