package verify_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pbsduck/duckdb"
	"pbsduck/duckdb/charge"
	"pbsduck/duckdb/duckdbtest"
	"pbsduck/duckdb/records"
	"pbsduck/duckdb/verify"
	"pbsduck/ingest/codec"
	"pbsduck/ingest/schema"
	"pbsduck/ingest/site"
)

func failing(findings []verify.Finding) []string {
	var names []string
	for _, f := range findings {
		if !f.OK() {
			names = append(names, f.Name)
		}
	}
	return names
}

// aJob is a job that has no second record anywhere.
const aJob = `(SELECT min(id) FROM jobs j JOIN job_sources s ON s.job_id = j.id
	WHERE NOT is_array_parent AND mem_used_bytes IS NOT NULL AND end_date IS NOT NULL
	AND j.id IN (SELECT job_id FROM job_nodes)
	AND NOT EXISTS (SELECT 1 FROM repeats r WHERE r.record_hash = s.record_hash)
	AND NOT EXISTS (SELECT 1 FROM superseded e WHERE e.job_id = j.job_id))`

func TestVerifyFindsDamage(t *testing.T) {
	base := duckdbtest.Generated(t)
	if findings := duckdbtest.Verified(t, duckdbtest.OpenReading(t, base), verify.Options{}); len(failing(findings)) > 0 {
		t.Fatalf("undamaged: %+v", findings)
	}
	for _, c := range []struct {
		name   string
		damage []string
		want   []string
	}{
		{"changed value", []string{"UPDATE outcomes SET mem_used_bytes = mem_used_bytes + 1 WHERE id = " + aJob},
			[]string{"charges", "records"}},
		{"wrong day", []string{"UPDATE outcomes SET end_date = end_date + 1 WHERE id = " + aJob},
			[]string{"daily_summary", "end_days", "records"}},
		{"no day", []string{"UPDATE outcomes SET end_date = NULL WHERE id = " + aJob},
			[]string{"daily_summary", "end_days", "records"}},
		{"record missing", []string{"DELETE FROM outcome_records WHERE outcome_id = " + aJob}, []string{"outcome_records"}},
		{"record twice", []string{"INSERT INTO outcome_records SELECT * FROM outcome_records WHERE outcome_id = " + aJob},
			[]string{"outcome_records", "records"}},
		{"source missing", []string{"UPDATE outcomes SET file_id = NULL WHERE id = " + aJob},
			[]string{"ledger_counts", "ledger_records", "outcome_records"}},
		{"another job's record", []string{"UPDATE outcome_records SET compressed_data = (SELECT last(compressed_data " +
			"ORDER BY outcome_id) FROM outcome_records) WHERE outcome_id = " + aJob}, []string{"records"}},
		{"blob of another kind",
			[]string{"UPDATE outcome_records SET compressed_data = 'junk'::BLOB WHERE outcome_id = " + aJob},
			[]string{"records"}},
		{"dictionary missing", []string{"DELETE FROM record_dictionaries WHERE machine = 'casper'"},
			[]string{"dictionaries", "records"}},
		{"dictionary damaged", []string{"UPDATE record_dictionaries SET dictionary = 'junk'::BLOB WHERE machine = 'casper'"},
			[]string{"records", "rows"}},
		{"hash changed", []string{"UPDATE outcomes SET record_hash = record_hash + 1 WHERE id = " + aJob},
			[]string{"ledger_records", "records"}},
		{"time changed", []string{"UPDATE outcomes SET logged_time = logged_time + INTERVAL 1 SECOND WHERE id = " + aJob},
			[]string{"records"}},
		{"node missing", []string{"DELETE FROM outcome_nodes WHERE rowid = (SELECT min(rowid) FROM outcome_nodes " +
			"WHERE outcome_id = " + aJob + ")"}, []string{"records"}},
		{"node twice",
			[]string{"INSERT INTO outcome_nodes SELECT * FROM outcome_nodes WHERE outcome_id = " + aJob + " LIMIT 1"},
			[]string{"records"}},
		{"node changed", []string{"UPDATE outcome_nodes SET ncpus = coalesce(ncpus, 0) + 1 WHERE outcome_id = " + aJob},
			[]string{"records"}},
		{"node renamed", []string{"UPDATE outcome_nodes SET node = node || 'x' WHERE outcome_id = " + aJob},
			[]string{"records"}},
		{"job twice", []string{"INSERT INTO outcomes SELECT * REPLACE (id + 1000000 AS id) FROM outcomes WHERE id = " + aJob},
			[]string{"daily_summary", "job_charges", "job_keys", "ledger_counts", "ledger_records", "outcome_records",
				"outcome_repeats"}},
		{"job twice, under an absurd number",
			[]string{"INSERT INTO outcomes SELECT * REPLACE (9223372036854775807 AS id) FROM outcomes WHERE id = " + aJob,
				"INSERT INTO outcomes SELECT * REPLACE (-9223372036854775807 AS id) FROM outcomes WHERE id = " + aJob},
			[]string{"daily_summary", "job_charges", "job_keys", "ledger_counts", "ledger_records", "outcome_records",
				"outcome_repeats"}},
		{"row twice", []string{"INSERT INTO outcomes SELECT * FROM outcomes WHERE id = " + aJob}, []string{"daily_summary",
			"job_keys", "ledger_counts", "ledger_records", "outcome_ids", "outcome_records",
			"outcome_repeats", "records"}},
		{"runs of array parents", []string{`CREATE OR REPLACE VIEW job_runs AS
			SELECT id, machine, job_id, submit_time, 1 AS run, 1 AS phase, 'last' AS kind, start_time, end_time,
			date_diff('second', start_time, end_time) AS held_s, walltime_used_s, ncpus, ngpus, nodect, mem_requested_bytes,
			exit_status, exit_class AS ended, user_name, account, queue FROM jobs`}, []string{"definitions"}},
		{"orphans", []string{"DELETE FROM outcomes WHERE id = " + aJob},
			[]string{"daily_summary", "ledger_counts", "ledger_records", "orphans", "outcome_records"}},
		{"ledger: lines", []string{"UPDATE log_files SET lines = lines + 1 WHERE file_id = 1"},
			[]string{"ledger_sums", "rows"}},
		{"ledger: events", []string{"UPDATE log_files SET events = events - 1 WHERE file_id = 1"},
			[]string{"ledger_counts", "ledger_sums"}},
		{"ledger: a pair that cancels out",
			[]string{"UPDATE log_files SET events = events - 1, repeats = repeats + 1 WHERE file_id = 1"},
			[]string{"ledger_counts"}},
		{"ledger: log missing", []string{"DELETE FROM log_files WHERE file_id = 1"},
			[]string{"ledger_counts", "ledger_logs"}},
		{"ledger: log twice", []string{"INSERT INTO log_files SELECT * REPLACE (99 AS file_id, 0 AS lines, 0 AS jobs, " +
			"0 AS superseded, 0 AS events, 0 AS repeats, 0 AS rejects, 0 AS continuation_lines) " +
			"FROM log_files WHERE file_id = 1"},
			[]string{"ledger_logs", "ledger_records", "rows"}},
		{"event twice", []string{"INSERT INTO events SELECT * FROM events WHERE type = 'S' LIMIT 1"},
			[]string{"event_repeats", "ledger_counts", "ledger_records"}},
		{"event missing", []string{"DELETE FROM events WHERE rowid = (SELECT min(e.rowid) FROM events e ANTI JOIN repeats " +
			"USING (record_hash) WHERE type = 'S')"}, []string{"ledger_counts", "ledger_records"}},
		{"reject twice", []string{"INSERT INTO rejects SELECT * FROM rejects LIMIT 1"},
			[]string{"ledger_counts", "ledger_records", "reject_repeats"}},
		{"repeat of nothing", []string{"UPDATE repeats SET record_hash = 1 WHERE rowid = (SELECT min(rowid) FROM repeats)"},
			[]string{"ledger_records", "repeats"}},
		{"a loser that should win",
			[]string{"UPDATE outcomes SET run_count = 1000000 WHERE id = (SELECT min(id) FROM superseded)"},
			[]string{"records", "winners"}},
		{"a loser without a winner", []string{"UPDATE outcomes SET submit_time = submit_time - INTERVAL 1 YEAR " +
			"WHERE id = (SELECT min(id) FROM superseded)"}, []string{"records", "told_runs", "winners"}},
		{"a loser flagged as the job",
			[]string{"UPDATE outcomes SET is_job = true WHERE id = (SELECT min(id) FROM superseded)"},
			[]string{"daily_summary", "job_charges", "job_keys", "job_runs", "ledger_counts", "outcome_flags", "told_runs"}},
		{"a job that is not flagged", []string{"UPDATE outcomes SET is_job = false WHERE id = " + aJob},
			[]string{"daily_summary", "ledger_counts", "orphans", "outcome_flags", "told_runs", "winners"}},
		{"a run missing", []string{"DELETE FROM told_runs WHERE rowid = (SELECT min(rowid) FROM told_runs " +
			"WHERE kind = 'requeued' AND id IS NOT NULL)"}, []string{"job_runs", "told_runs"}},
		{"a run twice", []string{"INSERT INTO told_runs SELECT * FROM told_runs WHERE kind = 'requeued' LIMIT 1"},
			[]string{"job_runs", "told_runs"}},
		{"a run changed", []string{"UPDATE told_runs SET account = 'other' WHERE rowid = (SELECT min(rowid) FROM told_runs " +
			"WHERE kind = 'last')"}, []string{"told_runs"}},
		{"runs of a job that they are not of",
			[]string{"UPDATE told_runs SET id = " + aJob + " WHERE id = (SELECT min(id) FROM told_runs)"},
			[]string{"job_runs", "told_runs"}},
		{"a record flagged otherwise", []string{"UPDATE outcome_records SET is_job = NOT is_job WHERE outcome_id = " + aJob},
			[]string{"outcome_flags"}},
		{"a node flagged otherwise",
			[]string{"UPDATE outcome_nodes SET is_job = NOT is_job WHERE rowid = (SELECT min(rowid) FROM outcome_nodes)"},
			[]string{"outcome_flags"}},
		{"a job that is superseded too", []string{"INSERT INTO outcomes " +
			"SELECT * REPLACE (id + 1000000 AS id, false AS is_job) FROM outcomes WHERE id = " + aJob},
			[]string{"ledger_counts", "ledger_records", "outcome_records", "outcome_repeats", "told_runs"}},
		{"charge missing", []string{"DELETE FROM job_charges WHERE job_id = " + aJob},
			[]string{"daily_summary", "job_charges"}},
		{"charge twice", []string{"INSERT INTO job_charges SELECT * FROM job_charges WHERE job_id = " + aJob},
			[]string{"daily_summary", "job_charges"}},
		{"charge changed", []string{"UPDATE job_charges SET cpu_hours = cpu_hours * 1.001 + 1 WHERE job_id = " + aJob},
			[]string{"charges", "daily_summary"}},
		{"an array parent charged",
			[]string{"UPDATE job_charges SET cpu_hours = 1 WHERE job_id = (SELECT min(id) FROM jobs WHERE is_array_parent)"},
			[]string{"charges", "daily_summary"}},
		{"an array parent charged without rules", []string{"UPDATE job_charges " +
			"SET rule_version = NULL, memory_hours = NULL WHERE job_id = (SELECT min(id) FROM jobs WHERE is_array_parent)"},
			[]string{"charges", "daily_summary"}},
		{"charge of no job", []string{"INSERT INTO job_charges SELECT * REPLACE (-1 AS job_id) FROM job_charges LIMIT 1"},
			[]string{"orphans"}},
		{"rules missing", []string{"DELETE FROM charge_rules WHERE machine = 'casper'"}, []string{"charges"}},
		{"rules changed", []string{"UPDATE charge_rules SET gpu_hours = '7'"}, []string{"charges", "rows"}},
		{"summary row missing", []string{"DELETE FROM daily_summary WHERE rowid = (SELECT min(rowid) FROM daily_summary)"},
			[]string{"daily_summary"}},
		{"summary row twice", []string{"INSERT INTO daily_summary SELECT * REPLACE (0 AS jobs, 0 AS array_parents, " +
			"0 AS cpu_hours, 0 AS gpu_hours, 0 AS memory_hours, 0 AS cpu_charge, 0 AS gpu_charge, 0 AS memory_charge, " +
			"0 AS unknown_charges) FROM daily_summary LIMIT 1"}, []string{"daily_summary"}},
		{"summary of no jobs",
			[]string{"INSERT INTO daily_summary SELECT * REPLACE ('nobody' AS user_name) FROM daily_summary LIMIT 1"},
			[]string{"daily_summary"}},
		{"array parents miscounted", []string{"UPDATE daily_summary SET array_parents = array_parents + 1 " +
			"WHERE rowid = (SELECT min(rowid) FROM daily_summary)"}, []string{"daily_summary"}},
		{"sum off by a millionth", []string{"UPDATE daily_summary SET memory_charge = memory_charge * 1.000001 " +
			"WHERE rowid = (SELECT arg_max(rowid, memory_charge) FROM daily_summary)"}, []string{"daily_summary"}},
		{"NULL", []string{"ALTER TABLE events ALTER COLUMN line DROP NOT NULL", "UPDATE events SET line = NULL " +
			"WHERE rowid = (SELECT min(rowid) FROM events)"}, []string{"definitions", "ledger_records", "required"}},
		{"bytes of an event", []string{"UPDATE events SET raw = raw || 'x'::BLOB WHERE rowid = (SELECT min(rowid) " +
			"FROM events WHERE raw IS NOT NULL)"}, []string{"hashes", "rows"}},
		{"bytes of a reject",
			[]string{"UPDATE rejects SET bytes = bytes || 'x'::BLOB WHERE rowid = (SELECT min(rowid) FROM rejects)"},
			[]string{"hashes", "rows"}},
		{"hash of a reject", []string{"UPDATE rejects SET record_hash = record_hash + 1 WHERE rowid = (SELECT min(rowid) " +
			"FROM rejects ANTI JOIN repeats USING (record_hash))"}, []string{"hashes", "ledger_records", "rows"}},
		{"table missing", []string{"DROP TABLE rejects"}, []string{"definitions", "hashes", "ledger_counts", "ledger_logs",
			"ledger_records", "reject_repeats", "repeats", "required", "rows"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			findings := duckdbtest.Verified(t,
				duckdbtest.OpenReading(t, duckdbtest.Damaged(t, base, c.damage...)), verify.Options{})
			got := failing(findings)
			slices.Sort(got)
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("failing checks (-want +got):\n%s", diff)
			}
			for _, f := range findings {
				if f.Rows > 0 && len(f.First) == 0 {
					t.Errorf("%s tells no row of %d", f.Name, f.Rows)
				}
			}
		})
	}
}

