package charge

import (
	"context"
	_ "embed"
	"errors"

	"pbsduck/duckdb"
	"pbsduck/ingest/site"
)

//go:embed sql/reserved_words.sql
var reservedWords string

// CheckConfig asks DuckDB about what only it can judge: the names of columns, and the SQL of rules. The error tells of
// all that is wrong, with lines.
func CheckConfig(ctx context.Context, c *site.Config) error {
	db, err := connectTrial(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	if err := checkNames(ctx, db, c); err != nil {
		return err
	}
	if err := prepareTrial(ctx, db, c.Site); err != nil {
		return err
	}
	var all []error
	for _, m := range c.Machines {
		all = append(all, tryOut(ctx, db, m.Rules))
	}
	return errors.Join(all...)
}

// checkNames looks before the columns are made, as a name may keep them from being made.
func checkNames(ctx context.Context, db *duckdb.DB, c *site.Config) error {
	var all []error
	for i, column := range c.Site.Columns {
		n, err := db.Number(ctx, duckdb.With(reservedWords, duckdb.Vars{"word": column.Name}))
		if err != nil {
			return err
		}
		if n > 0 {
			all = append(all, c.ColumnErrorf(i, "%q is a reserved word of SQL: choose another name", column.Name))
		}
	}
	return errors.Join(all...)
}
