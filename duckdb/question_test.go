package duckdb

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	duck "github.com/duckdb/duckdb-go/v2"
)

// TestOnlyAsks: what is one question passes, whatever is in its texts, names and comments; all else does not.
func TestOnlyAsks(t *testing.T) {
	for _, sql := range []string{
		"SELECT 1", "select 1 ;; ", "/* ; */ -- ;\n SELECT 1 -- ;", "/* /* */ COPY */ FROM jobs", "(SELECT 1)",
		"WITH a AS (SELECT 1) FROM a", "VALUES (1)", "TABLE jobs", "PIVOT jobs ON queue USING count(*)", "DESCRIBE jobs",
		"DESC jobs", "SUMMARIZE jobs", "SHOW TABLES", "EXPLAIN SELECT 1", "EXPLAIN ANALYZE SELECT 1",
		"EXPLAIN (FORMAT json) SELECT 1", "EXPLAIN (ANALYZE, FORMAT json) FROM jobs", "EXPLAIN (SELECT 1)",
		`SELECT ';', ''';', E'\';', e'\\', "a"";b", $$;$$, $x$ $$;$ $x$`, "SELECT query, checkpoint FROM a", "SELECT $1",
		"SELECT 'enable_logging('", "SELECT\u00a01\u2003;\u3000", "SELECT größe FROM a",
	} {
		if err := OnlyAsks(sql); err != nil {
			t.Errorf("%s: %v", sql, err)
		}
	}
	for _, sql := range []string{
		"", ";", "-- SELECT 1", "/* SELECT 1", "COPY jobs TO 'x'", "EXPLAIN", "EXPLAIN ANALYZE COPY jobs TO 'x'",
		"EXPLAIN (ANALYZE) COPY jobs TO 'x'", "EXPLAIN ANALYZE VERBOSE", "SELECT 1; SELECT 2", `SELECT '\'; COPY jobs TO 'x'`,
		"SELECT $$ $$; COPY", `SELECT "a"; COPY`, "SELECT 1 /* ; */; COPY", "SELECT e'\\\\'; COPY", "PRAGMA version",
		"SET threads = 1", "RESET threads", "USE x", "CALL x()", "CREATE TEMP TABLE a (b int)", "INSERT INTO jobs FROM jobs",
		"UPDATE EXTENSIONS", "INSTALL a", "LOAD a", "ATTACH 'a'", "DETACH a", "EXPORT DATABASE 'a'", "IMPORT DATABASE 'a'",
		"VACUUM", "CHECKPOINT", "BEGIN", "PREPARE a AS SELECT 1", "EXECUTE a", "SELECT 'COPY'; ;SELECT 1",
		"FROM Enable_Logging('a')", `FROM "ENABLE_PROFILING" ()`, "FROM query\u00a0('FROM enable_logging()')",
		"FROM checkpoint\u200b()", "SELECT 1;\u3000SELECT 2", "FROM query /* */ ('FROM enable_logging()')",
		"SELECT (FROM json_execute_serialized_sql('x'))", "\"SELECT\" 1; x",
	} {
		if OnlyAsks(sql) == nil {
			t.Errorf("%s is a question", sql)
		}
	}
}