// TestVerifyTellsEachDefinition changes what the catalogue says, here and there.
func TestVerifyTellsEachDefinition(t *testing.T) {
	base := duckdbtest.Generated(t)
	told := map[string]string{
		"CREATE OR REPLACE VIEW users AS SELECT machine, user_name, 0 AS jobs, now() AS first_end, now() AS last_end, " +
			"0.0 AS cpu_hours FROM jobs": "view users asks another question",
		"DROP VIEW queues":                               "view queues is missing",
		"COMMENT ON VIEW jobs IS 'Another.'":             `view jobs has the comment "Another."`,
		"COMMENT ON TABLE outcomes IS 'Another.'":        `table outcomes has the comment "Another."`,
		"COMMENT ON COLUMN jobs.ngpus IS NULL":           `column jobs.ngpus has the comment ""`,
		"COMMENT ON VIEW job_details IS NULL":            `view job_details has the comment ""`,
		"COMMENT ON COLUMN accounts.jobs IS 'x'":         `column accounts.jobs has the comment "x"`,
		"ALTER TABLE allocations ADD COLUMN more BIGINT": "column allocations.more is none that this program makes",
		"ALTER TABLE repeats ALTER COLUMN line " +
			"SET DATA TYPE INTEGER": "column repeats.line is number 3, INTEGER NOT NULL, not number 3, BIGINT NOT NULL",
		"ALTER TABLE outcome_nodes ALTER COLUMN node DROP NOT NULL": "column outcome_nodes.node is number 2, VARCHAR, not",
		"ALTER TABLE outcomes ALTER COLUMN ncpus SET DEFAULT 1":     "column outcomes.ncpus is number",
		"DELETE FROM site_columns":                                  "row site_columns.priority is missing",
		"ALTER TABLE log_files RENAME COLUMN loaded_by TO loader":   "column log_files.loaded_by is missing",
	}
	findings := duckdbtest.Verified(t,
		duckdbtest.OpenReading(t, duckdbtest.Damaged(t, base, slices.Collect(maps.Keys(told))...)),
		verify.Options{Limit: 100})
	at := slices.IndexFunc(findings, func(f verify.Finding) bool { return f.Name == "definitions" })
	all := strings.Join(findings[at].First, "\n")
	for damage, want := range told {
		if !strings.Contains(all, want) {
			t.Errorf("%s: not told %q; told were:\n%s", damage, want, all)
		}
	}
}

