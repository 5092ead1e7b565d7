package main

import (
	"context"
	"database/sql"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pbsduck/duckdb"
	"pbsduck/export/dictionary"
	"pbsduck/ingest/schema"
)

const everyComment = `
SELECT coalesce(table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable || ': ' || comment,
	table_name || '.' || column_name)
FROM duckdb_columns() WHERE NOT internal
UNION ALL
SELECT table_name || ': ' || comment FROM duckdb_tables() WHERE NOT internal
UNION ALL
SELECT view_name || ': ' || comment FROM duckdb_views() WHERE NOT internal`

// TestSchemaSQL runs what schema --format sql writes in an empty DuckDB, and compares it with a database that pbsduck
// made.
func TestSchemaSQL(t *testing.T) {
	bare, err := sql.Open("duckdb", "")
	if err != nil {
		t.Fatal(err)
	}
	defer bare.Close()
	if _, err := bare.Exec(sqlText(statements(version, schema.Site{}, nil))); err != nil {
		t.Fatal(err)
	}
	got := sorted(t, func(add func(string)) error {
		rows, err := bare.Query(everyComment)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var line string
			if err := rows.Scan(&line); err != nil {
				return err
			}
			add(line)
		}
		return rows.Err()
	})
	want := sorted(t, func(add func(string)) error { return ownComments(t.Context(), add) })
	if diff := cmp.Diff(want, got); diff != "" || len(got) < 100 {
		t.Errorf("%d lines: %s", len(got), diff)
	}
}

func ownComments(ctx context.Context, add func(string)) error {
	db, err := duckdb.Open(ctx, "", duckdb.Options{Version: "test"})
	if err != nil {
		return err
	}
	defer db.Close()
	rows, err := db.Query(ctx, everyComment)
	if err != nil {
		return err
	}
	defer rows.Release()
	for rows.Next() {
		for i := range int(rows.RecordBatch().NumRows()) {
			add(string([]byte(rows.RecordBatch().Column(0).ValueStr(i))))
		}
	}
	return rows.Err()
}

func sorted(t *testing.T, list func(add func(string)) error) []string {
	t.Helper()
	var lines []string
	if err := list(func(s string) { lines = append(lines, s) }); err != nil {
		t.Fatal(err)
	}
	slices.Sort(lines)
	return lines
}

// TestDictionaryIsTrue holds that every table and view has the columns of the dictionary, in its order and of its
// types, and that every comment is there.
func TestDictionaryIsTrue(t *testing.T) {
	said := []string{}
	for _, e := range dictionary.Of(schema.Site{}, schema.Names()) {
		if e.Type == "" || e.Comment == "" {
			t.Errorf("%s.%s has type %q and comment %q", e.Table, e.Column, e.Type, e.Comment)
		}
		if e.Column != "" {
			said = append(said, e.Table+"."+e.Column+" "+e.Type)
		}
	}
	slices.SortStableFunc(said, byTable)
	db, err := duckdb.Open(t.Context(), "", duckdb.Options{Version: "test"})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	rows, err := db.Query(t.Context(), `SELECT table_name || '.' || column_name || ' ' ||
			replace(data_type, 'TIMESTAMP WITH TIME ZONE', 'TIMESTAMPTZ')
		FROM duckdb_columns() WHERE NOT internal AND table_name <> 'schema_version' ORDER BY table_name, column_index`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Release()
	var is []string
	for rows.Next() {
		for i := range int(rows.RecordBatch().NumRows()) {
			is = append(is, strings.Clone(rows.RecordBatch().Column(0).ValueStr(i)))
		}
	}
	slices.SortStableFunc(is, byTable)
	if diff := cmp.Diff(is, said); diff != "" || len(is) < 200 {
		t.Errorf("%d columns (-database +dictionary): %s", len(is), diff)
	}
}

// TestSchemaPage holds that docs/schema.md is what schema writes.
func TestSchemaPage(t *testing.T) {
	want := dictionary.Markdown(pageTitle, aboutPage, dictionary.Of(schema.Site{}, schema.Names()))
	if page(t, filepath.Join(docs, "schema.md")) != want {
		t.Error("docs/schema.md is not current: " +
			"go run -tags duckdb_arrow ./cmd/pbsduck schema --format markdown -o docs/schema.md")
	}
}

func byTable(a, b string) int {
	a, _, _ = strings.Cut(a, ".")
	b, _, _ = strings.Cut(b, ".")
	return strings.Compare(a, b)
}
