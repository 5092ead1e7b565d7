package rebuild

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"strings"

	"pbsduck/duckdb"
	"pbsduck/duckdb/dbfile"
	"pbsduck/ingest/schema"
)

// A database of an earlier version of the tables is first given today's tables, in a file of its own, from which the
// rows of outcomes are then made again as from any other database. Its tables keep what today's have, too; of outcomes
// only that is filled in which making them again needs.

//go:embed sql/older/superseded.sql
var olderSuperseded string

//go:embed sql/older/outcomes.sql
var olderOutcomes string

//go:embed sql/older/parts.sql
var olderParts string

//go:embed sql/older/events.sql
var olderEvents string

//go:embed sql/older/repeats.sql
var olderRepeats string

//go:embed sql/older/machines.sql
var olderMachines string

//go:embed sql/older/log_files.sql
var olderLogFiles string

// A lifting gives the tables of a database of an earlier version the shape that they have today.
type lifting struct {
	old   *duckdb.DB // which is attached as previous
	fresh *duckdb.DB
	has   map[string]bool // the tables of old
}

// lift gives a database of an earlier version today's tables, in a file beside the one that is being built, and opens
// that for reading. Its caller closes it, and removes its file.
func (b *building) lift(ctx context.Context) (lifted *duckdb.DB, err error) {
	l := &lifting{old: b.old}
	if l.has, err = tablesOf(ctx, b.old); err != nil {
		return nil, b.old.ReadError(err)
	}
	if err := l.knowSite(ctx); err != nil {
		return nil, b.old.ReadError(err)
	}
	o := b.opening(l.old.Site())
	o.Site = l.old.Site()
	if l.fresh, err = duckdb.OpenFile(ctx, b.Older(), o); err != nil {
		return nil, err
	}
	if err := errors.Join(l.run(ctx), l.fresh.Close()); err != nil {
		return nil, fmt.Errorf("cannot bring %s to today's tables: %w", b.Place, err)
	}
	if err := apart(ctx, b.old, func() error { return nil }); err != nil { // DuckDB let go of the lock on it
		return nil, err
	}
	return openForRecords(ctx, b.Older())
}

// knowSite has the old database know its site, as far as its version keeps it.
func (l *lifting) knowSite(ctx context.Context) error {
	if !l.has[schema.SiteColumns.Name] {
		return nil
	}
	return l.old.ReadSite(ctx)
}

func (l *lifting) run(ctx context.Context) error {
	if err := l.fresh.Exec(ctx,
		"ATTACH "+duckdb.QuoteFile(l.old.File())+" AS previous (TYPE duckdb, READ_ONLY)"); err != nil {
		return err
	}
	err := l.fresh.Within(ctx, func() error {
		for _, step := range []func(context.Context) error{l.outcomes, l.checked, l.plain} {
			if err := step(ctx); err != nil {
				return err
			}
		}
		return l.fresh.Check(ctx, schema.LogFiles)
	})
	if err != nil {
		return l.fresh.LoadError(err)
	}
	return l.fresh.Exec(ctx, "DETACH previous")
}

// outcomes fills outcomes and what belongs to them. Up to version 3 they were jobs and, the superseded ones, events.
func (l *lifting) outcomes(ctx context.Context) error {
	if l.has[schema.Outcomes.Name] {
		for _, t := range []string{schema.Outcomes.Name, schema.OutcomeRecords.Name, schema.OutcomeNodes.Name} {
			if err := l.fresh.Exec(ctx, "INSERT INTO "+t+" BY NAME FROM previous."+t); err != nil {
				return err
			}
		}
		return nil
	}
	for _, statement := range []string{olderSuperseded, olderOutcomes, olderParts} {
		if err := l.fresh.Exec(ctx, statement); err != nil {
			return err
		}
	}
	return l.packSuperseded(ctx)
}

// plain copies the tables whose rows carry no check.
func (l *lifting) plain(ctx context.Context) error {
	if err := l.fresh.Exec(ctx, olderRepeats); err != nil {
		return err
	}
	if err := l.fresh.Exec(ctx, "INSERT INTO log_files "+asToday(schema.LogFiles, olderLogFiles)); err != nil {
		return err
	}
	for _, t := range []schema.Table{schema.Warnings, schema.Capacity, schema.NameGroups, schema.ChangedMonths} {
		if !l.has[t.Name] {
			continue
		}
		if err := l.fresh.Exec(ctx, "INSERT INTO "+t.Name+" "+asToday(t, "FROM previous."+t.Name)); err != nil {
			return err
		}
	}
	return nil
}

// asToday is a question for the rows that another one gives, with the columns that their table has today, in their
// order: those that an earlier version has not are NULL, or what defaults say. Rows have no check yet.
func asToday(t schema.Table, question string) string {
	var columns, types []string
	for _, c := range t.Columns {
		types = append(types, fmt.Sprintf("NULL::%s AS %s", c.Type.SQL(), c.Name))
		switch value, ok := defaults[t.Name+"."+c.Name]; {
		case c.Name == schema.CheckName:
			columns = append(columns, "NULL::BIGINT AS "+c.Name)
		case ok:
			columns = append(columns, fmt.Sprintf("coalesce(%[1]s, %[2]s) AS %[1]s", c.Name, value))
		default:
			columns = append(columns, c.Name)
		}
	}
	return fmt.Sprintf("SELECT %s FROM (SELECT %s WHERE false UNION ALL BY NAME (%s))",
		strings.Join(columns, ", "), strings.Join(types, ", "), question)
}

// showSettings has the tables that keep settings look as they do today, to who asks on this connection: temporary views
// have their names.
func showSettings(ctx context.Context, db *duckdb.DB) error {
	has, err := tablesOf(ctx, db)
	if err != nil {
		return err
	}
	for _, t := range []schema.Table{
		schema.SiteColumns, schema.QueueTypes, schema.ChargeRules, schema.Allocations, schema.Capacity, schema.NameGroups,
		schema.Warnings,
	} {
		question := fmt.Sprintf("SELECT NULL AS %s WHERE false", t.Columns[0].Name)
		if has[t.Name] {
			question = "FROM " + duckdb.Attached + ".main." + t.Name
		}
		if err := db.Exec(ctx, "CREATE OR REPLACE TEMP VIEW "+t.Name+" AS "+asToday(t, question)); err != nil {
			return err
		}
	}
	return db.Exec(ctx, olderMachines)
}

// tablesOf are the names of the tables that a database has.
func tablesOf(ctx context.Context, db *duckdb.DB) (map[string]bool, error) {
	names, err := duckdb.Column[string](ctx, db, "SELECT table_name FROM duckdb_tables() WHERE NOT temporary")
	has := map[string]bool{}
	for _, name := range names {
		has[name] = true
	}
	return has, err
}

// defaults are the values of columns that are never NULL, where an earlier version has no such column.
var defaults = map[string]string{
	schema.ChargeRules.Name + ".charged_over": "'job'",
}

// oldVersion is which version of the tables a database has, if it is an earlier one or lacks some of today's; else 0.
func oldVersion(ctx context.Context, db *duckdb.DB) (int, error) {
	version, err := db.SchemaVersion(ctx)
	if err != nil || version == 0 {
		return 0, err
	}
	if version == duckdb.SchemaVersion {
		lacking, err := db.Lacking(ctx)
		if err != nil || lacking == "" {
			return 0, err
		}
	}
	return version, nil
}

// removeLifted removes what lift made.
func (b *building) removeLifted(lifted *duckdb.DB) error {
	return errors.Join(lifted.Close(), dbfile.Remove(b.Older()))
}