// TestVerifyComparesEveryColumn changes every column of jobs in a job of its own, and expects to be told each.
func TestVerifyComparesEveryColumn(t *testing.T) {
	base := duckdbtest.Generated(t)
	var columns []string
	damage := []string{"CREATE TABLE touched (name VARCHAR, id BIGINT)"}
	for _, c := range schema.Jobs.Columns[2:] { // without id and machine, which say what a row is
		value := "NULL"
		switch {
		case c.Type == schema.Boolean:
			value = "NOT " + c.Name
		case c.NotNull && c.Type == schema.Text:
			value = c.Name + " || 'x'"
		case c.NotNull:
			value = c.Name + " + INTERVAL 1 SECOND"
		}
		columns = append(columns, c.Name)
		damage = append(damage,
			fmt.Sprintf("INSERT INTO touched SELECT '%[1]s', min(id) FROM jobs "+
				"WHERE %[1]s IS NOT NULL AND id NOT IN (SELECT id FROM touched)", c.Name),
			fmt.Sprintf("UPDATE outcomes SET %[1]s = %[2]s WHERE id = (SELECT id FROM touched WHERE name = '%[1]s')",
				c.Name, value))
	}
	var told []string
	for _, f := range duckdbtest.Verified(t, duckdbtest.OpenReading(t, duckdbtest.Damaged(t, base, damage...)),
		verify.Options{Limit: 1000}) {
		if f.Name == "records" {
			told = f.First
		}
	}
	all := strings.Join(told, "\n")
	for _, name := range columns {
		if !strings.Contains(all, "outcomes."+name+" is ") {
			t.Errorf("a change of %s is not told; told were:\n%s", name, all)
		}
	}
}

