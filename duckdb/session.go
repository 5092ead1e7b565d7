package duckdb

import (
	"context"
	"errors"
	"fmt"
)

// Within runs work in a transaction of its own.
func (db *DB) Within(ctx context.Context, work func() error) error {
	if err := db.Exec(ctx, "BEGIN"); err != nil {
		return err
	}
	err := work()
	if err == nil {
		err = db.Exec(ctx, "COMMIT")
	}
	if err == nil {
		return db.InPlace()
	}
	if back := db.Rollback(); back != nil {
		return fmt.Errorf("%w; and %w", err, back)
	}
	return err
}

// Rollback takes the transaction back that there is. It is no error if DuckDB did so already.
func (db *DB) Rollback() error {
	// A context that was cancelled must not keep the transaction open.
	err := db.Exec(context.Background(), "ROLLBACK")
	if isOver(err) {
		return nil
	}
	return err
}

// Session is a further connection to the same database. It is closed by itself, before the database is.
func (db *DB) Session(ctx context.Context) (*DB, error) {
	conn, err := db.pool.Conn(ctx)
	if err != nil {
		return nil, openError(db.path, err)
	}
	session := &DB{
		path: db.path, file: db.file, options: db.options, version: db.version, site: db.site,
		pool: db.pool, conn: conn, session: true, settled: db.settled,
	}
	if db.file == "" {
		return session, nil
	}
	if err := session.Exec(ctx, "USE "+Attached); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return session, nil
}
