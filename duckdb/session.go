package duckdb

import (
	"context"
	_ "embed"
	"fmt"

	"errors"
)

// within runs work in a transaction of its own.
func (db *DB) within(ctx context.Context, work func() error) error {
	if err := db.exec(ctx, "BEGIN"); err != nil {
		return err
	}
	err := work()
	if err == nil {
		err = db.exec(ctx, "COMMIT")
	}
	if err == nil {
		return db.inPlace()
	}
	// A context that was cancelled must not keep the transaction open.
	if back := db.exec(context.WithoutCancel(ctx), "ROLLBACK"); back != nil && !isOver(back) {
		return fmt.Errorf("%w; and %w", err, back)
	}
	return err
}

// session is a further connection to the same database; closing it is closing
// its conn.
func (db *DB) session(ctx context.Context) (*DB, error) {
	conn, err := db.pool.Conn(ctx)
	if err != nil {
		return nil, openError(db.path, err)
	}
	session := &DB{path: db.path, file: db.file, version: db.version, site: db.site, pool: db.pool, conn: conn}
	if db.file == "" {
		return session, nil
	}
	if err := session.exec(ctx, "USE "+attached); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return session, nil
}
