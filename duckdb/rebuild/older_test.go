package rebuild_test

import (
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pbsduck/duckdb"
	"pbsduck/duckdb/duckdbtest"
	"pbsduck/duckdb/load"
	"pbsduck/duckdb/rebuild"
	"pbsduck/ingest/codec"
	"pbsduck/ingest/site"
)

const olderDir = "testdata/older"

// olderLogs are the logs that the databases of earlier versions were loaded from.
func olderLogs(t *testing.T) []string {
	t.Helper()
	days, err := filepath.Glob(filepath.Join(olderDir, "logs", "2*"))
	if err != nil || len(days) != 3 {
		t.Fatal(days, err)
	}
	return days
}

// older makes a database as an earlier version of the program did: the script says what was in it. Also is SQL that
// changes it.
func older(t *testing.T, script string, also ...string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(olderDir, script+".sql"))
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "x.duckdb")
	db, err := sql.Open("duckdb", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, s := range append([]string{"SET TimeZone = 'UTC'", string(text)}, also...) {
		if _, err := db.ExecContext(context.Background(), s); err != nil {
			t.Fatalf("%.100s: %v", s, err)
		}
	}
	return path
}

// notKept are what databases up to early ones of version 3 do not tell as a load does today: in events without
// Resource_List.mem or ncpus, what select says of them; the words for why lines were rejected.
var notKept = []string{
	`ALTER TABLE events DROP mem_requested_bytes`,
	`ALTER TABLE events DROP row_check`, // which depends on it
	`UPDATE rejects SET reason = 'other words'`,
}

// TestOlderVersions: of a database of any earlier version the rows are made again from its raw records, as a load of
// its logs makes them, and the rest is as it was.
func TestOlderVersions(t *testing.T) {
	t.Parallel()
	c, err := site.Read(filepath.Join(olderDir, "pbsduck.toml"))
	if err != nil {
		t.Fatal(err)
	}
	for script, version := range map[string]int{
		"version1": 1, "version2": 2, "version3first": 3, "version3": 3, "version4": 4, "version5first": 5,
	} {
		t.Run(script, func(t *testing.T) {
			path := older(t, script)
			_, err := duckdb.Open(t.Context(), path, duckdb.Options{})
			var old *duckdb.OlderError
			if !errors.As(err, &old) || old.Schema != version {
				t.Fatalf("opened: %v", err)
			}

			o := rebuild.RecordsOptions{Options: duckdbtest.OneThread, Workers: 2}
			if version == 1 { // it knows nothing of its site
				o.Config = c
			}
			s, err := rebuild.FromRecords(t.Context(), path, o)
			if err != nil {
				t.Fatal(err)
			}
			if s.Older != version || s.Kept != 0 || s.Rejected != 0 || len(s.Unusable) > 0 {
				t.Errorf("%+v", s)
			}
			if got := duckdbtest.Names(t, filepath.Dir(path)); !slices.Equal(got, []string{"x.duckdb", "x.duckdb.previous"}) {
				t.Errorf("there are %v", got)
			}

			got, want := duckdbtest.Open(t, path), duckdbtest.Configured(t, c)
			got.Verify()
			want.Load(load.Options{Config: c}, olderLogs(t)...)
			for _, q := range []string{ // whatever the numbers of rows are
				"SELECT name, lines, jobs, superseded, events, repeats, rejects, continuation_lines, zone_fits, zone_misfits, " +
					"zone_offset_s, first_time, last_time, digest FROM log_files ORDER BY ALL",
				"SELECT machine, object_id, line FROM repeats ORDER BY ALL",
				"SELECT * FROM site_columns ORDER BY ALL", "SELECT * FROM queue_types ORDER BY ALL",
				"SELECT * FROM charge_rules ORDER BY ALL",
			} {
				duckdbtest.SameContent(t, q, got.Rows(q), want.Rows(q))
			}
			n := got.Rows("SELECT count(*) FROM allocations WHERE account = 'NCAR0001' AND hours = 1000")
			if version > 1 && n[0] != "1" {
				t.Errorf("%s allocations", n)
			}

			// A log that was read already is known, by its digest; one that is not, is told from it.
			again := got.Load(load.Options{}, olderLogs(t)...)
			if again.Jobs+again.Events+again.Rejects != 0 {
				t.Errorf("read again: %+v", again)
			}
			if version < 3 || script == "version3first" {
				for _, f := range []*duckdbtest.Fixture{got, want} {
					for _, statement := range notKept {
						f.Rows(statement)
					}
				}
			}
			duckdbtest.SameContent(t, "rows", got.Content(), want.Content())
		})
	}
}

