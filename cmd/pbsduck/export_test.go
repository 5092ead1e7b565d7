package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/apache/arrow-go/v18/parquet/file"
	"github.com/apache/arrow-go/v18/parquet/pqarrow"
	"github.com/google/go-cmp/cmp"

	"pbsduck/duckdb"
	"pbsduck/export"
)

// TestParquetOfBothWriters: whichever writer takes a result, arrow-go finds the
// same columns, descriptions and values.
func TestParquetOfBothWriters(t *testing.T) {
	ctx := context.Background()
	db, err := duckdb.Open(ctx, "", duckdb.Options{Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	described := export.Options{
		Fields:   map[string]map[string]string{"n": {"unit": "s", "comment": "it's \"a\" number"}},
		Metadata: map[string]string{"pbsduck.query": "SELECT 'x';"},
	}
	for _, c := range []struct {
		name, query string
		byDuckDB    bool
	}{
		{"every type of the tables", `FROM (VALUES
			(1::BIGINT, 'a''é', TIMESTAMPTZ '2026-01-01 00:00:00.000001+00', DATE '2026-01-01', true, 0.5::DOUBLE, '\x00\xff'::BLOB),
			(NULL, NULL, NULL, NULL, NULL, NULL, NULL),
			(-9223372036854775808, '', TIMESTAMPTZ '1969-12-31 23:59:59+00', DATE '9999-12-31', false, 'nan', ''))
			AS v(n, text, instant, day, flag, ratio, bytes);`, true},
		{"no rows", "SELECT 1::BIGINT AS n WHERE false -- none", true},
		{"many row groups", "SELECT i::BIGINT AS n, i % 7 = 0 AS flag FROM range(300000) AS r(i) ORDER BY n DESC", true},
		{"HUGEINT", "SELECT sum(i::BIGINT) AS n FROM range(10) AS r(i)", false},
		{"UUID", "SELECT '00000000-0000-0000-0000-000000000001'::UUID AS n", false},
		{"DECIMAL", "SELECT 1.25 AS n", false},
		{"ENUM", "SELECT 'b'::ENUM ('a', 'b') AS n", false},
		{"LIST", "SELECT [1, 2] AS n", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			schema, err := db.ParquetSchema(ctx, c.query)
			if err != nil || (schema != nil) != c.byDuckDB {
				t.Fatalf("schema for DuckDB's writer: %v, %v", schema, err)
			}
			one, two := filepath.Join(t.TempDir(), "1"), filepath.Join(t.TempDir(), "2")
			place, err := export.NewPlace(one)
			if err != nil {
				t.Fatal(err)
			}
			n, err := writeParquet(ctx, db, export.Parquet, part{query: c.query, path: one, place: place}, described)
			if err != nil {
				t.Fatal(err)
			}
			m, err := writeResult(ctx, db, export.Parquet, part{query: c.query, path: two}, described)
			if err != nil || n != m {
				t.Fatalf("%d and %d rows, %v", n, m, err)
			}
			got, schemaOne := parquetRows(t, one)
			want, schemaTwo := parquetRows(t, two)
			if got != want {
				t.Errorf("DuckDB wrote %s\narrow-go %s", got, want)
			}
			if diff := cmp.Diff(schemaTwo.String(), schemaOne.String()); diff != "" {
				t.Errorf("schema (-arrow-go +DuckDB):\n%s", diff)
			}
		})
	}
}

// parquetRows reads a file as ndjson, without what readers add to its schema.
func parquetRows(t *testing.T, path string) (string, *arrow.Schema) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	f, err := file.NewParquetReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	r, err := pqarrow.NewFileReader(f, pqarrow.ArrowReadProperties{BatchSize: 1024}, memory.DefaultAllocator)
	if err != nil {
		t.Fatal(err)
	}
	if said := f.MetaData().KeyValueMetadata().FindValue("pbsduck.query"); said == nil || *said != "SELECT 'x';" {
		t.Errorf("%s: the query is %v", path, said)
	}
	rows, err := r.GetRecordReader(context.Background(), nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Release()
	var out bytes.Buffer
	if _, err := export.Write(context.Background(), &out, rows, export.NDJSON, export.Options{}); err != nil {
		t.Fatal(err)
	}
	schema := rows.Schema()
	for i, field := range schema.Fields() {
		keys := field.Metadata.ToMap()
		delete(keys, "PARQUET:field_id")
		schema.Fields()[i].Metadata = arrow.MetadataFrom(keys)
		schema.Fields()[i].Nullable = true
	}
	none := arrow.MetadataFrom(nil)
	return out.String(), arrow.NewSchema(schema.Fields(), &none)
}
