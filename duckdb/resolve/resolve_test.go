package resolve_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pbsduck/duckdb"
	"pbsduck/duckdb/duckdbtest"
	"pbsduck/duckdb/load"
	"pbsduck/duckdb/resolve"
	"pbsduck/export/parts"
	"pbsduck/ingest/corpus"
	"pbsduck/ingest/schema"
	"pbsduck/ingest/site"
	"pbsduck/ingest/source"
)

// parse parses each log of a machine alone, the last one first.
func parse(t *testing.T, into, machine, logs string, s schema.Site) {
	t.Helper()
	folder, err := parts.Open(into, s)
	if err != nil {
		t.Fatal(err)
	}
	found, err := source.Find([]string{logs}, source.FindOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for _, log := range slices.Backward(found) {
		done, err := folder.Write(t.Context(), parts.Log{Log: log, Machine: machine, Zone: duckdbtest.Zone}, 2)
		if err != nil || done.Bad != nil {
			t.Fatal(err, done.Bad)
		}
	}
}

// rebuilt is a database of the logs, as a rebuild reads them.
func rebuilt(t *testing.T, path, machine, logs string, config *site.Config) {
	t.Helper()
	var s schema.Site
	if config != nil {
		s = config.Site
	}
	db, err := duckdb.Open(t.Context(), path, duckdb.Options{Site: s})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	found, err := source.Find([]string{logs}, source.FindOptions{})
	if err != nil {
		t.Fatal(err)
	}
	summary, err := load.Run(t.Context(), db, found,
		load.Options{Machine: machine, Zone: duckdbtest.Zone, Final: true, Config: config})
	if err != nil || len(summary.Failed) > 0 {
		t.Fatal(err, summary.Failed)
	}
}

// compared are questions that give the same of both databases; of jobs all but their numbers.
var compared = map[string]string{
	"jobs": "SELECT * EXCLUDE (id) FROM %s.jobs",
	"nodes": "SELECT j.machine, j.job_id, j.submit_time, n.* EXCLUDE (job_id) FROM %[1]s.job_nodes n JOIN %[1]s.jobs j " +
		"ON j.id = n.job_id",
	"runs": "SELECT r.* EXCLUDE (id), r.id IS NULL FROM %[1]s.job_runs r",
	"whose runs": "SELECT j.machine, j.job_id, j.submit_time, r.run, r.phase FROM %[1]s.job_runs r " +
		"JOIN %[1]s.jobs j ON j.id = r.id",
	"events": "SELECT * EXCLUDE (file_id, line, row_check) FROM %s.events",
	"charges": "SELECT j.machine, j.job_id, j.submit_time, c.* EXCLUDE (job_id) FROM %[1]s.job_charges c " +
		"JOIN %[1]s.jobs j ON j.id = c.job_id",
	"daily_summary": "SELECT * REPLACE (round(cpu_hours, 6) AS cpu_hours, round(gpu_hours, 6) AS gpu_hours, " +
		"round(memory_hours, 6) AS memory_hours, round(cpu_charge, 6) AS cpu_charge, round(gpu_charge, 6) AS gpu_charge, " +
		"round(memory_charge, 6) AS memory_charge) FROM %s.daily_summary",
	"machines": "SELECT * FROM %s.machines",
	"months":   "SELECT machine, month FROM %s.changed_months",
}

// agree settles the parts, and compares what that gives with a database; then it has them settled elsewhere, and looks
// at what is made of that, too.
func agree(t *testing.T, dir, path string, config *site.Config) {
	t.Helper()
	p, err := resolve.Find(dir)
	if err != nil {
		t.Fatal(err)
	}
	fills(t, p, path, config)
	elsewhere := t.TempDir()
	if err := p.Settle(t.Context(), empty(t, nil), elsewhere); err != nil {
		t.Fatal(err)
	}
	if p, err = resolve.FindSettled(elsewhere); err != nil {
		t.Fatal(err)
	}
	fills(t, p, path, config)
}

// empty is a database in which nothing is.
func empty(t *testing.T, config *site.Config) *duckdb.DB {
	t.Helper()
	var s schema.Site
	if config != nil {
		s = config.Site
	}
	db, err := duckdb.Open(t.Context(), filepath.Join(t.TempDir(), "resolved.duckdb"), duckdb.Options{Site: s})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// fills compares what parts give with a database.
func fills(t *testing.T, p *resolve.Parts, path string, config *site.Config) {
	t.Helper()
	db := empty(t, config)
	if err := p.Fill(t.Context(), db, config); err != nil {
		t.Fatal(err)
	}
	if err := db.Exec(t.Context(), "ATTACH "+duckdb.QuoteFile(path)+" AS whole (READ_ONLY)"); err != nil {
		t.Fatal(err)
	}
	for name, question := range compared {
		here, there := fmt.Sprintf(question, duckdb.Attached), fmt.Sprintf(question, "whole")
		n, err := db.Number(t.Context(), "SELECT (SELECT count(*) FROM (("+here+") EXCEPT ALL ("+there+"))) + "+
			"(SELECT count(*) FROM (("+there+") EXCEPT ALL ("+here+")))")
		if err != nil || n > 0 {
			t.Errorf("%s: %d rows differ, %v", name, n, err)
		}
	}
}

// TestApart: logs that are parsed apart, and settled, give the rows of a load.
func TestApart(t *testing.T) {
	logs, machines := duckdbtest.Apart(t, 120)
	config, err := site.Read(filepath.Join(logs, "pbsduck.toml"))
	if err != nil {
		t.Fatal(err)
	}
	dir, path := filepath.Join(t.TempDir(), "parts"), filepath.Join(t.TempDir(), "whole.duckdb")
	for _, m := range machines {
		parse(t, dir, m, filepath.Join(logs, m), config.Site)
		rebuilt(t, path, m, filepath.Join(logs, m), config)
	}
	agree(t, dir, path, config)

	db := duckdbtest.OpenReading(t, path) // there is something to settle
	for question, least := range map[string]int64{
		"SELECT count(*) FROM repeats": 200, "SELECT count(*) FROM superseded": 5,
		"SELECT count(*) FROM superseded WHERE source_flags = 'torn'":                                                   1,
		"SELECT count(*) FROM told_runs WHERE machine = 'runs'":                                                         4,
		"SELECT count(*) FROM charge_rules WHERE charged_over = 'runs' AND is_current":                                  1,
		"SELECT count(*) FROM job_charges c JOIN jobs j ON j.id = c.job_id WHERE machine = 'runs' AND cpu_hours > 2":    1,
		"SELECT count(*) FROM jobs WHERE array_index IS NOT NULL":                                                       3,
		"SELECT count(*) FROM events WHERE flags LIKE '%repeated_hour%' AND time >= TIMESTAMPTZ '2026-11-01 08:00:00Z'": 20,
		"SELECT count(*) FROM rejects": 3,
	} {
		if n, err := db.Number(t.Context(), question); err != nil || n < least {
			t.Errorf("%s: %d, %v", question, n, err)
		}
	}
}

// TestApartField: so do the logs of real sites that once were read wrongly.
func TestApartField(t *testing.T) {
	logs := filepath.Join(corpus.Dir(t), "field")
	names, err := filepath.Glob(filepath.Join(logs, "*.log"))
	if err != nil || len(names) == 0 {
		t.Skip("there are none", err)
	}
	dir, path := filepath.Join(t.TempDir(), "parts"), filepath.Join(t.TempDir(), "whole.duckdb")
	for _, name := range names {
		machine := strings.TrimSuffix(filepath.Base(name), ".log")
		parse(t, dir, machine, name, schema.Site{})
		rebuilt(t, path, machine, name, nil)
	}
	agree(t, dir, path, nil)
}

// TestPartsInPart: logs that were not parsed to their end are told.
func TestPartsInPart(t *testing.T) {
	log := filepath.Join(t.TempDir(), "20260115")
	duckdbtest.WriteLog(t, log, []byte(duckdbtest.RunEntry(10, "S", duckdbtest.RunHeld(10, 8))), false)
	for _, c := range []struct{ lost, want string }{
		{"logs", "that logs has not"}, {"jobs", "jobs has no file 20260115-"}, {"events", "events has no file 20260115-"},
	} {
		dir := t.TempDir()
		parse(t, dir, "m", log, schema.Site{})
		parse(t, dir, "n", log, schema.Site{})
		if _, err := resolve.Find(dir); err != nil {
			t.Fatal(err)
		}
		names, err := filepath.Glob(filepath.Join(dir, c.lost, "*.parquet"))
		if err != nil || len(names) != 2 {
			t.Fatal(names, err)
		}
		if err := os.Remove(names[0]); err != nil {
			t.Fatal(err)
		}
		if _, err := resolve.Find(dir); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("without a file in %s: %v, not %q", c.lost, err, c.want)
		}
	}
	if _, err := resolve.Find(t.TempDir()); err == nil {
		t.Error("an empty folder has parts")
	}
	if _, err := resolve.FindSettled(t.TempDir()); err == nil {
		t.Error("an empty folder has parts that are settled")
	}
}
