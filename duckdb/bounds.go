package duckdb

import (
	"context"
	"errors"
	"fmt"

	duck "github.com/duckdb/duckdb-go/v2"
)

// Bounded does work that asks the database, while DuckDB may take so many MiB before it writes to disk what else it
// holds. Work that so few do not do for, as it reads long values, is done once more without the bound. So is all work on
// a database whose settings are kept as they are: see Options.Bounds.
func (db *DB) Bounded(ctx context.Context, mebibytes int, work func() error) error {
	if db.settled {
		return work()
	}
	err := db.Exec(ctx, fmt.Sprintf("SET memory_limit = '%dMiB'", mebibytes))
	if err == nil {
		err = work()
	}
	var short *duck.Error
	again := errors.As(err, &short) && short.Type == duck.ErrorTypeOutOfMemory
	if free := db.Exec(context.WithoutCancel(ctx), db.usualMemory()); free != nil {
		return errors.Join(err, free)
	}
	if again {
		return work()
	}
	return err
}

// usualMemory sets the limit that the options say.
func (db *DB) usualMemory() string {
	if most := max(db.options.Memory, db.memory); most > 0 {
		return fmt.Sprintf("SET memory_limit = '%dMiB'", most)
	}
	return "RESET memory_limit"
}
