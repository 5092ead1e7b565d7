package duckdb_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	duck "github.com/duckdb/duckdb-go/v2"
	"github.com/google/go-cmp/cmp"

	"pbsduck/duckdb"
	"pbsduck/duckdb/duckdbtest"
	"pbsduck/duckdb/load"
	"pbsduck/duckdb/records"
	"pbsduck/ingest"
	"pbsduck/ingest/batch"
	"pbsduck/ingest/pbs"
	"pbsduck/ingest/source"
)

// inText is a text of a record as a column has it.
func inText(b []byte) string {
	if utf8.Valid(b) {
		return string(b)
	}
	return string(batch.AppendLatin1(nil, b))
}

// attributesOf is the map of a record's attributes, the slow way.
func attributesOf(raw []byte) map[string]string {
	var r pbs.Record
	pbs.NewScanner(pbs.NewParser()).Split(raw, &r)
	m := map[string]string{}
	for _, a := range r.Attrs {
		m[inText(a.Name)] = inText(a.Value)
	}
	return m
}

// inGzip is a log in each codec, of one machine.
func inGzip(t *testing.T, path, log string) {
	t.Helper()
	name := filepath.Join(t.TempDir(), "20260309")
	if err := os.WriteFile(name, []byte(log), 0o600); err != nil {
		t.Fatal(err)
	}
	logs, err := source.Find([]string{name}, source.FindOptions{})
	if err != nil {
		t.Fatal(err)
	}
	db, err := duckdb.Open(t.Context(), path, duckdb.Options{Version: "test"})
	if err != nil {
		t.Fatal(err)
	}
	_, err = load.Run(t.Context(), db, logs, load.Options{Machine: "odd", Zone: "UTC", Codec: ingest.CodecGzip})
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
}

// oddLog has what generated logs do not: bytes that are no UTF-8, a key that comes twice, values of nothing, control
// characters, and names as long as DuckDB keeps in place.
const oddLog = "03/09/2026 10:00:00;E;1.srv;user=m\xfcller jobname=\xff\xfe queue=a ctime=1773050000 end=1773050400 " +
	"Exit_status=0 run_count=1\n" +
	"03/09/2026 10:00:00;E;2.srv;user=a jobname=x\x01y queue=b ctime=1773050000 Resource_List.mem=1gb " +
	"Resource_List.mem=2gb Resource_List.x= end=1773050400 Exit_status=0 run_count=1\n" +
	"03/09/2026 10:00:00;E;3.srv;user=\xc3\xbc12 queue=twelve_bytes ctime=1773050000 end=1773050400 Exit_status=0 " +
	"resources_used.abcdefghijkl=thirteen_byte run_count=1\n" +
	"03/09/2026 10:00:00;E;4.srv;\n"

