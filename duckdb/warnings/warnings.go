package warnings

import (
	"context"
	"database/sql"
	_ "embed"
	"fmt"
	"strings"

	"github.com/apache/arrow-go/v18/arrow/array"

	"pbsduck/duckdb"
	"pbsduck/ingest/schema"
)

//go:embed sql/find_warnings.sql
var findWarnings string

//go:embed sql/new_warnings.sql
var newWarnings string

//go:embed sql/close_warnings.sql
var closeWarnings string

//go:embed sql/drop_warnings.sql
var dropWarnings string

//go:embed sql/renew_warnings.sql
var renewWarnings string

//go:embed sql/add_warnings.sql
var addWarnings string

//go:embed sql/status_warnings.sql
var statusWarnings string

//go:embed sql/acknowledge_warnings.sql
var acknowledgeWarnings string

//go:embed sql/adopt_acknowledged.sql
var adoptAcknowledged string

// A Warning says what is amiss. Of one kind a machine has one for each path, and one without.
type Warning struct {
	Kind, Machine string
	Path          string // of the log, file or folder that it is about; empty: the machine as a whole
	FileID        int64  // of that log; 0 if the ledger has none
	Text          string
}

// Subject is what the warning is about, without what it says.
func (w Warning) Subject() Warning { return Warning{Kind: w.Kind, Machine: w.Machine, Path: w.Path} }

// A Lookout is what a run looked for, and what of it it found. The zero value looked for nothing.
type Lookout struct {
	found []Warning
	clear []Warning // looked for, and not found
}

// Found notes what is amiss.
func (o *Lookout) Found(w Warning) { o.found = append(o.found, w) }

// Clear notes that a kind of warning does not hold for a path.
func (o *Lookout) Clear(kind, machine, path string) {
	o.clear = append(o.clear, Warning{Kind: kind, Machine: machine, Path: path})
}

// Empty tells whether there is nothing to keep.
func (o *Lookout) Empty() bool { return len(o.found)+len(o.clear) == 0 }

// Holding are those of a machine that hold, or of all where it is empty.
func Holding(ctx context.Context, db *duckdb.DB, machine string) ([]Warning, error) {
	return warnings(ctx, db, "SELECT kind, machine, path, file_id, text FROM warnings "+
		"WHERE (machine = $1 OR $1 = '') AND true_until IS NULL ORDER BY ALL", machine)
}

// Warn keeps what was found without a load, in a transaction of its own.
func Warn(ctx context.Context, db *duckdb.DB, o *Lookout) error {
	err := db.Within(ctx, func() error {
		_, err := Keep(ctx, db, o, nil)
		return err
	})
	if err != nil {
		return db.LoadError(err)
	}
	return nil
}

