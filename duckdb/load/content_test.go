package load_test

import (
	"context"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pbsduck/duckdb"
	"pbsduck/duckdb/load"
	"pbsduck/duckdb/records"
	"pbsduck/ingest/generate"
	"pbsduck/ingest/source"
)

const zoneName = "America/Denver"

func denver(t testing.TB) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation(zoneName)
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

// fixture is a database in a folder of the test's own.
type fixture struct {
	testing.TB
	db *duckdb.DB
}

func newFixture(t testing.TB) *fixture {
	t.Helper()
	return openFixture(t, filepath.Join(t.TempDir(), "test.duckdb"))
}

func openFixture(t testing.TB, path string) *fixture {
	t.Helper()
	return openWith(t, path, duckdb.Options{})
}

func openWith(t testing.TB, path string, o duckdb.Options) *fixture {
	t.Helper()
	if path != "" && len(o.Site.Columns) == 0 && o.Site.Priority == "" && !o.ReadOnly {
		beginEmpty(t, path)
	}
	o.Version, o.Threads = "test", 1
	db, err := duckdb.Open(context.Background(), path, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return &fixture{t, db}
}

// beginEmpty begins a database, where there is none, with a copy of an empty one:
// to make one takes ten times as long, mostly to write the comments.
func beginEmpty(t testing.TB, path string) {
	t.Helper()
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		return
	}
	data, err := emptyDatabase()
	if err == nil {
		err = os.WriteFile(path, data, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

var emptyDatabase = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "pbsduck")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "empty.duckdb")
	db, err := duckdb.Open(context.Background(), path, duckdb.Options{Version: "test", Threads: 1})
	if err != nil {
		return nil, err
	}
	if err := db.Close(); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
})

// load takes logs in as machine m.
func (f *fixture) load(o load.Options, paths ...string) *load.Summary {
	f.Helper()
	logs, err := source.Find(paths, source.FindOptions{})
	if err != nil {
		f.Fatal(err)
	}
	if o.Machine == "" {
		o.Machine = "m"
	}
	if o.Zone == "" {
		o.Zone = zoneName
	}
	o.Now = time.Unix(0, 0)
	s, err := load.Run(context.Background(), f.db, logs, o)
	if err != nil {
		f.Fatal(err)
	}
	return s
}

// rows gives the rows of a question as text.
func (f *fixture) rows(query string) []string {
	f.Helper()
	reader, err := f.db.Query(context.Background(), query)
	if err != nil {
		f.Fatal(err)
	}
	defer reader.Release()
	var out []string
	for reader.Next() {
		rec := reader.RecordBatch()
		for i := range int(rec.NumRows()) {
			var cells []string
			for _, column := range rec.Columns() {
				cells = append(cells, strings.Clone(column.ValueStr(i))) // its bytes go with the reader
			}
			out = append(out, strings.Join(cells, "|"))
		}
	}
	if err := reader.Err(); err != nil {
		f.Fatal(err)
	}
	return out
}

// content is all that a database says, without the numbers that depend on the
// order in which logs were read and without the ledger.
func (f *fixture) content() []string {
	f.Helper()
	var all []string
	for _, query := range []string{
		`SELECT 'job', j.* EXCLUDE (id), s.logged_time, s.record_hash FROM jobs j LEFT JOIN job_sources s ON s.job_id = j.id`,
		`SELECT 'node', j.machine, j.job_id, j.submit_time, n.* EXCLUDE (job_id) FROM job_nodes n JOIN jobs j ON j.id = n.job_id`,
		`SELECT 'charge', j.machine, j.job_id, j.submit_time, c.* EXCLUDE (job_id) FROM job_charges c JOIN jobs j ON j.id = c.job_id`,
		`SELECT 'day', day, machine, user_name, account, queue, jobs, unknown_charges, printf('%.9e %.9e %.9e %.9e %.9e %.9e', cpu_hours, gpu_hours, memory_hours, cpu_charge, gpu_charge, memory_charge) FROM daily_summary`,
		`SELECT 'run', r.* EXCLUDE (id), j.job_id, j.submit_time FROM job_runs r LEFT JOIN jobs j ON j.id = r.id`,
		`SELECT 'told run', r.* EXCLUDE (id), j.job_id, j.submit_time FROM told_runs r LEFT JOIN jobs j ON j.id = r.id`,
		`SELECT 'superseded', * EXCLUDE (id, file_id, line, compressed_data) FROM superseded`,
		`SELECT 'superseded node', o.machine, o.job_id, o.submit_time, o.record_hash, n.* EXCLUDE (outcome_id) FROM outcome_nodes n JOIN superseded o ON o.id = n.outcome_id`,
		`SELECT 'event', * EXCLUDE (file_id, line) FROM events`,
		`SELECT 'reject', machine, reason, bytes FROM rejects`,
		`SELECT 'counts', sum(jobs), sum(superseded), sum(events), sum(rejects) FROM log_files`,
	} {
		all = append(all, f.rows(query)...)
	}
	all = append(all, f.recordsOf("jobs j JOIN job_records r ON r.job_id = j.id")...)
	all = append(all, f.recordsOf("superseded j WHERE compressed_data IS NOT NULL")...)
	slices.Sort(all)
	return all
}

// records are the raw records by job.
func (f *fixture) records() []string {
	return f.recordsOf("jobs j JOIN job_records r ON r.job_id = j.id")
}

// recordsOf are those that a table j has.
func (f *fixture) recordsOf(table string) []string {
	f.Helper()
	decoder, err := records.NewDecoder(context.Background(), f.db)
	if err != nil {
		f.Fatal(err)
	}
	var out []string
	for _, row := range f.rows("SELECT j.machine, j.job_id, j.submit_time, hex(compressed_data) FROM " + table) {
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

// sameContent compares two databases and shows the first rows that differ.
func sameContent(t testing.TB, what string, got, want []string) {
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

// checkLedger holds invariant 1 for every log.
func (f *fixture) checkLedger() {
	f.Helper()
	for _, row := range f.rows(`SELECT file, lines, jobs, superseded, events, repeats, rejects, continuation_lines FROM log_files
		WHERE lines <> jobs + superseded + events + repeats + rejects + continuation_lines`) {
		f.Errorf("ledger does not add up: %s", row)
	}
	for _, row := range f.rows(`SELECT l.file, l.jobs, l.superseded, l.events, l.repeats, l.rejects, j.n, e.n, s.n, r.n, x.n
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

// logs makes a few days of logs with everything in them, and gives the days in
// order.
func logs(t testing.TB, jobs int, hostile bool) (dir string, days []string) {
	t.Helper()
	dir = t.TempDir()
	_, err := generate.Run(context.Background(), generate.Options{
		Dir: dir, Profiles: []string{"derecho"}, Days: 3, Jobs: jobs, Seed: 7, Hostile: hostile,
		Start: time.Date(2026, 10, 31, 0, 0, 0, 0, time.UTC), // the clocks change on the next day
	})
	if err != nil {
		t.Fatal(err)
	}
	days, err = filepath.Glob(filepath.Join(dir, "derecho", "*"))
	if err != nil || len(days) != 3 {
		t.Fatal(days, err)
	}
	return dir, days
}
