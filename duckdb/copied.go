package duckdb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"

	duck "github.com/duckdb/duckdb-go/v2"
)

// A CopyError says that a file is a published copy, to which nothing is written: the next one would lack it. Who may
// write any file is not kept from it by what the file's mode says.
type CopyError struct{ Path, Source string }

func (e *CopyError) Error() string {
	return fmt.Sprintf("%s is a published copy of %s, which the next one replaces: nothing is written to it",
		e.Path, e.Source)
}

// RefuseCopy is a CopyError if a file is a published copy. What else is wrong with it is told by who opens it.
func RefuseCopy(ctx context.Context, path string) error {
	db, err := Connect(ctx, path, Options{ReadOnly: true, Threads: 1})
	if err != nil {
		return nil //nolint:nilerr // see above
	}
	return errors.Join(db.refuseCopy(ctx), db.Close())
}

// refuseCopy is a CopyError if the database is a published copy.
func (db *DB) refuseCopy(ctx context.Context) error {
	source, err := db.Source(ctx)
	if err != nil || source == "" {
		return err
	}
	return &CopyError{db.path, source}
}

// Source is the path of the database of which this one is a published copy; empty if it is none. It tells a copy by
// what it says of itself. One that was given another name, as to go on with it where the database was lost, is a
// database of its own.
func (db *DB) Source(ctx context.Context) (string, error) {
	rows, err := db.conn.QueryContext(ctx, "FROM publication LIMIT 1")
	var missing *duck.Error
	if errors.As(err, &missing) && missing.Type == duck.ErrorTypeCatalog {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	defer rows.Close()
	source, file, err := publication(rows)
	if err != nil || source == nil || file != nil && *file != filepath.Base(db.file) {
		return "", err
	}
	return *source, nil
}

// publication is of which database a copy says that it is one, and which name it was given, which earlier versions of
// the program did not write. Nothing is said of the source by what is no copy.
func publication(rows *sql.Rows) (source, file *string, err error) {
	columns, err := rows.Columns()
	if err != nil || !rows.Next() {
		return nil, nil, errors.Join(err, rows.Err())
	}
	values := make([]any, len(columns))
	for i, c := range columns {
		switch c {
		case "source":
			values[i] = &source
		case "file":
			values[i] = &file
		default:
			values[i] = new(any)
		}
	}
	err = rows.Scan(values...)
	return source, file, err
}
