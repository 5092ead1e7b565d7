package duckdbtest

import (
	"context"
	"encoding/hex"
	"slices"
	"strings"
	"testing"

	"pbsduck/duckdb"
	"pbsduck/duckdb/records"
)

// Content is all that a database says, without the numbers that depend on the order in which logs were read and without
// the ledger.
func (f *Fixture) Content() []string {
	f.Helper()
	var all []string
	for _, query := range []string{
		`SELECT 'job', j.* EXCLUDE (id), s.logged_time, s.record_hash FROM jobs j LEFT JOIN job_sources s ON s.job_id = j.id`,
		`SELECT 'node', j.machine, j.job_id, j.submit_time, n.* EXCLUDE (job_id) ` +
			`FROM job_nodes n JOIN jobs j ON j.id = n.job_id`,
		`SELECT 'charge', j.machine, j.job_id, j.submit_time, c.* EXCLUDE (job_id) ` +
			`FROM job_charges c JOIN jobs j ON j.id = c.job_id`,
		`SELECT 'day', day, machine, user_name, account, queue, jobs, unknown_charges, ` +
			`printf('%.9e %.9e %.9e %.9e %.9e %.9e', cpu_hours, gpu_hours, memory_hours, cpu_charge, gpu_charge, ` +
			`memory_charge) FROM daily_summary`,
		`SELECT 'run', r.* EXCLUDE (id), j.job_id, j.submit_time FROM job_runs r LEFT JOIN jobs j ON j.id = r.id`,
		`SELECT 'told run', r.* EXCLUDE (id), j.job_id, j.submit_time FROM told_runs r LEFT JOIN jobs j ON j.id = r.id`,
		`SELECT 'superseded', * EXCLUDE (id, file_id, line, compressed_data) FROM superseded`,
		`SELECT 'superseded node', o.machine, o.job_id, o.submit_time, o.record_hash, n.* EXCLUDE (outcome_id) ` +
			`FROM outcome_nodes n JOIN superseded o ON o.id = n.outcome_id`,
		`SELECT 'event', * EXCLUDE (file_id, line) FROM events`,
		`SELECT 'reject', machine, reason, bytes FROM rejects`,
		`SELECT 'counts', sum(jobs), sum(superseded), sum(events), sum(rejects) FROM log_files`,
	} {
		all = append(all, f.Rows(query)...)
	}
	all = append(all, f.recordsOf("jobs j JOIN job_records r ON r.job_id = j.id")...)
	all = append(all, f.recordsOf("superseded j WHERE compressed_data IS NOT NULL")...)
	slices.Sort(all)
	return all
}

// Records are the raw records by job.
func (f *Fixture) Records() []string {
	return f.recordsOf("jobs j JOIN job_records r ON r.job_id = j.id")
}

// recordsOf are those that a table j has.
func (f *Fixture) recordsOf(table string) []string {
	f.Helper()
	decoder, err := records.NewDecoder(context.Background(), f.DB)
	if err != nil {
		f.Fatal(err)
	}
	var out []string
	for _, row := range f.Rows("SELECT j.machine, j.job_id, j.submit_time, hex(compressed_data) FROM " + table) {
		at := strings.LastIndexByte(row, '|')
		blob, err := hex.DecodeString(row[at+1:])
		if err != nil {
			f.Fatal(err)
		}
		raw, err := decoder.Append(nil, blob)
		if err != nil {
			f.Fatal(row[:at], err)
		}
		out = append(out, "record|"+row[:at]+"|"+string(raw))
	}
	return out
}

// SameContent compares two databases and shows the first rows that differ.
func SameContent(t testing.TB, what string, got, want []string) {
	t.Helper()
	if slices.Equal(got, want) {
		return
	}
	t.Errorf("%s: content differs: %d rows, want %d", what, len(got), len(want))
	shown := 0
	for _, row := range got {
		if _, ok := slices.BinarySearch(want, row); !ok && shown < 4 {
			t.Logf("only got:  %.700s", row)
			shown++
		}
	}
	for _, row := range want {
		if _, ok := slices.BinarySearch(got, row); !ok && shown < 8 {
			t.Logf("only want: %.700s", row)
			shown++
		}
	}
	t.FailNow()
}

// CheckLedger holds invariant 1 for every log.
func (f *Fixture) CheckLedger() {
	f.Helper()
	for _, row := range f.Rows(`SELECT file, lines, jobs, superseded, events, repeats, rejects, continuation_lines
		FROM log_files WHERE lines <> jobs + superseded + events + repeats + rejects + continuation_lines`) {
		f.Errorf("ledger does not add up: %s", row)
	}
	for _, row := range f.Rows(`SELECT l.file, l.jobs, l.superseded, l.events, l.repeats, l.rejects,
		j.n, e.n, s.n, r.n, x.n
		FROM log_files l
		LEFT JOIN (SELECT file_id, count(*) AS n FROM job_sources GROUP BY file_id) j USING (file_id)
		LEFT JOIN (SELECT file_id, count(*) AS n FROM superseded GROUP BY file_id) s USING (file_id)
		LEFT JOIN (SELECT file_id, count(*) AS n FROM events GROUP BY file_id) e USING (file_id)
		LEFT JOIN (SELECT file_id, count(*) AS n FROM repeats GROUP BY file_id) r USING (file_id)
		LEFT JOIN (SELECT file_id, count(*) AS n FROM rejects GROUP BY file_id) x USING (file_id)
		WHERE (l.jobs, l.superseded, l.events, l.repeats, l.rejects) IS DISTINCT FROM
		      (coalesce(j.n, 0), coalesce(s.n, 0), coalesce(e.n, 0), coalesce(r.n, 0), coalesce(x.n, 0))`) {
		f.Errorf("ledger does not count what is there: %s", row)
	}
}

// ContentOf is what a database file says, opened only for that.
func ContentOf(t testing.TB, path string) []string {
	t.Helper()
	db, err := duckdb.Open(context.Background(), path, duckdb.Options{ReadOnly: true, Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	f := &Fixture{t, db}
	f.CheckLedger()
	return f.Content()
}
