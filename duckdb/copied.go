package duckdb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
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

// refuseCopy tells a copy by what it says of itself. One that was given another name, as to go on with it where the
// database was lost, is a database of its own.
func (db *DB) refuseCopy(ctx context.Context) error {
	columns, err := Column[string](ctx, db,
		"SELECT column_name FROM duckdb_columns() WHERE table_name = 'publication' AND NOT internal")
	if err != nil || !slices.Contains(columns, "source") {
		return err
	}
	name := "file"
	if !slices.Contains(columns, name) { // earlier versions of the program did not write it
		name = "NULL"
	}
	var source, file sql.NullString
	err = db.conn.QueryRowContext(ctx, "SELECT source, "+name+" FROM publication").Scan(&source, &file)
	if err != nil || file.Valid && file.String != filepath.Base(db.file) {
		return err
	}
	return &CopyError{db.path, source.String}
}
