package report_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pbsduck/duckdb/report"
)

const siteHead = "-- Title: Own\n-- Question: own?\n"

// TestReportsOfASite: a site's file is a report like the others, or takes the place of one.
func TestReportsOfASite(t *testing.T) {
	dir := t.TempDir()
	writeLog(t, dir, "long.sql", siteHead+"-- Variables: entity VARCHAR, longest BIGINT\n-- By: user of jobs\n"+
		"-- Choices:\n--   longest = 10: how many\n"+
		"SELECT machine, entity, count(*) AS n FROM report_jobs GROUP BY ALL ORDER BY ALL LIMIT getvariable('longest');\n")
	writeLog(t, dir, "usage.sql", siteHead+"SELECT 1 AS one")
	writeLog(t, dir, "notes.txt", "no report")
	writeLog(t, filepath.Join(dir, "old.sql"), "x.sql", "a folder is none")
	all, err := report.All(dir)
	if err != nil {
		t.Fatal(err)
	}
	own, err := report.All("")
	if err != nil {
		t.Fatal(err)
	}
	if len(all) != len(own)+1 ||
		!slices.IsSortedFunc(all, func(a, b report.Report) int { return strings.Compare(a.Name, b.Name) }) {
		t.Errorf("%d reports, of the program's %d", len(all), len(own))
	}
	w := aWorld(t)
	for _, r := range all {
		switch r.Name {
		case "usage":
			if rows, _ := (question{}).run(t, w, r); len(rows) != 1 || rows[0]["one"] != 1.0 {
				t.Error("the site's usage:", rows)
			}
		case "long":
			for _, set := range []map[string]string{nil, {"longest": "3"}} {
				rows, wrong := (question{set: set}).run(t, w, r)
				if wrong != nil || set != nil && len(rows) != 3 || set == nil && len(rows) < 10 {
					t.Errorf("%v: %d rows, %v", set, len(rows), wrong)
				}
				if _, there := rows[0]["user"]; !there {
					t.Errorf("no column user: %v", rows[0])
				}
			}
		}
	}
}

// TestBadReportsOfASite: what is wrong is told with file and line, and all at once.
func TestBadReportsOfASite(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"head.sql":     "-- Title: x\n-- Subject: y\nSELECT 1",
		"nothing.sql":  siteHead,
		"several.sql":  siteHead + "SELECT 1; SELECT 2",
		"copies.sql":   siteHead + "COPY jobs TO '/tmp/x.csv'",
		"drops.sql":    siteHead + "DROP TABLE outcomes",
		"sets.sql":     siteHead + "SET threads = 1",
		"attaches.sql": siteHead + "ATTACH '/tmp/x.duckdb'",
		"installs.sql": siteHead + "INSTALL httpfs",
		"hidden.sql":   siteHead + "SELECT * FROM query('SELECT 1')",
		"explains.sql": siteHead + "EXPLAIN ANALYZE DELETE FROM outcomes",
	} {
		writeLog(t, dir, name, text)
	}
	_, err := report.All(dir)
	if err == nil {
		t.Fatal("they are reports")
	}
	for _, want := range []string{
		`head.sql:2: "Subject" is no word of a head`, "nothing.sql: there is no SQL",
		"several.sql: these are several statements", "copies.sql: COPY is no question", "drops.sql: DROP is no question",
		"sets.sql: SET is no question", "attaches.sql: ATTACH is no question", "installs.sql: INSTALL is no question",
		"hidden.sql: the function query is not for questions", "explains.sql: DELETE is no question",
	} {
		if !strings.Contains(err.Error(), dir+"/"+want) {
			t.Errorf("%s is not told: %v", want, err)
		}
	}
	if _, err := report.All(filepath.Join(dir, "nowhere")); err == nil {
		t.Error("a folder that is not there has reports")
	}
}

// TestReportsOnlyRead: a site's report can't read or write files, nor fetch anything, and says where in its file it
// tried.
func TestReportsOnlyRead(t *testing.T) {
	w := aWorld(t)
	dir := t.TempDir()
	secret := filepath.Join(dir, "secret.csv")
	writeLog(t, dir, "secret.csv", "a,b\n1,2\n")
	for name, c := range map[string]struct{ sql, want string }{
		"reads":    {"SELECT *\nFROM '" + secret + "'", "file system operations are disabled"},
		"csv":      {"SELECT *\nFROM read_csv('" + secret + "')", "file system operations are disabled"},
		"text":     {"SELECT content FROM read_text('" + secret + "')", "file system operations are disabled"},
		"fetches":  {"SELECT * FROM 'https://example.org/x.parquet'", "nothing is downloaded"},
		"settings": {"SELECT *\nFROM duckdb_settings(), nosuch", "line 4, column "},
		"misspelt": {"SELECT jobs, nosuch\nFROM report_jobs", "line 3, column "},
		"division": {"SELECT 1 +\nFROM report_jobs", "line 4, column "},
		"later":    {"SELECT error('stop') FROM report_jobs", "stop"},
	} {
		folder := filepath.Join(dir, name)
		writeLog(t, folder, name+".sql", siteHead+c.sql)
		all, err := report.All(folder)
		if err != nil {
			t.Fatal(err)
		}
		r := all[slices.IndexFunc(all, func(r report.Report) bool { return r.Name == name })]
		reader, err := r.Run(t.Context(), w.db, report.Options{})
		if err == nil {
			for reader.Next() {
			}
			err = reader.Err()
			reader.Release()
		}
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v, not %s", name, err, c.want)
		}
		if err != nil && !strings.HasPrefix(err.Error(), filepath.Join(folder, name+".sql")+": ") {
			t.Errorf("%s: no file is named: %v", name, err)
		}
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 9 {
		t.Errorf("%v, %v", entries, err)
	}
}