// TestOlderFromLogs: also one who makes a database afresh from its logs keeps what one of any version knows of its
// site.
func TestOlderFromLogs(t *testing.T) {
	t.Parallel()
	for _, script := range []string{"version1", "version2", "version5first"} {
		path := older(t, script)
		fill := func(ctx context.Context, fresh *duckdb.DB) error { return duckdbtest.Fill(ctx, fresh, olderLogs(t)) }
		if err := rebuild.FromLogs(t.Context(), path, fill, rebuild.LogsOptions{Options: duckdbtest.OneThread}); err != nil {
			t.Fatal(script, err)
		}
		got := duckdbtest.Open(t, path)
		has := got.Rows(`SELECT (SELECT count(*) FROM allocations),
			(SELECT count(*) FROM charge_rules WHERE version = '1' AND is_current),
			(SELECT count(*) FROM site_columns WHERE name = 'energy_j'), (SELECT gpu_type FROM queue_types)`)
		want := "1|1|1|none"
		if script == "version1" { // which kept none of that
			want = "0|0|0|(null)"
		}
		if has[0] != want {
			t.Errorf("%s: %s, not %s", script, has[0], want)
		}
	}
}

// TestOlderRejects: raw records that the program took for those of jobs once, and does not today, become rejected
// lines, as in a load.
func TestOlderRejects(t *testing.T) {
	t.Parallel()
	const bad = "10/31/2026 03:49:32;E;4526434.desched1;user=a end=x"
	path := older(t, "version2",
		"UPDATE job_records SET compressed_data = unhex('"+hex.EncodeToString(gzipped(t, bad))+
			"') WHERE job_id = (SELECT id FROM jobs WHERE job_id = '4526434.desched1')",
		"INSERT INTO repeats SELECT 'm', file_id, 4711, record_hash, '4526434.desched1' FROM job_sources "+
			"WHERE job_id = (SELECT id FROM jobs WHERE job_id = '4526434.desched1')",
		"UPDATE log_files SET lines = lines + 1, repeats = repeats + 1 WHERE file_id = 1")
	s, err := rebuild.FromRecords(t.Context(), path, rebuild.RecordsOptions{Options: duckdbtest.OneThread})
	if err != nil {
		t.Fatal(err)
	}
	if s.Rejected != 1 || s.Kept != 0 {
		t.Errorf("%+v", s)
	}
	got := duckdbtest.Open(t, path)
	got.Verify()
	reason := got.Rows("SELECT reason, line, byte_offset FROM rejects WHERE bytes = '" + bad + "'::BLOB")
	if len(reason) != 1 || !strings.Contains(reason[0], "|") {
		t.Errorf("rejected: %q", reason)
	}
	if n := got.Rows("SELECT count(*) FROM repeats WHERE line = 4711 AND object_id IS NULL"); n[0] != "1" {
		t.Error("its exact repeat is not one of the rejected line")
	}
}

// gzipped packs a raw record.
func gzipped(t *testing.T, raw string) []byte {
	t.Helper()
	e, err := codec.NewGzipEncoder(6)
	if err != nil {
		t.Fatal(err)
	}
	return e.Append(nil, []byte(raw))
}