// changed is SQL for another value of a column.
func changed(c schema.Column) string {
	return fmt.Sprintf(map[schema.Type]string{
		schema.Text: "coalesce(%[1]s, '') || 'x'", schema.Bytes: "coalesce(%[1]s, ''::BLOB) || 'x'::BLOB",
		schema.Boolean: "NOT %[1]s", schema.Integer: "coalesce(%[1]s, 0) + 1", schema.Float: "coalesce(%[1]s, 0) + 1",
		schema.Timestamp: "coalesce(%[1]s, now()) + INTERVAL 1 SECOND", schema.Date: "coalesce(%[1]s, current_date) + 1",
	}[c.Type], c.Name)
}

// TestVerifyTellsEachColumn changes a value in each column of tables whose rows are checked one by one, each in a row
// of its own, and expects that so many rows are told.
func TestVerifyTellsEachColumn(t *testing.T) {
	db := writable(t)
	fillSiteTables(t, db)
	if got := failing(duckdbtest.Verified(t, db, verify.Options{Quick: true, Workers: 1})); got != nil {
		t.Fatalf("undamaged: %v", got)
	}
	tellEach(t, db, map[string]string{schema.JobCharges.Name: "charges", schema.DailySummary.Name: "daily_summary"})
	checked := map[string]string{}
	for _, table := range schema.Tables {
		if table.HasCheck() {
			checked[table.Name] = "rows: table=" + table.Name
		}
	}
	tellEach(t, db, checked)
}

