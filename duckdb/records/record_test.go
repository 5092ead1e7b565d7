package records_test

import (
	"bytes"
	"database/sql"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pbsduck/duckdb"
	"pbsduck/duckdb/duckdbtest"
	"pbsduck/duckdb/records"
	"pbsduck/duckdb/verify"
	"pbsduck/ingest/codec"
	"pbsduck/ingest/corpus"
)

// findJobs lists the rows of jobs that the id can mean, in order of submission.
func findJobs(t *testing.T, db *duckdb.DB, id records.JobID) []records.JobKey {
	t.Helper()
	found, err := records.FindEach(t.Context(), db, []string{id.ID}, id.Filter())
	if err != nil {
		t.Fatal(err)
	}
	return found[0]
}

func TestFindEach(t *testing.T) {
	db := duckdbtest.OpenReading(t, duckdbtest.Written(t))
	day := func(y int) time.Time { return time.Date(y, 1, 1, 0, 0, 0, 0, time.UTC) }
	for _, c := range []struct {
		id   records.JobID
		want []string
	}{
		{records.JobID{ID: "70"}, []string{"one 70.srv 2026"}},
		{records.JobID{ID: "70.srv"}, []string{"one 70.srv 2026"}},
		{records.JobID{ID: "70.sr"}, nil},
		{records.JobID{ID: "7"}, []string{"one 7.srv 2024", "two 7.srv 2024", "one 7.srv 2026"}},
		{records.JobID{ID: "7.srv", Machine: "one"}, []string{"one 7.srv 2024", "one 7.srv 2026"}},
		{records.JobID{ID: "7.srv", Machine: "three"}, nil},
		{records.JobID{ID: "7", SubmittedFrom: day(2026)}, []string{"one 7.srv 2026"}},
		{records.JobID{ID: "7", SubmittedBefore: day(2026), Machine: "two"}, []string{"two 7.srv 2024"}},
		{records.JobID{ID: "8[3]"}, []string{"one 8[3].srv 2026"}},
		{records.JobID{ID: "8[]"}, []string{"one 8[].srv 2026"}},
		{records.JobID{ID: "8"}, []string{"one 8[3].srv 2026", "one 8[4].srv 2026", "one 8[].srv 2026"}},
		{records.JobID{ID: "8.srv"}, nil},
		{records.JobID{ID: "8[9]"}, nil},
		{records.JobID{ID: "odd id"}, []string{"one odd id 2026"}},
		{records.JobID{ID: "' OR true --"}, nil},
		{records.JobID{ID: ""}, nil},
	} {
		keys := findJobs(t, db, c.id)
		var got []string
		for _, k := range keys {
			got = append(got, k.Machine+" "+k.JobID+k.SubmitTime.Format(" 2006"))
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%+v (-want +got):\n%s", c.id, diff)
		}
	}
	waiting, err := records.FindJobsByEvents(t.Context(), db, records.JobID{ID: "9"}, false)
	if err != nil || len(waiting) != 1 || waiting[0].JobID != "9.srv" || waiting[0].Number != 0 ||
		waiting[0].SubmitTime.Unix() != 1767268801 {
		t.Errorf("waiting job: %v %v", waiting, err)
	}
}

func TestRawRecord(t *testing.T) {
	path := duckdbtest.Damaged(t, duckdbtest.Written(t),
		"DELETE FROM outcome_records WHERE outcome_id = (SELECT id FROM jobs WHERE job_id = '8[4].srv')")
	keys := duckdbtest.AllKeys(t, path, "jobs")
	db := duckdbtest.OpenReading(t, path)
	for _, k := range keys {
		r, err := records.Raw(t.Context(), db, k)
		if k.JobID == "8[4].srv" {
			if !errors.Is(err, records.ErrNoRecord) {
				t.Errorf("a job without a record: %v", err)
			}
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		if want := strings.Split(duckdbtest.WrittenLogs[filepath.Base(r.File)], "\n")[r.Line-1]; string(r.Bytes) != want ||
			r.TimeZone != "UTC" {
			t.Errorf("%s: %q from %s:%d (%s)", k, r.Bytes, r.File, r.Line, r.TimeZone)
		}
	}
}

func TestHistory(t *testing.T) {
	db := duckdbtest.OpenReading(t, duckdbtest.Written(t))
	for _, c := range []struct {
		id   records.JobID
		want []string
	}{
		{records.JobID{ID: "7", SubmittedFrom: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)},
			[]string{"Q 7.srv", "S 7.srv", "R 7.srv", "E 7.srv superseded", "E 7.srv the row in jobs"}},
		{records.JobID{ID: "7", Machine: "one", SubmittedBefore: time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)},
			[]string{"E 7.srv the row in jobs"}},
		{records.JobID{ID: "8[3]"}, []string{"E 8[3].srv the row in jobs", "D 8[1-5:2].srv", "a 8[].srv"}},
		{records.JobID{ID: "8[4]"}, []string{"E 8[4].srv the row in jobs", "D 8[4-9].srv", "a 8[].srv"}},
		{records.JobID{ID: "8[]"}, []string{"E 8[].srv the row in jobs", "D 8[1-5:2].srv", "D 8[4-9].srv", "a 8[].srv"}},
		{records.JobID{ID: "odd id"}, []string{"E odd id the row in jobs"}},
	} {
		keys := findJobs(t, db, c.id)
		if len(keys) != 1 {
			t.Fatal(keys)
		}
		if diff := cmp.Diff(c.want, history(t, db, keys[0])); diff != "" {
			t.Errorf("%+v (-want +got):\n%s", c.id, diff)
		}
	}
}

