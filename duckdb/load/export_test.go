package load

import (
	"context"
	"errors"

	"pbsduck/duckdb"
	"pbsduck/ingest/batch"
)

// TakeIn loads rows that came from elsewhere than a log.
func TakeIn(ctx context.Context, db *duckdb.DB, machine string, rows batch.Batches) error {
	l, err := begin(ctx, db, machine)
	if err != nil {
		return err
	}
	if err := l.append(ctx, []batch.Batches{rows}); err != nil {
		return errors.Join(err, l.rollback())
	}
	return l.commit(ctx, nil)
}