// tellEach changes the columns of some tables, and expects that so many rows are told by the check of each table, in
// lines that begin as said.
func tellEach(t *testing.T, db *duckdb.DB, toldBy map[string]string) {
	t.Helper()
	do(t, db, "BEGIN")
	defer do(t, db, "ROLLBACK")
	want := map[string]int{}
	for _, table := range schema.Tables {
		check := toldBy[table.Name]
		if check == "" {
			continue
		}
		for n := len(table.Columns); n > 0 && table.HasCheck(); n -= 10 { // rows enough
			do(t, db, fmt.Sprintf("INSERT INTO %[1]s SELECT x.* FROM range(10), (SELECT * FROM %[1]s LIMIT 1) x", table.Name))
		}
		for i, c := range table.Columns {
			if name := table.Name + "." + c.Name; name == "job_charges.job_id" || readAt[name] {
				continue
			}
			do(t, db, fmt.Sprintf("UPDATE %[1]s SET %[2]s = %[3]s "+
				"WHERE rowid = (SELECT rowid FROM %[1]s ORDER BY rowid LIMIT 1 OFFSET %[4]d)",
				table.Name, c.Name, changed(c), i))
			want[check]++
		}
	}
	got := map[string]int{}
	for _, f := range duckdbtest.Verified(t, db, verify.Options{Quick: true, Workers: 1, Limit: 1000}) {
		for _, line := range f.First {
			got[f.Name]++
			got[f.Name+": "+strings.Split(line, " ")[0]]++
		}
	}
	for check, n := range want {
		if got[check] < n {
			t.Errorf("%s: %d of %d changed rows are told", check, got[check], n)
		}
	}
}

