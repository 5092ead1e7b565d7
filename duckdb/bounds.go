package duckdb

import (
	"context"
	"errors"
	"fmt"

	duck "github.com/duckdb/duckdb-go/v2"
)

// Bounded does work that asks the database, while DuckDB may take so many MiB before it writes to disk what else it
// holds. Work that so few do not do for, as it reads long values, is done once more without the bound. So is all work
// on a database whose settings are kept as they are: see Options.Bounds.
func (db *DB) Bounded(ctx context.Context, mebibytes int, work func() error) error {
	if db.settled {
		return work()
	}
	usual, err := Column[string](ctx, db, "SELECT current_setting('memory_limit')")
	if err != nil {
		return err
	}
	if err = db.Exec(ctx, fmt.Sprintf("SET memory_limit = '%dMiB'", mebibytes)); err == nil {
		err = work()
	}
	var short *duck.Error
	again := errors.As(err, &short) && short.Type == duck.ErrorTypeOutOfMemory
	// RESET would change what the setting says, and not what DuckDB takes.
	if free := db.Exec(context.WithoutCancel(ctx), "SET memory_limit = "+Literal(usual[0])); free != nil {
		return errors.Join(err, free)
	}
	if again {
		return work()
	}
	return err
}
