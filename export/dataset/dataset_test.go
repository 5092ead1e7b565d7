package dataset_test

import (
	"bytes"
	"context"
	"os"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/apache/arrow-go/v18/parquet/file"
	"github.com/apache/arrow-go/v18/parquet/pqarrow"
	"github.com/google/go-cmp/cmp"

	"pbsduck/duckdb"
	"pbsduck/export"
	"pbsduck/export/dataset"
	"pbsduck/ingest/schema"
)

// TestParquetOfBothWriters: whichever writer takes a result, arrow-go finds the same columns, descriptions and values.
func TestParquetOfBothWriters(t *testing.T) {
	ctx := context.Background()
	db, err := duckdb.Open(ctx, "", duckdb.Options{Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, c := range []struct {
		name, query string
		byDuckDB    bool
	}{
		{"every type of the tables", `FROM (VALUES
			(1::BIGINT, 'a''é', TIMESTAMPTZ '2026-01-01 00:00:00.000001+00', DATE '2026-01-01', true, 0.5::DOUBLE,
				'\x00\xff'::BLOB),
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
			keeps, err := db.ParquetSchema(ctx, c.query)
			if err != nil || (keeps != nil) != c.byDuckDB {
				t.Fatalf("schema for DuckDB's writer: %v, %v", keeps, err)
			}
			one, n := write(t, db, c.query)
			two, m := write(t, asking{db}, c.query)
			if n != m {
				t.Fatalf("%d and %d rows", n, m)
			}
			got, schemaOne := parquetRows(t, one, c.query)
			want, schemaTwo := parquetRows(t, two, c.query)
			if got != want {
				t.Errorf("DuckDB wrote %s\narrow-go %s", got, want)
			}
			if diff := cmp.Diff(schemaTwo.String(), schemaOne.String()); diff != "" {
				t.Errorf("schema (-arrow-go +DuckDB):\n%s", diff)
			}
		})
	}
}

// TestDescribed: every column of every table and view says in its file what it means.
func TestDescribed(t *testing.T) {
	db, err := duckdb.Open(t.Context(), "", duckdb.Options{Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, name := range schema.Names() {
		part := dataset.Table(name, "")
		if err := part.In(t.TempDir(), export.Parquet); err != nil {
			t.Fatal(err)
		}
		if _, err := part.Write(t.Context(), db, db.Site(), nil); err != nil {
			t.Fatal(err)
		}
		_, columns := parquetRows(t, part.Path, part.Query)
		for _, f := range columns.Fields() {
			if comment, _ := f.Metadata.GetValue("comment"); comment == "" {
				t.Errorf("%s.%s has no comment", name, f.Name)
			}
		}
	}
}

// asking is a source that writes no file itself.
type asking struct{ dataset.Source }

func (asking) ParquetSchema(context.Context, string) (*arrow.Schema, error) { return nil, nil }

// write writes the answer as a table that has a column n, which is described.
func write(t *testing.T, from dataset.Source, query string) (path string, rows int64) {
	t.Helper()
	part := dataset.Part{Name: schema.Jobs.Name, Query: query}
	if err := part.In(t.TempDir(), export.Parquet); err != nil {
		t.Fatal(err)
	}
	site := schema.Site{Columns: []schema.Column{{Name: "n", Unit: "s", Comment: "it's \"a\" number"}}}
	rows, err := part.Write(t.Context(), from, site, map[string]string{"made by": "a 'test'"})
	if err != nil {
		t.Fatal(err)
	}
	return part.Path, rows
}

// parquetRows reads a file as ndjson, without what readers add to its schema.
func parquetRows(t *testing.T, path, query string) (string, *arrow.Schema) {
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
	if said := f.MetaData().KeyValueMetadata().FindValue("pbsduck.query"); said == nil || *said != query {
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
