package duckdb

import (
	"context"
	"errors"
	"fmt"
)

// Bounded does work that asks the database, while DuckDB may take so many MiB before it writes to disk what else it
// holds. Work that fails so, as it reads long values, or as nothing can be written beside the database, is done once
// more without the bound. So is all work on a database whose settings are kept as they are: see Options.Bounds.
func (db *DB) Bounded(ctx context.Context, mebibytes int, work func() error) error {
	if db.settled {
		return work()
	}
	usual, err := db.Number(ctx, "SELECT parse_formatted_bytes(current_setting('memory_limit'))")
	if err != nil {
		return err
	}
	if usual <= int64(mebibytes)<<20 {
		return work()
	}
	if err = db.Exec(ctx, fmt.Sprintf("SET memory_limit = '%dMiB'", mebibytes)); err == nil {
		err = work()
	}
	// RESET would change what the setting says, and not what DuckDB takes.
	freed := db.Exec(context.WithoutCancel(ctx), fmt.Sprintf("SET memory_limit = '%dB'", usual))
	switch {
	case err == nil:
		return freed
	case freed != nil || ctx.Err() != nil: // DuckDB answers nothing any more, or nobody waits for it
		return err
	}
	return work()
}

// Shed frees what DuckDB holds of the file, for a database that stays open and is hardly read any more.
func (db *DB) Shed(ctx context.Context) error {
	const least = 1 // MiB
	return db.Bounded(ctx, least, func() error { return nil })
}

// Threaded does work while DuckDB has so many threads, of which each connection that asks is one. A database whose
// settings are kept as they are keeps those that it has.
func (db *DB) Threaded(ctx context.Context, threads int, work func() error) error {
	if db.settled {
		return work()
	}
	usual, err := db.Number(ctx, "SELECT current_setting('threads')")
	if err != nil {
		return err
	}
	if err := db.Exec(ctx, fmt.Sprintf("SET threads = %d", threads)); err != nil {
		return err
	}
	err = work()
	return errors.Join(err, db.Exec(context.WithoutCancel(ctx), fmt.Sprintf("SET threads = %d", usual)))
}