// readAt are the columns that say where a record was read, or how many records of a log are where: they change when a
// record is found in another log too.
var readAt = map[string]bool{"outcomes.file_id": true, "outcomes.line": true, "events.file_id": true,
	"events.line": true, "rejects.file_id": true, "rejects.file": true, "rejects.line": true,
	"log_files.jobs": true, "log_files.superseded": true, "log_files.events": true, "log_files.repeats": true,
	"log_files.rejects": true}

// TestVerifyTellsWhereARecordWasRead changes that, table by table.
func TestVerifyTellsWhereARecordWasRead(t *testing.T) {
	db := writable(t)
	for _, table := range []schema.Table{schema.Outcomes, schema.Events, schema.Rejects, schema.Repeats} {
		for _, c := range table.Columns {
			name := table.Name + "." + c.Name
			if !readAt[name] && table.Name != schema.Repeats.Name {
				continue
			}
			do(t, db, "BEGIN")
			do(t, db, fmt.Sprintf("UPDATE %[1]s SET %[2]s = %[3]s WHERE rowid = (SELECT max(rowid) FROM %[1]s)",
				table.Name, c.Name, changed(c)))
			if got := failing(duckdbtest.Verified(t, db, verify.Options{Quick: true, Workers: 1})); got == nil {
				t.Errorf("a change of %s is not told", name)
			}
			do(t, db, "ROLLBACK")
		}
	}
}