// TestSealed: what would still get through to DuckDB is refused there, while questions that need more than memory are
// answered.
func TestSealed(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	path := filepath.Join(dir, "x.duckdb")
	db, err := Open(ctx, path, Options{Version: "test"})
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(os.WriteFile(filepath.Join(dir, "a.csv"), []byte("a\n1\n"), 0o666), db.Close()); err != nil {
		t.Fatal(err)
	}
	allowed := filepath.Join(dir, "allowed.parquet")
	if db, err = Open(ctx, path, Options{ReadOnly: true, Memory: 60, Threads: 1, Writes: []string{allowed}}); err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	session, err := db.Session(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer session.conn.Close()
	for _, s := range []*DB{db, session} {
		for _, sql := range []string{
			"COPY (SELECT 1) TO 'DIR/b.csv'", "COPY (SELECT 1) TO 'DIR/x.duckdb'", "EXPORT DATABASE 'DIR/out'",
			"ATTACH 'DIR/y.duckdb' AS y", "ATTACH 'DIR/x.duckdb' AS z (READ_WRITE)", "INSTALL httpfs", "LOAD httpfs",
			"LOAD 'DIR/a.csv'", "FROM 'DIR/a.csv'", "FROM read_csv('DIR/a.csv')", "FROM glob('DIR/*')",
			"FROM read_text('/etc/passwd')", "FROM read_csv('http://localhost:1/a.csv')", "SET enable_external_access = true",
			"SET lock_configuration = false", "RESET allowed_paths", "SET memory_limit = '1TB'",
			"SET GLOBAL TimeZone = 'Asia/Tokyo'", "SET TimeZone = 'Asia/Tokyo'", "PRAGMA profiling_output = 'DIR/p'",
			"SET temp_directory = 'DIR'", "DELETE FROM jobs", "CREATE TABLE a (b int)",
		} {
			if err := s.Exec(ctx, strings.ReplaceAll(sql, "DIR", dir)); err == nil {
				t.Errorf("%s is done", sql)
			}
		}
		zone, err := Column[string](ctx, s, "SELECT current_setting('TimeZone')")
		if err != nil || zone[0] != "UTC" {
			t.Errorf("the time zone is %v, %v", zone, err)
		}
	}
	sorted, err := db.Number(ctx,
		"SELECT count(*) FROM (SELECT i, 'text ' || hash(i) AS t FROM range(2000000) r(i) ORDER BY t, i LIMIT 1900000)")
	if err != nil || sorted != 1900000 {
		t.Errorf("a sort of more than there is memory: %d, %v", sorted, err)
	}
	if rows, err := db.WriteParquet(ctx, "SELECT 1 AS a", allowed, map[string]string{"a": "b"}); err != nil || rows != 1 {
		t.Errorf("Parquet: %d rows, %v", rows, err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		switch e.Name() {
		case "x.duckdb", "a.csv", "allowed.parquet", "x.duckdb.tmp":
		default:
			t.Errorf("there is %s", e.Name())
		}
	}
}

// TestQuestionError: one line, with the place in the question.
func TestQuestionError(t *testing.T) {
	ctx := context.Background()
	db, err := Open(ctx, "", Options{Version: "test"})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	long := strings.Repeat("'long', ", 40)
	for question, want := range map[string]string{
		"SELECT nothing":                                "line 1, column 8: ",
		"SELECT 1,\n\n  nothing\nFROM jobs":             "line 3, column 3: ",
		"SELECT 'é漢', nothing":                          "line 1, column 14: ",
		"SELECT " + long + "nothing, " + long + "1":     "line 1, column 328: ",
		"SELECT " + long + "\n" + long + "nothing":      "line 2, column 321: ",
		"SELECT sum(name) FROM jobs":                    "line 1, column 8: ",
		"SELECT 'x'::INTEGER FROM range(1)":             "",
		"SELECT error('first' || chr(10) || 'LINE 1:')": "",
	} {
		reader, err := db.Ask(ctx, question)
		if err == nil {
			reader.Release()
			t.Errorf("%s: no error", question)
			continue
		}
		if !strings.HasPrefix(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %q, want %q", question, err, want)
		}
	}
	wrapped := errors.Join(&duck.Error{Msg: "Binder Error: a\nb\n\nLINE 1: SELECT\n        ^"}, errors.New("c"))
	if got := Message(wrapped); got != "Binder Error: a b\nc" {
		t.Errorf("Message: %q", got)
	}
}

// TestQuestions: statements are told apart as DuckDB does, and stand where they stood.
func TestQuestions(t *testing.T) {
	for sql, want := range map[string][]string{
		"SELECT 1":                             {"SELECT 1"},
		"SELECT 1;":                            {"SELECT 1"},
		"-- a;\nSELECT ';' ;; /* ; */\n ; -- ": {"-- a;\nSELECT ';' "},
		"SELECT $$;$$;FROM \"a;b\"":            {"SELECT $$;$$", "             FROM \"a;b\""},
		"SELECT 'é'\n;\u3000\n SELECT 2;":      {"SELECT 'é'\n", "          \n \u3000\n SELECT 2"},
	} {
		got, err := Questions(sql)
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%q: %q, %v", sql, got, err)
		}
	}
	for _, sql := range []string{
		"", " ; ", "-- a", "SELECT 1; DROP TABLE jobs", "SELECT 1; FROM query('x')", "COPY jobs TO 'x'; SELECT 1",
	} {
		if got, err := Questions(sql); err == nil {
			t.Errorf("%q: %q", sql, got)
		}
	}
}
