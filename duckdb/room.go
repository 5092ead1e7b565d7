package duckdb

import "context"

// UsedBytes is how much of its file the database takes.
func (db *DB) UsedBytes(ctx context.Context) (int64, error) {
	return db.Number(ctx, `SELECT block_size * used_blocks
		FROM pragma_database_size() WHERE database_name = current_database()`)
}