func history(t *testing.T, db *duckdb.DB, k records.JobKey) []string {
	t.Helper()
	rows, err := records.History(t.Context(), db, k)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Release()
	var got []string
	for rows.Next() {
		b := rows.RecordBatch()
		for i := range int(b.NumRows()) {
			entry := b.Column(1).ValueStr(i) + " " + b.Column(b.Schema().FieldIndices("object_id")[0]).ValueStr(i)
			if note := b.Column(b.Schema().FieldIndices("note")[0]); note.IsValid(i) {
				entry += " " + note.ValueStr(i)
			}
			got = append(got, entry)
		}
	}
	if rows.Err() != nil {
		t.Fatal(rows.Err())
	}
	return got
}

// TestCorpus loads the real logs: the database verifies, and gives each E record back byte for byte.
func TestCorpus(t *testing.T) {
	dir := filepath.Join(corpus.Dir(t), "ncar")
	path := filepath.Join(t.TempDir(), "corpus.duckdb")
	want := map[string]int{}
	for _, machine := range []string{"casper", "derecho"} {
		duckdbtest.Load(t, path, machine, duckdbtest.Zone, filepath.Join(dir, machine))
		logs, err := filepath.Glob(filepath.Join(dir, machine, "2*"))
		if err != nil || len(logs) == 0 {
			t.Fatal("no logs of", machine, err)
		}
		for _, log := range logs {
			content, err := os.ReadFile(log)
			if err != nil {
				t.Fatal(err)
			}
			for line := range bytes.Lines(content) {
				if len(line) > 21 && string(line[19:22]) == ";E;" {
					want[string(bytes.TrimSuffix(line, []byte("\n")))]++
				}
			}
		}
	}
	keys := duckdbtest.AllKeys(t, path, "jobs")
	db := duckdbtest.OpenReading(t, path)
	for _, f := range duckdbtest.Verified(t, db, verify.Options{}) {
		if !f.OK() {
			t.Errorf("%s: %d rows fail: %q %v", f.Name, f.Rows, f.First, f.Err)
		}
	}
	for _, k := range keys {
		r, err := records.Raw(t.Context(), db, k)
		if err != nil {
			t.Fatal(err)
		}
		want[string(r.Bytes)]--
	}
	for line, n := range want {
		if n != 0 {
			t.Errorf("%d too many in the log: %.60q...", n, line)
		}
	}
	t.Logf("%d E records", len(keys))
}

// TestZstdCommandReadsBlobs inflates blobs by the command that people have.
func TestZstdCommandReadsBlobs(t *testing.T) {
	command, err := exec.LookPath("zstd")
	if err != nil {
		t.Skip("no zstd command here")
	}
	path := duckdbtest.Generated(t)
	blobs, dictionaries := storedBlobs(t, path)
	db := duckdbtest.OpenReading(t, path)
	for k, blob := range blobs {
		id, ok := codec.DictID(blob)
		if !ok {
			t.Fatalf("%s: packed without a dictionary", k)
		}
		file := filepath.Join(t.TempDir(), "dictionary")
		if err := os.WriteFile(file, dictionaries[int64(id)], 0o600); err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command(command, "-d", "-c", "-D", file)
		cmd.Stdin = bytes.NewReader(blob)
		got, err := cmd.Output()
		if err != nil {
			t.Fatalf("%s: %v", k, err)
		}
		if r, err := records.Raw(t.Context(), db, k); err != nil || !bytes.Equal(r.Bytes, got) {
			t.Errorf("%s: zstd gives %.60q, RawRecord %.60q (%v)", k, got, r.Bytes, err)
		}
	}
}

// storedBlobs gives some blobs of each machine, and the dictionaries.
func storedBlobs(t *testing.T, path string) (map[records.JobKey][]byte, map[int64][]byte) {
	t.Helper()
	db, err := sql.Open("duckdb", path+"?access_mode=READ_ONLY")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	blobs, dictionaries := map[records.JobKey][]byte{}, map[int64][]byte{}
	rows, err := db.Query(`SELECT j.id, j.machine, j.job_id, j.submit_time, r.compressed_data FROM jobs j
		JOIN job_records r ON r.job_id = j.id QUALIFY row_number() OVER (PARTITION BY j.machine ORDER BY hash(j.id)) <= 20`)
	if err != nil {
		t.Fatal(err)
	}
	for rows.Next() {
		var k records.JobKey
		var blob []byte
		if err := rows.Scan(&k.Number, &k.Machine, &k.JobID, &k.SubmitTime, &blob); err != nil {
			t.Fatal(err)
		}
		blobs[k] = blob
	}
	rows.Close()
	if rows, err = db.Query("SELECT dictionary_id, dictionary FROM record_dictionaries"); err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var id int64
		var content []byte
		if err := rows.Scan(&id, &content); err != nil {
			t.Fatal(err)
		}
		dictionaries[id] = content
	}
	return blobs, dictionaries
}
