package duckdb

import (
	"context"
	"errors"
	"fmt"
	"math"

	duck "github.com/duckdb/duckdb-go/v2"
)

// InParts asks something of numbered rows: of all of them together; where that takes more memory than DuckDB may take,
// of each half, and so on. Of a column that DuckDB does not pack it reads what is asked for, of others 2,048 values at
// a time: these may be too much however few are asked for. From is a table or a question, and number its column with
// the numbers, none of which is negative.
func (db *DB) InParts(ctx context.Context, from, number string, ask func(first, last int64) error) error {
	err := ask(0, math.MaxInt64)
	if !IsOutOfMemory(err) {
		return err
	}
	last, err := db.Number(ctx, fmt.Sprintf("SELECT max(%s) FROM %s", number, from))
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
