package duckdb_test

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	_ "github.com/duckdb/duckdb-go/v2"
	gocmp "github.com/google/go-cmp/cmp"

	"pbsduck/duckdb"
	"pbsduck/duckdb/duckdbtest"
	"pbsduck/ingest/schema"
)

// An sqlFile is the text of an SQL file, and what its header says that it reads beside the tables of the database:
//
//	-- Variables: first BIGINT, last BIGINT
//	-- Tables: conflict (job_id VARCHAR, submit_time TIMESTAMPTZ)
//
// Columns of a table go on in lines that are set in by three blanks.
type sqlFile struct {
	text      string
	variables map[string]string // their types
	tables    []string          // as in CREATE TEMP TABLE
}

func readSQLFile(t *testing.T, path string) sqlFile {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	f := sqlFile{text: string(text), variables: map[string]string{}}
	for line := range strings.Lines(f.text) {
		line = strings.TrimRight(line, "\n")
		if n := utf8.RuneCountInString(line); n > 120 {
			t.Errorf("%s: a line of %d columns, where 120 fit: break it at a clause: %.60s...", path, n, line)
		}
		line = strings.TrimSpace(line)
		if names, ok := strings.CutPrefix(line, "-- Variables: "); ok {
			for one := range strings.SplitSeq(names, ", ") {
				name, typ, _ := strings.Cut(one, " ")
				f.variables[name] = typ
			}
		}
		if table, ok := strings.CutPrefix(line, "-- Tables: "); ok {
			f.tables = append(f.tables, table)
		} else if n := len(f.tables); n > 0 && strings.HasSuffix(f.tables[n-1], ",") {
			f.tables[n-1] += " " + strings.TrimPrefix(line, "--   ")
		}
	}
	return f
}

// examples are values of variables, by type.
var examples = map[string]string{
	"BIGINT": "1", "DOUBLE": "0.5", "VARCHAR": "'jobs'", "BOOLEAN": "true", "BLOB": "'key'", "DATE": "DATE '2026-01-01'",
	"TIMESTAMPTZ": "TIMESTAMPTZ '2026-01-01 09:00:00Z'", "VARCHAR[]": "['job_id', 'queue']", "BIGINT[]": "[1, 2]",
}

// run runs the file as people would who paste it into a client: behind what sets its variables, and makes the tables
// that it needs. Nothing of it stays.
func (f sqlFile) run(ctx context.Context, conn *sql.Conn) (err error) {
	if _, err := conn.ExecContext(ctx, "BEGIN"); err != nil {
		return err
	}
	defer conn.ExecContext(ctx, "ROLLBACK")
	for _, table := range f.tables {
		if _, err := conn.ExecContext(ctx, "CREATE TEMP TABLE "+table); err != nil {
			return fmt.Errorf("table %s: %w", table, err)
		}
	}
	for name, typ := range f.variables {
		if examples[typ] == "" {
			return fmt.Errorf("there is no example of a %s", typ)
		}
		if _, err := conn.ExecContext(ctx, "SET VARIABLE "+name+" = "+examples[typ]+"::"+typ); err != nil {
			return fmt.Errorf("variable %s: %w", name, err)
		}
	}
	rows, err := conn.QueryContext(ctx, f.text)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
	}
	return rows.Err()
}

