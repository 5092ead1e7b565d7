package duckdb

import (
	"context"
	"errors"
	"fmt"

	duck "github.com/duckdb/duckdb-go/v2"
)

// InParts asks something of the rows of a table whose long values DuckDB does not pack: of all of them together; where
// that takes more memory than DuckDB may take, of each half, and so on. Of packed values it reads 2,048 at a time
// however few are asked for. Number is a column, none of whose numbers is negative.
func (db *DB) InParts(ctx context.Context, table, number string, ask func(first, last int64) error) error {
	last, err := db.Number(ctx, fmt.Sprintf("SELECT max(%s) FROM %s", number, table))
	if err != nil {
		return err
	}
	return halves(0, last, ask)
}

// halves asks of a range of numbers, or of its halves where that takes too much memory.
func halves(first, last int64, ask func(first, last int64) error) error {
	err := ask(first, last)
	if !IsOutOfMemory(err) || first >= last {
		return err
	}
	middle := first + (last-first)/2
	if err := halves(first, middle, ask); err != nil {
		return err
	}
	return halves(middle+1, last, ask)
}

// IsOutOfMemory tells whether DuckDB gave up as it may not take more memory.
func IsOutOfMemory(err error) bool {
	var inner *duck.Error
	return errors.As(err, &inner) && inner.Type == duck.ErrorTypeOutOfMemory
}
