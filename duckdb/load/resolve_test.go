package load

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pbsduck/duckdb"
	"pbsduck/duckdb/dbfile"
	"pbsduck/duckdb/report"
	"pbsduck/ingest/schema"
)

// criteria are what the E records of a job are compared by, the first that tells them apart decides: columns as they
// are in the better one, and in the worse.
var criteria = [][2]string{
	{"1 AS file_id", "NULL AS file_id"},
	{"NULL AS source_flags", "'torn' AS source_flags"},
	{"2 AS run_count", "1 AS run_count"},
	{"1 AS mem_used_bytes", "NULL AS mem_used_bytes"},
	{"TIMESTAMPTZ '2026-01-01 11:00:00Z' AS end_time", "TIMESTAMPTZ '2026-01-01 10:00:00Z' AS end_time"},
	{"TIMESTAMPTZ '2026-01-01 11:00:01Z' AS logged_time", "TIMESTAMPTZ '2026-01-01 11:00:00Z' AS logged_time"},
	{"9 AS attributes", "8 AS attributes"},
	{"-1 AS record_hash", "-2 AS record_hash"},
}

// TestRanking: each criterion decides against all that come behind it, whichever row has the smaller number, and what
// is not known is worse than anything.
func TestRanking(t *testing.T) {
	db := openTest(t)
	for at := range criteria {
		for _, better := range []int{1, 2} {
			for _, unknown := range []bool{false, true} {
				run(t, db, "DELETE FROM outcomes")
				for _, id := range []int{1, 2} {
					columns := []string{fmt.Sprintf("%d AS id", id),
						"'m' AS machine, '1.s' AS job_id, false AS is_array_parent, TIMESTAMPTZ '2026-01-01 00:00:00Z' AS submit_time, " +
							"false AS start_is_estimated, false AS end_is_estimated, true AS is_job"}
					for i, c := range criteria {
						value := c[0]
						switch {
						case i == at && id != better:
							value = c[1]
							if unknown && i != 1 {
								value = "NULL AS " + c[1][strings.LastIndex(c[1], " ")+1:]
							}
						case i > at && id == better:
							value = c[1]
						}
						columns = append(columns, value)
					}
					run(t, db, "INSERT INTO outcomes BY NAME SELECT "+strings.Join(columns, ", "))
				}
				got, err := duckdb.Column[int64](context.Background(), db,
					"SELECT id FROM ("+RankOutcomes("SELECT DISTINCT machine, job_id, submit_time FROM outcomes")+") WHERE is_best")
				if err != nil || !slices.Equal(got, []int64{int64(better)}) {
					t.Errorf("%s against %s, unknown %t: row %v, not %d: %v",
						criteria[at][0], criteria[at][1], unknown, got, better, err)
				}
			}
		}
	}
}

func run(t *testing.T, db *duckdb.DB, statements ...string) {
	t.Helper()
	for _, s := range statements {
		if err := db.Exec(context.Background(), s); err != nil {
			t.Fatalf("%.200s: %v", s, err)
		}
	}
}

// manyOutcomes fills some row groups of outcomes in one transaction, as loads do: by and by.
func manyOutcomes(t *testing.T, db *duckdb.DB) {
	t.Helper()
	var values []string
	for _, c := range schema.Outcomes.Columns {
		value := "'text'"
		switch {
		case c.Name == "id":
			value = "i"
		case c.Type == schema.Boolean:
			value = "true"
		case c.Type == schema.Timestamp:
			value = "make_timestamptz(i * 1000000)"
		case c.Type == schema.Date:
			value = "DATE '2026-01-01' + (i // 10000)::INTEGER"
		case c.Type == schema.Integer:
			value = "(hash(i) >> 40)::BIGINT"
		}
		values = append(values, value)
	}
	for from := 0; from < 260_000; from += 20_000 {
		run(t, db, fmt.Sprintf("INSERT INTO outcomes SELECT %s FROM range(%d, %d) t(i)", strings.Join(values, ", "),
			from, from+20_000))
	}
}

// TestFlagsKeepRowGroups pins what loads rely on: to flag one row in a thousand of a transaction costs no room, as its
// row groups stay as they were written, while to delete as many throws them away; and that it is in the file once it is
// committed, not in a write-ahead log, so that it stays if the process dies.
func TestFlagsKeepRowGroups(t *testing.T) {
	const flag = "UPDATE outcomes SET is_job = false WHERE id % 1000 = 7"
	size := map[string]int64{}
	for _, change := range []string{"", flag, "DELETE FROM outcomes WHERE id % 1000 = 7"} {
		path := filepath.Join(t.TempDir(), "t.duckdb")
		db, err := duckdb.Open(t.Context(), path, duckdb.Options{Version: "test", Threads: 1})
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		run(t, db, "BEGIN")
		manyOutcomes(t, db)
		if change != "" {
			run(t, db, change)
		}
		run(t, db, "COMMIT")
		if size[change] = fileBytes(t, path); change == flag {
			survives(t, path)
		}
	}
	t.Log(size)
	if size[flag] > size[""]+size[""]/50 {
		t.Errorf("with flags the file has %d bytes, without %d", size[flag], size[""])
	}
}

// survives opens a copy of a database that is open, as if its process had died.
func survives(t *testing.T, path string) {
	t.Helper()
	copied := filepath.Join(t.TempDir(), "copy.duckdb")
	if logs := dbfile.Logs(path); len(logs) > 0 {
		t.Errorf("the commit left %v", logs)
	}
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(copied, content, 0o600); err != nil {
		t.Fatal(err)
	}
	db, err := duckdb.Open(t.Context(), copied, duckdb.Options{Version: "test", Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for question, want := range map[string]int64{
		"SELECT count(*) FROM jobs": 259_740, "SELECT count(*) FROM superseded": 260,
	} {
		if n, err := db.Number(t.Context(), question); err != nil || n != want {
			t.Errorf("after a kill %s gives %d, not %d: %v", question, n, want, err)
		}
	}
}

func fileBytes(t *testing.T, path string) int64 {
	t.Helper()
	n, err := report.FileSize(path)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func openTest(t *testing.T) *duckdb.DB {
	t.Helper()
	db, err := duckdb.Open(context.Background(), filepath.Join(t.TempDir(), "t.duckdb"),
		duckdb.Options{Version: "test", Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}