// TestSQLRunsAsItStands: each SQL file is a statement of DuckDB, which reads the variables that it says, and no others.
func TestSQLRunsAsItStands(t *testing.T) {
	path := duckdbtest.Written(t)
	database := strings.TrimSuffix(filepath.Base(path), ".duckdb")
	db, err := sql.Open("duckdb", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	conn, err := db.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	// the old one, of a rebuild
	for _, s := range []string{
		"ATTACH ':memory:' AS previous", "COPY FROM DATABASE " + database + " TO previous (SCHEMA)",
	} {
		if _, err := conn.ExecContext(t.Context(), s); err != nil {
			t.Fatal(err)
		}
	}
	var files []string
	err = fs.WalkDir(os.DirFS("."), ".", func(path string, _ fs.DirEntry, err error) error {
		if strings.HasSuffix(path, ".sql") && !strings.Contains(path, "testdata") {
			files = append(files, path)
		}
		return err
	})
	if err != nil || len(files) < 50 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	slices.SortStableFunc(files, func(a, b string) int {
		return cmp.Compare(strings.Count(a, "/older/"), strings.Count(b, "/older/"))
	})
	older := false
	for _, path := range files {
		if strings.Contains(path, "/older/") && !older { // what they ask of previous is a database of an earlier version
			older = true
			script, err := os.ReadFile("rebuild/testdata/older/version1.sql")
			if err != nil {
				t.Fatal(err)
			}
			for _, s := range []string{
				"DETACH previous", "ATTACH ':memory:' AS previous", "USE previous", string(script), "USE " + database,
			} {
				if _, err := conn.ExecContext(t.Context(), s); err != nil {
					t.Fatal(err)
				}
			}
		}
		t.Run(path, func(t *testing.T) {
			f := readSQLFile(t, path)
			for _, m := range regexp.MustCompile(`getvariable\('(\w+)'\)`).FindAllStringSubmatch(f.text, -1) {
				if f.variables[m[1]] == "" {
					t.Errorf("its head does not name %s", m[1])
				}
			}
			read := f.text
			for _, view := range []string{"report_jobs", "report_runs", "report_days"} {
				if strings.Contains(f.text, "FROM "+view) {
					read += readSQLFile(t, "sql/view_"+view+".sql").text
				}
			}
			for name := range f.variables {
				if !strings.Contains(read, "getvariable('"+name+"')") {
					t.Errorf("it does not read %s", name)
				}
			}
			if !strings.HasPrefix(f.text, "-- ") {
				t.Error("no comment says what it asks")
			}
			if err := f.run(t.Context(), conn); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestViewsShowWhatTheirFilesAsk: the columns that a view lists are those that its file has a * for.
func TestViewsShowWhatTheirFilesAsk(t *testing.T) {
	own := schema.Column{Name: "own", Type: schema.Text, Source: "resources_used.own"}
	db, err := duckdb.Open(t.Context(), "", duckdb.Options{Site: schema.Site{Columns: []schema.Column{own}}})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	columns := func(question string) []string {
		t.Helper()
		names, err := duckdb.Column[string](t.Context(), db,
			"SELECT column_name || ' ' || column_type FROM (DESCRIBE "+question+")")
		if err != nil || len(names) == 0 {
			t.Fatal(names, err)
		}
		return names
	}
	for _, v := range duckdb.Views(db.Site()) {
		f := readSQLFile(t, "sql/view_"+v.Name+".sql")
		if diff := gocmp.Diff(columns(f.text), columns("FROM "+v.Name)); diff != "" {
			t.Errorf("%s: %s", v.Name, diff)
		}
	}
}

// TestVariablesKeepValues: what is set in Go is what SQL reads, of each type.
func TestVariablesKeepValues(t *testing.T) {
	db, err := duckdb.Open(t.Context(), "", duckdb.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, c := range []struct {
		typ   string
		value any
		want  string // as DuckDB writes it
	}{
		{"VARCHAR", "it's \x00; DROP TABLE events --", "'it\\'s \x00; DROP TABLE events --'"}, {"VARCHAR", nil, "NULL"},
		{"BIGINT", math.MinInt64, "-9223372036854775808"}, {"BIGINT", nil, "NULL"},
		{"BIGINT", int64(math.MaxInt64), "9223372036854775807"}, {"DOUBLE", 1e-300, "1e-300"}, {"DOUBLE", math.Inf(1), "inf"},
		{"BOOLEAN", false, "false"}, {"TIMESTAMPTZ", time.UnixMicro(1767258000000001), "'2026-01-01 09:00:00.000001+00'"},
		{"TIMESTAMPTZ", time.Time{}, "NULL"},
		{"DATE", duckdb.Day(time.Date(1969, 12, 31, 0, 0, 0, 0, time.UTC)), "1969-12-31"}, {"DATE", duckdb.Day{}, "NULL"},
		{"VARCHAR[]", []string{"a, b", "'"}, "['a, b', '\\'']"}, {"VARCHAR[]", []string{}, "[]"},
		{"BIGINT[]", []int64{1, -1}, "[1, -1]"}, {"BIGINT[]", []int64(nil), "[]"},
	} {
		file := "-- Variables: x " + c.typ +
			"\nSELECT typeof(getvariable('x')) || ' ' || coalesce([getvariable('x')]::VARCHAR, 'NULL')"
		got, err := duckdb.Column[string](t.Context(), db, duckdb.With(file, duckdb.Vars{"x": c.value}))
		typ := strings.Replace(c.typ, "TIMESTAMPTZ", "TIMESTAMP WITH TIME ZONE", 1)
		if want := typ + " [" + c.want + "]"; err != nil || got[0] != want {
			t.Errorf("%v: %s (%v), not %s", c.value, got, err, want)
		}
	}
}
