package rebuild

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"pbsduck/duckdb"
	"pbsduck/ingest/schema"
)

// madeAgain are the tables that depend on the configuration.
var madeAgain = []string{
	schema.Outcomes.Name, schema.OutcomeNodes.Name, schema.ToldRuns.Name, schema.JobCharges.Name, schema.DailySummary.Name,
	schema.SiteColumns.Name, schema.QueueTypes.Name, schema.ChargeRules.Name,
}

// seed makes the new database out of a copy of the old one's file, which is open for reading and has no write-ahead
// log: the tables that do not depend on the configuration are there, the others are empty. To insert all events again
// would take longer than all else that is made from records.
func seed(ctx context.Context, old *duckdb.DB, path string, o duckdb.Options) (*duckdb.DB, error) {
	if err := apart(ctx, old, func() error { return copyFile(old.File(), path) }); err != nil {
		return nil, fmt.Errorf("cannot copy %s: %w", old.Path(), err)
	}
	fresh, err := duckdb.OpenFile(ctx, path, o)
	if err != nil {
		return nil, err
	}
	if err := makeEmpty(ctx, fresh, o.Site); err != nil {
		return nil, errors.Join(err, fresh.Close())
	}
	return fresh, nil
}

// apart does work for which DuckDB may not have the file open, and makes sure that nobody wrote to it meanwhile.
func apart(ctx context.Context, db *duckdb.DB, work func() error) error {
	before := db.Info()
	if err := db.Detach(ctx); err != nil {
		return err
	}
	err := work()
	if back := db.Attach(ctx); back != nil {
		return errors.Join(err, back)
	}
	if err == nil && !sameState(before, db.Info()) {
		err = fmt.Errorf("%s: %w", db.Path(), duckdb.ErrReplaced)
	}
	return err
}

// makeEmpty leaves of the tables that depend on the site empty ones, as the site wants them. Their blocks are free then
// for what comes.
func makeEmpty(ctx context.Context, db *duckdb.DB, s schema.Site) error {
	db.SetSite(schema.Site{Priority: s.Priority, Columns: s.Columns})
	var statements []string
	for _, t := range s.Tables() {
		if slices.Contains(madeAgain, t.Name) {
			statements = append(append(statements, "DROP TABLE "+t.Name), duckdb.Definition(t)...)
		}
	}
	for _, v := range duckdb.Views(s) {
		statements = append(statements, v.Definition()...)
	}
	err := db.Within(ctx, func() error {
		for _, statement := range append(statements, duckdb.SiteRows(s)...) {
			if err := db.Exec(ctx, statement); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil {
		err = db.Exec(ctx, "CHECKPOINT")
	}
	if err != nil {
		return db.LoadError(err)
	}
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