// Keep brings the table in line with what was found, and what the other tables say, within a transaction. It gives the
// warnings that are to be told: those that are new, and those of logs that were read from their beginning.
func Keep(ctx context.Context, db *duckdb.DB, o *Lookout, readAfresh []int64) ([]Warning, error) {
	// A log that moved takes its warnings along.
	err := db.Exec(ctx,
		"UPDATE warnings SET path = l.path FROM log_files l WHERE l.file_id = warnings.file_id AND l.path <> warnings.path")
	if err == nil {
		err = look(ctx, db, o, readAfresh)
	}
	if err != nil {
		return nil, fmt.Errorf("cannot look for warnings: %w", err)
	}
	told, err := warnings(ctx, db, newWarnings)
	for _, statement := range []string{closeWarnings, renewWarnings, addWarnings} {
		if err == nil {
			err = db.Exec(ctx, statement)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("cannot keep warnings: %w", err)
	}
	return told, nil
}

// Renew brings the table in line with the others, within a transaction that read no log.
func Renew(ctx context.Context, db *duckdb.DB) error {
	_, err := Keep(ctx, db, &Lookout{}, nil)
	return err
}

// Forget does the same after logs were forgotten: of what follows from the tables only that stays which would be there,
// had they never been read.
func Forget(ctx context.Context, db *duckdb.DB) error {
	err := look(ctx, db, &Lookout{}, nil)
	for _, statement := range []string{dropWarnings, renewWarnings, addWarnings} {
		if err == nil {
			err = db.Exec(ctx, statement)
		}
	}
	return err
}

// look makes the temporary tables that the questions ask.
func look(ctx context.Context, db *duckdb.DB, o *Lookout, readAfresh []int64) error {
	err := db.Exec(ctx, findWarnings)
	if err == nil {
		err = db.Exec(ctx, "CREATE OR REPLACE TEMP TABLE looked_for (kind VARCHAR, machine VARCHAR, path VARCHAR)")
	}
	if err == nil {
		err = db.Exec(ctx, "CREATE OR REPLACE TEMP TABLE read_afresh AS SELECT unnest($1::BIGINT[]) AS file_id", readAfresh)
	}
	if err != nil {
		return err
	}
	for _, f := range o.found {
		id := sql.NullInt64{Int64: f.FileID, Valid: f.FileID != 0}
		err := db.Exec(ctx, "INSERT INTO found_warning VALUES (?, ?, ?, ?, ?, NULL, true, NULL)", f.Kind, f.Machine,
			nullText(f.Path), id, strings.ToValidUTF8(f.Text, "\uFFFD"))
		if err != nil {
			return err
		}
	}
	for _, c := range o.clear {
		if err := db.Exec(ctx, "INSERT INTO looked_for VALUES (?, ?, ?)", c.Kind, c.Machine, nullText(c.Path)); err != nil {
			return err
		}
	}
	return nil
}

func nullText(s string) sql.NullString { return sql.NullString{String: s, Valid: s != ""} }

// warnings reads the rows of a question (kind, machine, path, file, text).
func warnings(ctx context.Context, db *duckdb.DB, question string, args ...any) ([]Warning, error) {
	rows, err := db.Conn().QueryContext(ctx, question, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []Warning
	for rows.Next() {
		var w Warning
		var path sql.NullString
		var id sql.NullInt64
		if err := rows.Scan(&w.Kind, &w.Machine, &path, &id, &w.Text); err != nil {
			return nil, err
		}
		w.Path, w.FileID = path.String, id.Int64
		all = append(all, w)
	}
	return all, rows.Err()
}

// List are the warnings that hold, one row each: those that nobody acknowledged, and with all also the others.
func List(ctx context.Context, db *duckdb.DB, all bool) (array.RecordReader, error) {
	return db.Query(ctx, duckdb.With(statusWarnings, duckdb.Vars{"acknowledged": all}))
}

// Count is how many warnings hold that nobody acknowledged.
func Count(ctx context.Context, db *duckdb.DB) (int64, error) {
	return db.Number(ctx,
		"SELECT count(*) FROM "+schema.Warnings.Name+" WHERE true_until IS NULL AND acknowledged_at IS NULL")
}

// Acknowledge notes that the warnings that hold were seen, in one transaction with show, which is given those that were
// not acknowledged before. What is not shown is not acknowledged.
func Acknowledge(ctx context.Context, db *duckdb.DB, show func(array.RecordReader) error) error {
	return db.Within(ctx, func() error {
		rows, err := List(ctx, db, false)
		if err != nil {
			return err
		}
		err = show(rows)
		rows.Release()
		if err != nil {
			return err
		}
		return db.Exec(ctx, acknowledgeWarnings)
	})
}

// Acknowledged are the warnings that hold and were acknowledged, as variables of adopt_acknowledged.sql.
func Acknowledged(ctx context.Context, db *duckdb.DB) (all []duckdb.Vars, err error) {
	rows, err := db.Conn().QueryContext(ctx, "SELECT kind, machine, path, text, lines_hash, acknowledged_at "+
		"FROM warnings WHERE true_until IS NULL AND acknowledged_at IS NOT NULL")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var one [6]any
		if err := rows.Scan(&one[0], &one[1], &one[2], &one[3], &one[4], &one[5]); err != nil {
			return nil, err
		}
		all = append(all, duckdb.Vars{"kind": one[0], "machine": one[1], "path": one[2], "text": one[3], "lines_hash": one[4],
			"acknowledged_at": one[5]})
	}
	return all, rows.Err()
}

// AdoptAcknowledged acknowledges the warnings that were acknowledged in another database.
func AdoptAcknowledged(ctx context.Context, db *duckdb.DB, all []duckdb.Vars) error {
	for _, one := range all {
		if err := db.Exec(ctx, duckdb.With(adoptAcknowledged, one)); err != nil {
			return err
		}
	}
	return nil
}
