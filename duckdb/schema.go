package duckdb

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"pbsduck/export/whole"
	"pbsduck/ingest/schema"
)

// SchemaVersion is the version of the tables that this program writes. It grows with every change that an older program
// could not cope with.
const SchemaVersion = 5

// Definition is the SQL that makes a table and its comments.
func Definition(t schema.Table) []string {
	var columns []string
	for _, c := range t.Columns {
		column := c.Name + " " + c.Type.SQL()
		if c.NotNull {
			column += " NOT NULL"
		}
		if c.Storage != "" {
			column += " USING COMPRESSION " + string(c.Storage)
		}
		columns = append(columns, column)
	}
	statements := []string{
		fmt.Sprintf("CREATE TABLE %s (\n  %s\n)", t.Name, strings.Join(columns, ",\n  ")),
		fmt.Sprintf("COMMENT ON TABLE %s IS %s", t.Name, Quote(t.Comment)),
	}
	for _, c := range t.Columns {
		statements = append(
			statements, fmt.Sprintf("COMMENT ON COLUMN %s.%s IS %s", t.Name, c.Name, Quote(c.Describe())),
		)
	}
	return statements
}

// QuoteFile names a file to DuckDB, to which it is no address of another kind, whatever it begins with.
func QuoteFile(file string) string {
	if !filepath.IsAbs(file) {
		file = "." + string(filepath.Separator) + file
	}
	return Quote(file)
}

// SchemaVersion is 0 for an empty database.
func (db *DB) SchemaVersion(ctx context.Context) (int, error) {
	tables, err := db.Number(ctx, "SELECT count(*) FROM duckdb_tables() WHERE NOT temporary")
	if err != nil || tables == 0 {
		return 0, err
	}
	ours, err := db.Number(ctx, "SELECT count(*) FROM duckdb_tables() WHERE table_name = 'schema_version'")
	if err != nil {
		return 0, err
	}
	if ours == 0 {
		return 0, fmt.Errorf("%s: %w: it is a DuckDB database with other tables", db.path, ErrNotDatabase)
	}
	version, err := db.Number(ctx, "SELECT max(version) FROM schema_version")
	return int(version), err
}

// addedLater are tables that this version of the schema got while it was worked on.
var addedLater = []string{schema.ToldRuns.Name, schema.ChangedMonths.Name}

// Lacking names a table that a database of this version lacks because it was made before the version was finished; it
// is empty if none is.
func (db *DB) Lacking(ctx context.Context) (string, error) {
	lacking, err := Column[string](ctx, db, `SELECT name FROM (SELECT unnest($1::VARCHAR[]) AS name)
		WHERE name NOT IN (SELECT table_name FROM duckdb_tables() WHERE NOT temporary AND database_name = current_database())
		ORDER BY name LIMIT 1`, addedLater)
	if err != nil || len(lacking) == 0 {
		return "", err
	}
	return lacking[0], nil
}

// Schema is the SQL that makes an empty database as this program does for a site.
func Schema(version string, s schema.Site) []string {
	var statements []string
	for _, t := range s.Tables() {
		statements = append(statements, Definition(t)...)
	}
	statements = append(statements, GroupFunction(FacilityGroup, nil), GroupFunction(QueueGroup, nil))
	for _, v := range Views(s) {
		statements = append(statements, v.Definition()...)
	}
	statements = append(statements, SiteRows(s)...)
	return append(statements,
		"CREATE TABLE schema_version (version BIGINT NOT NULL, made_at TIMESTAMPTZ NOT NULL, made_by VARCHAR NOT NULL)",
		"COMMENT ON TABLE schema_version IS 'Version of the tables in this file, and which program made them.'",
		fmt.Sprintf("INSERT INTO schema_version VALUES (%d, now(), %s)", SchemaVersion, Quote("pbsduck "+version)))
}

// Definitions is the SQL that makes the tables and views of these names.
func Definitions(s schema.Site, names []string) []string {
	var statements []string
	for _, t := range s.Tables() {
		if slices.Contains(names, t.Name) {
			statements = append(statements, Definition(t)...)
		}
	}
	for _, v := range Views(s) {
		if slices.Contains(names, v.Name) {
			statements = append(statements, v.Definition()...)
		}
	}
	return statements
}

// create makes the tables, in one transaction. Of the site it takes the columns; queues and rules come with the machine
// (charge.Configure).
func (db *DB) create(ctx context.Context, s schema.Site) error {
	db.site = schema.Site{Priority: s.Priority, Columns: s.Columns}
	err := db.Define(ctx, Schema(db.version, s))
	if trouble := whole.TroubleOf(err); trouble != nil {
		err = trouble
	}
	if err != nil {
		return fmt.Errorf("%s: cannot make the tables: %w", db.path, err)
	}
	return nil
}

// Define runs statements that define tables and views, in one transaction. There is nothing to optimize in hundreds of
// comments, and to find that out takes a quarter of the time. After an error the database is of no more use.
func (db *DB) Define(ctx context.Context, statements []string) error {
	all := strings.Join(statements, "\n;\n")
	return db.Exec(ctx, "PRAGMA disable_optimizer;\nBEGIN;\n"+all+"\n;\nCOMMIT;\nPRAGMA enable_optimizer")
}
