package duckdbtest

import (
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pbsduck/duckdb"
	"pbsduck/duckdb/load"
	"pbsduck/duckdb/records"
	"pbsduck/duckdb/verify"
	"pbsduck/ingest/generate"
	"pbsduck/ingest/source"
)

// Load takes the logs of a folder into the database at path.
func Load(t *testing.T, path, machine, zone, dir string) {
	t.Helper()
	logs, err := source.Find([]string{dir}, source.FindOptions{})
	if err != nil {
		t.Fatal(err)
	}
	db, err := duckdb.Open(t.Context(), path, duckdb.Options{Version: "test"})
	if err != nil {
		t.Fatal(err)
	}
	summary, err := load.Run(t.Context(), db, logs, load.Options{Machine: machine, Zone: zone})
	if err := errors.Join(err, db.Close()); err != nil || len(summary.Failed) > 0 {
		t.Fatal(err, summary.Failed)
	}
}

// Generated is a database of two machines with all that a log can hold: repeats, superseded records, rejects.
func Generated(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	profiles := []string{"casper", "derecho"}
	start := time.Date(2026, 3, 7, 0, 0, 0, 0, time.UTC) // the clocks change in the night to the 8th
	_, err := generate.Run(t.Context(), generate.Options{Dir: dir, Profiles: profiles, Days: 2, Jobs: 200, Seed: 7,
		Start: start, Hostile: true, NoTruth: true})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "base.duckdb")
	for _, profile := range profiles {
		Load(t, path, profile, Zone, filepath.Join(dir, profile))
	}
	return path
}

// Damaged is a copy of the database in which the statements were run.
func Damaged(t *testing.T, base string, statements ...string) string {
	t.Helper()
	content, err := os.ReadFile(base)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "damaged.duckdb")
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("duckdb", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, s := range statements {
		result, err := db.Exec(s)
		if err != nil {
			t.Fatalf("%s: %v", s, err)
		}
		if n, err := result.RowsAffected(); err == nil && n == 0 && !strings.HasPrefix(s, "ALTER") &&
			!strings.HasPrefix(s, "CREATE") && !strings.HasPrefix(s, "DROP") && !strings.HasPrefix(s, "COMMENT") {
			t.Fatalf("%s: changed nothing", s)
		}
	}
	return path
}

// OpenReading opens a database for reading.
func OpenReading(t *testing.T, path string) *duckdb.DB {
	t.Helper()
	db, err := duckdb.Open(t.Context(), path, duckdb.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

// AllKeys lists the jobs, or all outcomes, of a database.
func AllKeys(t *testing.T, path, table string) []records.JobKey {
	t.Helper()
	db, err := sql.Open("duckdb", path+"?access_mode=READ_ONLY")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	rows, err := db.Query("SELECT id, machine, job_id, submit_time FROM " + table + " ORDER BY id")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var keys []records.JobKey
	for rows.Next() {
		var k records.JobKey
		if err := rows.Scan(&k.Number, &k.Machine, &k.JobID, &k.SubmitTime); err != nil {
			t.Fatal(err)
		}
		keys = append(keys, k)
	}
	if len(keys) == 0 || rows.Err() != nil {
		t.Fatal("no jobs", rows.Err())
	}
	return keys
}

// WrittenLogs of a server that gave the number 7 out twice, ran arrays, and was not always on time.
var WrittenLogs = map[string]string{
	"20240101": `01/01/2024 10:00:00;E;7.srv;user=user0001 ctime=1704100000 end=1704103200 run_count=1
`,
	"20260101": `01/01/2026 09:00:00;Q;7.srv;queue=main
01/01/2026 09:00:01;S;7.srv;user=user0002 queue=main ctime=1767258000 start=1767258001 run_count=1
01/01/2026 09:30:00;R;7.srv;user=user0002 queue=main ctime=1767258000 start=1767258001 end=1767259800 run_count=1
01/01/2026 09:59:00;E;7.srv;user=user0002 queue=main ctime=1767258000 start=1767258001 end=1767261540 run_count=1
01/01/2026 10:00:00;E;7.srv;user=user0002 queue=main ctime=1767258000 start=1767260000 end=1767261600 run_count=2
01/01/2026 11:00:00;E;8[].srv;user=user0003 ctime=1767258100 end=1767265200 run_count=1
01/01/2026 11:00:00;E;8[3].srv;user=user0003 ctime=1767258100 end=1767265200 run_count=1
01/01/2026 11:00:00;E;8[4].srv;user=user0003 ctime=1767258100 end=1767265200 run_count=1
01/01/2026 11:00:01;D;8[1-5:2].srv;requestor=user0003@host
01/01/2026 11:00:02;D;8[4-9].srv;requestor=user0003@host
01/01/2026 11:00:03;a;8[].srv;Resource_List.walltime=01:00:00
01/01/2026 12:00:00;E;70.srv;user=user0001 ctime=1767260000 end=1767268800 run_count=1
01/01/2026 12:00:01;Q;9.srv;queue=main ctime=1767268801
01/01/2026 12:00:02;E;odd id;user=user0001 ctime=1767260000 end=1767268802 run_count=1
`,
}

// Written loads WrittenLogs as those of two machines.
func Written(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range WrittenLogs {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	path := filepath.Join(t.TempDir(), "written.duckdb")
	Load(t, path, "one", "UTC", dir)
	Load(t, path, "two", "UTC", filepath.Join(dir, "20240101"))
	return path
}

// Everything is all that a database says, as a text.
func Everything(path string) (string, error) {
	db, err := sql.Open("duckdb", path+"?access_mode=READ_ONLY")
	if err != nil {
		return "", err
	}
	defer db.Close()
	var all []string
	rows, err := db.Query("SELECT table_name FROM information_schema.tables ORDER BY ALL")
	if err != nil {
		return "", err
	}
	defer rows.Close()
	var names []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return "", err
		}
		names = append(names, name)
	}
	if err := rows.Err(); err != nil {
		return "", err
	}
	for _, name := range names {
		var sum string
		const rows = `SELECT count(*) || ' ' || coalesce(sum(md5_number_lower(t::VARCHAR)), 0) FROM %s t`
		if err := db.QueryRow(fmt.Sprintf(rows, name)).Scan(&sum); err != nil {
			return "", err
		}
		all = append(all, name+" "+sum)
	}
	for _, question := range []string{
		"SELECT string_agg(table_name || coalesce(comment, '') || sql, ' ' ORDER BY table_name) FROM duckdb_tables()",
		"SELECT string_agg(view_name || coalesce(comment, '') || sql, ' ' ORDER BY view_name) FROM duckdb_views() " +
			"WHERE NOT internal",
		"SELECT string_agg(table_name || column_name || data_type || coalesce(comment, ''), ' ' " +
			"ORDER BY table_name, column_index) FROM duckdb_columns() WHERE NOT internal",
	} {
		var text string
		if err := db.QueryRow(question).Scan(&text); err != nil {
			return "", err
		}
		all = append(all, text)
	}
	return strings.Join(all, "\n"), nil
}

// Verified is what verify finds in a database.
func Verified(t *testing.T, db *duckdb.DB, o verify.Options) []verify.Finding {
	t.Helper()
	findings, err := verify.Run(t.Context(), db, o)
	if err != nil {
		t.Fatal(err)
	}
	return findings
}