// writable is a database that may be damaged.
func writable(t *testing.T) *duckdb.DB {
	t.Helper()
	db, err := duckdb.Open(t.Context(), duckdbtest.Damaged(t, duckdbtest.Generated(t)), duckdb.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

// fillSiteTables gives rows to the tables that no log fills.
func fillSiteTables(t *testing.T, db *duckdb.DB) {
	t.Helper()
	day := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	if err := charge.ReplaceAllocations(t.Context(), db,
		[]charge.Allocation{{Account: "a", Machine: "m", Hours: 1, From: day, To: day}}); err != nil {
		t.Fatal(err)
	}
	config, err := site.Parse("t.toml", []byte("[[machines]]\nname = 'other'\n[machines.cpu_types]\nmain = 'milan'\n"))
	if err == nil {
		err = charge.Configure(t.Context(), db, config, "other")
	}
	if err != nil {
		t.Fatal(err)
	}
}

func do(t *testing.T, db *duckdb.DB, statement string) {
	t.Helper()
	reader, err := db.Query(t.Context(), statement)
	if err != nil {
		t.Fatal(err)
	}
	reader.Release()
}

// TestDamagedBlob changes bytes of one blob: that job fails by name, all others are readable.
func TestDamagedBlob(t *testing.T) {
	base := duckdbtest.Generated(t)
	path := duckdbtest.Damaged(t, base, "UPDATE outcome_records "+
		"SET compressed_data = compressed_data[1:20] || '\\x00\\x00\\x00'::BLOB || compressed_data[24:] WHERE outcome_id = 5")
	keys := duckdbtest.AllKeys(t, path, "jobs")
	db := duckdbtest.OpenReading(t, path)
	for _, k := range keys {
		r, err := records.Raw(t.Context(), db, k)
		switch {
		case k.Number != 5 && err != nil:
			t.Errorf("%s: %v", k, err)
		case k.Number != 5 && !bytes.Contains(r.Bytes, []byte(k.JobID)):
			t.Errorf("%s: another record: %.60q", k, r.Bytes)
		case k.Number == 5 && (!errors.Is(err, codec.ErrCorrupt) || !strings.Contains(err.Error(), k.JobID) ||
			!strings.Contains(err.Error(), "outcome_records")):
			t.Errorf("damaged: %v", err)
		}
	}
	for _, f := range duckdbtest.Verified(t, db, verify.Options{}) {
		if f.Name == "records" && (f.Rows != 1 || !strings.Contains(f.First[0], "id 5)")) {
			t.Errorf("%d rows: %q", f.Rows, f.First)
		}
	}
}

func TestVerifyTellsProgress(t *testing.T) {
	last, whole, named := int64(-1), int64(0), []string{}
	duckdbtest.Verified(t, duckdbtest.OpenReading(t, duckdbtest.Generated(t)), verify.Options{
		Workers:  1,
		Checking: func(c verify.Check) { named = append(named, c.Name) },
		Progress: func(done, total int64) {
			if whole != 0 && total != whole || done < last || done > total {
				t.Errorf("%d of %d after %d of %d", done, total, last, whole)
			}
			last, whole = done, total
		},
	})
	if last != whole || whole == 0 || len(named) != len(verify.Checks(false)) {
		t.Errorf("%d of %d, checks %v", last, whole, named)
	}
}

func TestVerifyStops(t *testing.T) {
	db := duckdbtest.OpenReading(t, duckdbtest.Generated(t))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := verify.Run(ctx, db, verify.Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled verify gives %v", err)
	}
}

func TestVerifyEmpty(t *testing.T) {
	path := filepath.Join(t.TempDir(), "empty.duckdb")
	db, err := duckdb.Open(t.Context(), path, duckdb.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if got := failing(duckdbtest.Verified(t, db, verify.Options{})); got != nil {
		t.Errorf("an empty database fails %v", got)
	}
}
