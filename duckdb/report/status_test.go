package report_test

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/google/go-cmp/cmp"

	"pbsduck/duckdb"
	"pbsduck/duckdb/duckdbtest"
	"pbsduck/duckdb/report"
)

const oneJob = "01/01/2026 10:00:00;E;7.srv;user=user0001 ctime=1767258000 end=1767261600 run_count=1\n"

// statusRows asks a question and gives the rows by column.
func statusRows(
	t *testing.T, db *duckdb.DB, ask func(context.Context, *duckdb.DB) (array.RecordReader, error),
) []map[string]any {
	t.Helper()
	reader, err := ask(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Release()
	var all []map[string]any
	for reader.Next() {
		text, err := reader.RecordBatch().MarshalJSON()
		if err != nil {
			t.Fatal(err)
		}
		var rows []map[string]any
		if err := json.Unmarshal(text, &rows); err != nil {
			t.Fatal(err)
		}
		all = append(all, rows...)
	}
	if reader.Err() != nil {
		t.Fatal(reader.Err())
	}
	return all
}

func pick(row map[string]any, names ...string) []any {
	var out []any
	for _, name := range names {
		v, ok := row[name]
		if !ok {
			v = "no column " + name
		}
		out = append(out, v)
	}
	return out
}

func TestStatusMachines(t *testing.T) {
	path := filepath.Join(t.TempDir(), "status.duckdb")
	for machine, logs := range map[string]map[string]string{
		"days": {
			"20251230": "12/30/2025 10:00:00;Q;1.srv;queue=main\n",
			"20251231": "12/31/2025 10:00:00;Q;2.srv;queue=main\n",
			"20260101": oneJob + oneJob,
			"20260105": "01/05/2026 10:00:00;Q;3.srv;queue=main\n",
			"20260107": "01/07/2026 10:00:00;Q;5.srv;queue=main\n",
			"20260302": "03/02/2026 10:00:00;Q;6.srv;queue=main\n03/02/2026 10:00:01;Q;4.s", // 25 bytes wait
			"20260301": oneJob,                                                              // again
			"notes":    "01/01/2020 10:00:00;Q;8.srv;queue=main\n",
		},
		"whole": {"accounting": "no record\n" + oneJob},
	} {
		dir := t.TempDir()
		for name, text := range logs {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		duckdbtest.Load(t, path, machine, duckdbtest.Zone, dir)
	}
	db := duckdbtest.OpenReading(t, path)
	rows := statusRows(t, db, report.Machines)
	if len(rows) != 2 {
		t.Fatal(rows)
	}
	want := [][]any{
		{"days", "2020-01-01", "2026-03-02", 8.0, 1.0, 6.0, 2.0, 0.0, 25.0, 5.0,
			"2025-12-30..31 2026-01-05 2026-01-07 2026-03-02", "2026-01-02..04 2026-01-06 2026-01-08..02-28"},
		{"whole", "2026-01-01", "2026-01-01", 1.0, 1.0, 0.0, 0.0, 1.0, 0.0, 0.0, nil, nil},
	}
	for i := range rows {
		got := pick(rows[i], "machine", "first_day", "last_day", "logs", "jobs", "events", "repeats",
			"rejects", "waiting_bytes",
			"days_without_jobs", "without_jobs", "missing")
		if diff := cmp.Diff(want[i], got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
	if files := statusRows(t, db, report.Files); len(files) != 9 || files[0]["name"] != "20251230" {
		t.Errorf("ledger: %v", files)
	}
}

func TestStatusSizes(t *testing.T) {
	path := duckdbtest.Generated(t)
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	db := duckdbtest.OpenReading(t, path)
	database := statusRows(t, db, report.Database)[0]
	if got := pick(database, "bytes", "schema_version", "storage_version", "made_by"); got[0] != float64(info.Size()) ||
		got[1] != float64(duckdb.SchemaVersion) || got[2] != duckdb.StorageVersion+"+" || got[3] != "pbsduck test" {
		t.Errorf("%v", got)
	}
	if ratio, ok := database["record_ratio"].(float64); !ok || ratio < 0.02 || ratio > 0.5 {
		t.Errorf("record_ratio %v", database["record_ratio"])
	}
	var total float64
	rows := map[string]float64{}
	for _, r := range statusRows(t, db, report.Sizes) {
		total += r["bytes"].(float64)
		rows[r["table"].(string)] = r["rows"].(float64)
	}
	if total > float64(info.Size()) || total < float64(info.Size())/4 {
		t.Errorf("tables take %.0f bytes of %s", total, strconv.FormatInt(info.Size(), 10))
	}
	if rows["outcomes"] == 0 || rows["outcomes"] != rows["outcome_records"] || rows["outcome_nodes"] < rows["outcomes"]/2 {
		t.Errorf("%v", rows)
	}
}
