package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"pbsduck/duckdb/dbfile"
	"pbsduck/export"
	"pbsduck/export/dataset"
	"pbsduck/export/iceberg"
)

// Exit codes, as those of pbsduck.
const (
	exitOK          = 0
	exitError       = 1
	exitUsage       = 2
	exitNone        = 10
	exitLocked      = 11
	exitNewer       = 12
	exitInterrupted = 130
)

var errNoDataset = errors.New("no such dataset")

// A usageError is a wrong use of a command.
type usageError struct{ error }

func usage(err error) error { return usageError{err} }

func usagef(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

// exitCode is the one place where errors become exit codes.
func exitCode(ctx context.Context, err error) int {
	var wrong usageError
	var locked *dbfile.LockedError
	switch {
	case err == nil:
		return exitOK
	case ctx.Err() != nil:
		return exitInterrupted
	case errors.As(err, &wrong), errors.Is(err, iceberg.ErrWhere):
		return exitUsage
	case errors.Is(err, errNoDataset), errors.Is(err, iceberg.ErrNoCatalog):
		return exitNone
	case errors.As(err, &locked), strings.Contains(err.Error(), "database is locked"): // SQLite has no type for it
		return exitLocked
	case errors.Is(err, dataset.ErrNewer):
		return exitNewer
	}
	return exitError
}

// hint says what to type against an error.
func hint(err error) error {
	switch {
	case errors.Is(err, iceberg.ErrChanged), errors.Is(err, iceberg.ErrOlder):
		return fmt.Errorf("%w; --overwrite puts the dataset in its place", err)
	case errors.Is(err, iceberg.ErrMisfit):
		return fmt.Errorf("%w: pbsduck export --rewrite writes it anew", err)
	case errors.Is(err, iceberg.ErrNoWarehouse):
		return fmt.Errorf("%w: --warehouse, or PBSDUCK_ICEBERG_WAREHOUSE", err)
	}
	return err
}

// report tells what is wrong.
func report(err error, code int) {
	switch {
	case err == nil:
	case code == exitInterrupted:
		fmt.Fprintln(os.Stderr, "pbsduck-iceberg: interrupted; what was committed stays, the next run carries on")
	default:
		fmt.Fprintf(os.Stderr, "pbsduck-iceberg: %s\n", export.Visible(err.Error()))
		if code == exitUsage {
			fmt.Fprintln(os.Stderr, "See pbsduck-iceberg --help, or pbsduck-iceberg COMMAND --help.")
		}
	}
}