// TestFunctionsReadEveryRecord compares what SQL sees of each stored record with what Go does: of both codecs, several
// dictionaries, and everything that a log can hold; on several threads, and over more than one chunk.
func TestFunctionsReadEveryRecord(t *testing.T) {
	path := duckdbtest.Generated(t)
	inGzip(t, path, oddLog)
	db := duckdbtest.OpenReading(t, path)
	rows, err := db.Conn().QueryContext(t.Context(), `
		SELECT compressed_data, pbs_record(compressed_data), pbs_attributes(compressed_data), n, i FROM outcome_records,
		LATERAL (SELECT map_values(pbs_attributes(compressed_data)) AS n), range(3) r(i) ORDER BY i, outcome_id`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	decoder, err := records.NewDecoder(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	seen, notUTF8 := 0, 0
	for rows.Next() {
		var blob []byte
		var text string
		var attributes, values any
		var i int64
		if err := rows.Scan(&blob, &text, &attributes, &values, &i); err != nil {
			t.Fatal(err)
		}
		raw, err := decoder.Append(nil, blob)
		if err != nil {
			t.Fatal(err)
		}
		if text != inText(raw) {
			t.Fatalf("record %q, want %q", text, raw)
		}
		got := map[string]string{}
		for k, v := range mapIn(t, attributes) {
			got[k.(string)] = v.(string)
		}
		want := attributesOf(raw)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("%s\nof %q", diff, raw)
		}
		var list []string
		for _, v := range values.([]any) {
			list = append(list, v.(string))
		}
		slices.Sort(list)
		if !slices.Equal(list, slices.Sorted(maps.Values(want))) {
			t.Fatalf("values %q of %q", list, raw)
		}
		if seen++; !utf8.Valid(raw) {
			notUTF8++
		}
	}
	if err := rows.Err(); err != nil || seen <= 2048 || notUTF8 == 0 {
		t.Errorf("%d records were compared, %d of them not UTF-8: %v", seen, notUTF8, err)
	}
}

// mapIn is a map as the driver gives it.
func mapIn(t *testing.T, value any) map[any]any {
	t.Helper()
	switch m := value.(type) {
	case duck.Map:
		return m
	case duck.OrderedMap:
		all := map[any]any{}
		for i, k := range m.Keys() {
			all[k] = m.Values()[i]
		}
		return all
	}
	t.Fatalf("a map is a %T", value)
	return nil
}

// answer is the only value that a question gives, or its error.
func answer(t *testing.T, db *duckdb.DB, question string) string {
	t.Helper()
	rows, err := db.Ask(t.Context(), question)
	if err != nil {
		return err.Error()
	}
	defer rows.Release()
	var all []string
	for rows.Next() {
		for i := range int(rows.RecordBatch().NumRows()) {
			all = append(all, strings.Clone(rows.RecordBatch().Column(0).ValueStr(i))) // its bytes go with the reader
		}
	}
	if err := rows.Err(); err != nil {
		return err.Error()
	}
	return strings.Join(all, " ")
}

func TestFunctionsAgreeWithColumns(t *testing.T) {
	path := duckdbtest.Generated(t)
	inGzip(t, path, oddLog)
	db := duckdbtest.OpenReading(t, path)
	for question, want := range map[string]string{
		// Of a key that comes twice they have the value that the column has.
		`SELECT count(*) FROM jobs j JOIN job_records r ON r.job_id = j.id
		 WHERE j.name IS DISTINCT FROM pbs_attributes(compressed_data)['jobname']
		    OR j.user_name IS DISTINCT FROM pbs_attributes(compressed_data)['user']
		    OR j.account IS DISTINCT FROM pbs_attributes(compressed_data)['account']
		    OR j.exit_status IS DISTINCT FROM TRY_CAST(pbs_attributes(compressed_data)['Exit_status'] AS BIGINT)`: "0",
		"SELECT pbs_attributes(compressed_data)['Resource_List.mem'] FROM job_records r JOIN jobs j ON j.id = r.job_id " +
			"WHERE machine = 'odd' AND short_id = 2": "2gb",
		"SELECT cardinality(pbs_attributes(compressed_data)) FROM job_records r JOIN jobs j ON j.id = r.job_id " +
			"WHERE machine = 'odd' AND short_id = 3": "7",
		"SELECT coalesce(pbs_record(NULL), pbs_attributes(NULL)::VARCHAR, 'nothing')": "nothing",
		// NULL between values, over more than one chunk.
		"SELECT count(pbs_record(b)) || ' ' || count(pbs_attributes(b)) || ' ' || count(*) FROM (SELECT CASE " +
			"WHEN i % 3 = 0 THEN compressed_data END AS b FROM range(6000) r(i), (FROM job_records LIMIT 1))": "2000 2000 6000",
		// One alone, and a constant, which DuckDB works out while it plans.
		"SELECT pbs_record(" + gzipped + ")": "hello",
	} {
		if got := answer(t, db, question); got != want {
			t.Errorf("%s\n%s, want %s", question, got, want)
		}
	}
}

// gzipped is "hello" as the codec packs it.
const gzipped = `'\x1F\x8B\x08\x00\x00\x00\x00\x00\x00\xFF` +
	`\xCBH\xCD\xC9\xC9\x07\x00\x86\xA6\x10\x36\x05\x00\x00\x00'::BLOB`

// TestFunctionsTellDamage: a damaged record is an error that names it, and says nothing of the database; TRY leaves the
// others.
func TestFunctionsTellDamage(t *testing.T) {
	base := duckdbtest.Generated(t)
	path := duckdbtest.Damaged(t, base, "UPDATE outcome_records "+
		"SET compressed_data = compressed_data[1:20] || '\\x00\\x00\\x00'::BLOB || compressed_data[24:] WHERE outcome_id = 5")
	db := duckdbtest.OpenReading(t, path)
	sum := answer(t, db, "SELECT md5(compressed_data) FROM outcome_records WHERE outcome_id = 5")
	for _, function := range []string{"pbs_record", "pbs_attributes"} {
		_, err := db.Ask(t.Context(), "SELECT count("+function+"(compressed_data)) FROM outcome_records")
		if !errors.Is(err, duckdb.ErrBadRecord) || errors.Is(err, duckdb.ErrCorrupt) ||
			!strings.HasPrefix(err.Error(), function+": a raw record can't be read, that whose md5(compressed_data) is '"+
				sum+"': ") || !strings.Contains(err.Error(), "TRY(...)") {
			t.Errorf("%s: %v", function, err)
		}
		missing := answer(t, db,
			"SELECT string_agg(outcome_id, ' ') FROM outcome_records WHERE TRY("+function+"(compressed_data)) IS NULL")
		if missing != "5" {
			t.Errorf("TRY(%s) leaves out %s", function, missing)
		}
	}
	db.Close()
	out := filepath.Join(t.TempDir(), "x.parquet")
	writing, err := duckdb.Open(t.Context(), path, duckdb.Options{ReadOnly: true, Writes: []string{out}})
	if err == nil {
		defer writing.Close()
		_, err = writing.WriteParquet(t.Context(), "SELECT pbs_record(compressed_data) AS r FROM outcome_records", out,
			map[string]string{"a": "b"})
	}
	if !errors.Is(err, duckdb.ErrBadRecord) {
		t.Errorf("Parquet: %v", err)
	}
	lost := duckdbtest.OpenReading(t,
		duckdbtest.Damaged(t, base, "DELETE FROM record_dictionaries WHERE machine = 'derecho'"))
	got := answer(t, lost, "SELECT pbs_record(compressed_data) FROM outcome_records")
	if !strings.Contains(got, "is needed to inflate the record and is not in the database") {
		t.Errorf("without a dictionary: %s", got)
	}
	got = answer(t, lost, "SELECT count(TRY(pbs_record(compressed_data))) > 0 "+
		"AND bool_or(TRY(pbs_record(compressed_data)) IS NULL) FROM outcome_records")
	if got != "true" {
		t.Errorf("without a dictionary others are read: %s", got)
	}
}

// TestFunctionsAreForQuestions: who writes, as rules do, has none of them, and they open nothing that is sealed.
func TestFunctionsAreForQuestions(t *testing.T) {
	path := duckdbtest.Generated(t)
	db := duckdbtest.OpenReading(t, path)
	for range 2 {
		if got := answer(t, db, "SELECT count(pbs_record(compressed_data)) = count(*) FROM job_records"); got != "true" {
			t.Error(got)
		}
		if err := db.Exec(t.Context(), "FROM read_text('/etc/passwd')"); err == nil {
			t.Error("files are read")
		}
		if err := db.Exec(t.Context(), "SET lock_configuration = false"); err == nil {
			t.Error("the configuration is unlocked")
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	writing, err := duckdb.Open(t.Context(), path, duckdb.Options{Version: "test"})
	if err != nil {
		t.Fatal(err)
	}
	defer writing.Close()
	if err := writing.Exec(t.Context(), "SELECT pbs_record(compressed_data) FROM job_records"); err == nil {
		t.Error("one who writes has pbs_record")
	}
}

// TestFunctionsOnManySessions: sessions look the dictionaries up once, at the same time, and each on its own chunk.
func TestFunctionsOnManySessions(t *testing.T) {
	db := duckdbtest.OpenReading(t, duckdbtest.Generated(t))
	want := answer(t, db, "SELECT bit_xor(hash(r))::VARCHAR "+
		"FROM (SELECT pbs_record(compressed_data) || pbs_attributes(compressed_data)::VARCHAR AS r FROM outcome_records)")
	db.Close()
	db = duckdbtest.OpenReading(t, db.Path())
	failed := make(chan error, 4)
	for range cap(failed) {
		go func() {
			session, err := db.Session(context.Background())
			if err != nil {
				failed <- err
				return
			}
			defer session.Close()
			var got string
			err = session.Conn().QueryRowContext(context.Background(), "SELECT bit_xor(hash(r))::VARCHAR FROM (SELECT "+
				"pbs_record(compressed_data) || pbs_attributes(compressed_data)::VARCHAR AS r FROM outcome_records)").Scan(&got)
			if err == nil && got != want {
				err = fmt.Errorf("%s, want %s", got, want)
			}
			failed <- err
		}()
	}
	for range cap(failed) {
		if err := <-failed; err != nil {
			t.Error(err)
		}
	}
}
