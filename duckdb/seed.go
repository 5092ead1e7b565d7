package duckdb

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"

	"pbsduck/duckdb/dbfile"
	"pbsduck/ingest/schema"
)

// madeAgain are the tables that depend on the configuration.
var madeAgain = []string{schema.Outcomes.Name, schema.OutcomeNodes.Name, schema.JobCharges.Name, schema.DailySummary.Name,
	schema.SiteColumns.Name, schema.QueueTypes.Name, schema.ChargeRules.Name}

// Seed makes the fresh database of a Remake out of a copy of the old one's
// file: the tables that do not depend on the configuration are there, the
// others are empty. To insert all events again would take longer than all else
// that a Remake does. The old database is open for reading; of one whose
// write-ahead log is not in its file yet, the fresh one is just empty.
func (db *DB) Seed(ctx context.Context, path string, o Options) (*DB, error) {
	if db.file == "" || len(dbfile.Logs(db.file)) > 0 {
		return openFile(ctx, path, o)
	}
	if err := db.apart(ctx, func() error { return copyFile(db.file, path) }); err != nil {
		return nil, fmt.Errorf("cannot copy %s: %w", db.path, err)
	}
	fresh, err := openFile(ctx, path, o)
	if err != nil {
		return nil, err
	}
	if err := fresh.makeEmpty(ctx, o.Site); err != nil {
		return nil, errors.Join(err, fresh.Close())
	}
	return fresh, nil
}

// apart does work for which DuckDB may not have the file open, and makes sure
// that nobody wrote to it meanwhile.
func (db *DB) apart(ctx context.Context, work func() error) error {
	before := db.info
	if err := db.detach(ctx); err != nil {
		return err
	}
	err := work()
	if back := db.attach(ctx); back != nil {
		return errors.Join(err, back)
	}
	if err == nil && !sameState(before, db.info) {
		err = fmt.Errorf("%s: %w", db.path, ErrReplaced)
	}
	return err
}

// sameState tells whether a file is the same one, and nobody wrote to it.
func sameState(before, now fs.FileInfo) bool {
	return os.SameFile(before, now) && before.Size() == now.Size() && before.ModTime().Equal(now.ModTime())
}

// makeEmpty leaves of the tables that depend on the site empty ones, as the
// site wants them. Their blocks are free then for what comes.
func (db *DB) makeEmpty(ctx context.Context, s schema.Site) error {
	db.site = schema.Site{Priority: s.Priority, Columns: s.Columns}
	var statements []string
	for _, t := range s.Tables() {
		if slices.Contains(madeAgain, t.Name) {
			statements = append(append(statements, "DROP TABLE "+t.Name), Definition(t)...)
		}
	}
	for _, v := range Views(s) {
		statements = append(statements, v.Definition()...)
	}
	err := db.within(ctx, func() error {
		for _, statement := range append(statements, siteRows(s)...) {
			if err := db.exec(ctx, statement); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil {
		err = db.exec(ctx, "CHECKPOINT")
	}
	if err != nil {
		return db.loadError(err)
	}
	db.seeded = true
	return nil
}

// copyFile copies a file to one that is not there yet.
func copyFile(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close() //nolint:errcheck // it was only read from
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}
