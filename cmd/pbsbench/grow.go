package main

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"os"

	"pbsduck/duckdb"
)

//go:embed grow.sql
var growSQL string

// grow makes the database that is asked: that of the logs, with its rows again and again, each time some days later.
func (w *workspace) grow(ctx context.Context, o *options) (err error) {
	path := w.path("asked.duckdb")
	if err := copyFile(w.path("full.duckdb"), path); err != nil {
		return err
	}
	db, err := duckdb.Open(ctx, path, duckdb.Options{})
	if err != nil {
		return err
	}
	defer func() {
		err = errors.Join(err, db.Close())
		if err == nil {
			_, _, err = child(ctx, []string{w.program, "summarize", "-q", "--db", path})
		}
	}()
	var days, ids, files, numbers int64
	if err := db.Conn().QueryRowContext(ctx, "SELECT date_diff('day', min(first_time), max(last_time)) + 1, "+
		"(SELECT max(id) FROM outcomes), max(file_id), (SELECT max(short_id) - min(short_id) + 1 FROM outcomes) "+
		"FROM log_files").Scan(&days, &ids, &files, &numbers); err != nil {
		return err
	}
	for n := 1; n < o.copies; n++ {
		fmt.Fprintf(os.Stderr, "copy %d of %d\n", n+1, o.copies)
		vars := duckdb.Vars{"copy": n, "days": days, "ids": ids, "files": files, "numbers": numbers}
		if err := db.Within(ctx, func() error { return db.Exec(ctx, duckdb.With(growSQL, vars)) }); err != nil {
			return err
		}
	}
	w.Asked, err = db.Number(ctx, "SELECT count(*) FROM jobs")
	return err
}

func copyFile(from, to string) (err error) {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close() //nolint:errcheck // it was only read
	out, err := os.Create(to)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}
