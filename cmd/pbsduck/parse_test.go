package main

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"pbsduck/ingest/batch"
	"pbsduck/ingest/corpus"
	"pbsduck/ingest/pbs"
	"pbsduck/ingest/source"
)

// parsedRecord is a line that parse writes.
type parsedRecord struct {
	File, Type, ID string
	Line, Offset   int64
	Time           *time.Time
	Attributes     map[string]any
	Text           *string
	Problem        string
	Flags          []string
}

// parseLines runs the command's own way from logs to lines.
func parseLines(t *testing.T, paths ...string) []parsedRecord {
	t.Helper()
	logs, err := source.Find(paths, source.FindOptions{})
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	p := parsing{logs: logs, location: time.UTC}
	if err := p.writeLines(t.Context(), &out); err != nil || p.failed {
		t.Fatal(err, p.failed)
	}
	var records []parsedRecord
	for line := range strings.Lines(out.String()) {
		var r parsedRecord
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			t.Fatalf("%v in %s", err, line)
		}
		records = append(records, r)
	}
	return records
}

// TestParseExpected finds every entry of expected.json in what parse writes of
// both servers' logs.
func TestParseExpected(t *testing.T) {
	dir := filepath.Join(corpus.Dir(t), "openpbs-live")
	text, err := os.ReadFile(filepath.Join(dir, "expected.json"))
	if err != nil {
		t.Fatal(err)
	}
	var expected []struct{ Type, ID, Key, Value string }
	if err := json.Unmarshal(text, &expected); err != nil {
		t.Fatal(err)
	}
	records := parseLines(t, filepath.Join(dir, "server1"), filepath.Join(dir, "server2"))
	for _, e := range expected {
		if !holds(records, e.Type, e.ID, e.Key, e.Value) {
			t.Errorf("no %s record of %s has %s=%q", e.Type, e.ID, e.Key, e.Value)
		}
	}
	t.Logf("%d entries, %d records", len(expected), len(records))
}

func holds(records []parsedRecord, letter, id, key, value string) bool {
	return slices.ContainsFunc(records, func(r parsedRecord) bool {
		if r.Type != letter || r.ID != id {
			return false
		}
		switch key { // in <>: what the file says about records that are free text
		case "<message>":
			return r.Text != nil && *r.Text == value
		case "<raw message, 1st>":
			return r.Text != nil && "bytes "+hexOf(*r.Text) == value
		case "<length>":
			return slices.Contains(r.Flags, "truncated")
		}
		got, ok := r.Attributes[key].(string)
		return ok && matches(got, value)
	})
}

// matches compares a value with an expected one, which may leave out the
// middle.
func matches(got, want string) bool {
	begin, end, cut := strings.Cut(want, "...")
	if cut {
		return strings.HasPrefix(got, begin) && strings.HasSuffix(got, end)
	}
	return got == want
}

// hexOf gives the bytes of a text that was written as Latin-1.
func hexOf(text string) string {
	var parts []string
	for _, r := range text {
		parts = append(parts, string("0123456789abcdef"[r>>4&15])+string("0123456789abcdef"[r&15]))
	}
	return strings.Join(parts, " ")
}

// TestParseCorpus reads every log there is: the lines are JSON, and their
// offsets part the file without a gap.
func TestParseCorpus(t *testing.T) {
	err := filepath.WalkDir(corpus.Dir(t), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasSuffix(path, ".md") || strings.HasSuffix(path, ".json") {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		next, line := int64(0), int64(1)
		for _, r := range parseLines(t, path) {
			if r.Offset != next || r.Line != line {
				t.Fatalf("%s: a record at %d (line %d), expected at %d (line %d)", path, r.Offset, r.Line, next, line)
			}
			size := recordSize(data[next:])
			next += int64(size)
			line += int64(bytes.Count(data[r.Offset:next], []byte{'\n'}))
		}
		if next < int64(len(data)) {
			t.Errorf("%s: %d bytes at the end are in no record", path, int64(len(data))-next)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// recordSize is the length of the first record of b, with the newline that ends
// it, if one does.
func recordSize(b []byte) int {
	var f pbs.Framer
	var r pbs.Record
	f.Reset(b, 1, 0)
	f.Next(&r)
	if n := len(r.Raw); n < len(b) && b[n] == '\n' {
		return n + 1
	}
	return len(r.Raw)
}

// FuzzRecordJSON compares the line with what encoding/json reads out of it.
func FuzzRecordJSON(f *testing.F) {
	const head = "01/15/2026 08:00:01;"
	f.Add([]byte(head + `E;7.srv;user=user0001 account="a b" Resource_List.x=1 Resource_List.x=2`))
	f.Add([]byte(head + "Q;\xff;user=\x1b[31m\x80\n\u202e jobname=\U0001f986\U000e0001"))
	f.Add([]byte(head + "L;license;\t\r\x00\x7f\"\\"))
	f.Add([]byte("99" + head[2:] + "D;1;x=y"))
	f.Add([]byte("noise\xc3\x28"))
	scanner, lines := pbs.NewScanner(pbs.NewParser()), newRecordJSON(time.UTC)
	lines.setFile("log")
	f.Fuzz(func(t *testing.T, raw []byte) {
		var r pbs.Record
		scanner.Reset(raw, 1, 0)
		for scanner.Next(&r) {
			checkLine(t, lines.appendLine(nil, &r), &r)
		}
	})
}

func checkLine(t *testing.T, line []byte, r *pbs.Record) {
	t.Helper()
	var got parsedRecord
	if err := json.Unmarshal(line, &got); err != nil {
		t.Fatalf("%v in %q", err, line)
	}
	text := func(b []byte) string {
		if r.Flags&pbs.NotUTF8 != 0 {
			return string(batch.AppendLatin1(nil, b))
		}
		return string(b)
	}
	want := parsedRecord{File: "log", Type: text(r.Type), ID: text(r.ID), Line: r.Line, Offset: r.Offset, Time: got.Time, Problem: r.Problem, Flags: r.Flags.Names()}
	whole := text(r.Text)
	switch {
	case r.Problem != "":
		whole = text(r.Raw)
		want.Text = &whole
	case len(r.Attrs) == 0:
		want.Text = &whole
	default:
		want.Attributes = attributes(r.Attrs, text)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatal(diff)
	}
	if !utf8.Valid(line) || bytes.IndexFunc(line[:len(line)-1], func(r rune) bool { return r < ' ' || r >= 0x7f && r < 0xa0 }) >= 0 {
		t.Fatalf("control characters or broken UTF-8 in %q", line)
	}
	if (got.Time == nil) != (r.Problem != "") {
		t.Fatalf("time %v of a record with the problem %q", got.Time, r.Problem)
	}
}

// attributes is the object that attributes make, the slow way.
func attributes(attrs []pbs.Attr, text func([]byte) string) map[string]any {
	m := map[string]any{}
	for _, a := range attrs {
		name, value := text(a.Name), text(a.Value)
		switch before := m[name].(type) {
		case nil:
			m[name] = value
		case string:
			m[name] = []any{before, value}
		case []any:
			m[name] = append(before, value)
		}
	}
	return m
}

const benchRecord = `01/15/2026 09:00:00;E;4551566.srv;user=user0001 group=staff account="PROJ0001" project=_pbs_project_default jobname=column-subset queue=cpu ctime=1768489200 qtime=1768489200 etime=1768489200 start=1768489300 exec_host=n0415/0*128 exec_vnode=(n0415:ncpus=128:mem=246415360kb:ngpus=0) Resource_List.job_priority=premium Resource_List.mem=235gb Resource_List.ncpus=128 Resource_List.nodect=1 Resource_List.place=scatter:exclhost Resource_List.select=1:ncpus=128:mpiprocs=128:ompthreads=1 Resource_List.walltime=24:00:00 session=245226 end=1768492800 Exit_status=0 resources_used.cpupercent=13248 resources_used.cput=3102:09:59 resources_used.mem=107470911kb resources_used.ncpus=128 resources_used.vmem=75150665kb resources_used.walltime=00:58:20 eligible_time=00:13:56 run_count=1
`

func TestRecordJSONAllocatesNothing(t *testing.T) {
	scanner, lines := pbs.NewScanner(pbs.NewParser()), newRecordJSON(time.UTC)
	var r pbs.Record
	var out []byte
	block := []byte(benchRecord)
	n := testing.AllocsPerRun(100, func() {
		scanner.Reset(block, 1, 0)
		for scanner.Next(&r) {
			out = lines.appendLine(out[:0], &r)
		}
	})
	if n != 0 {
		t.Errorf("%v allocations per record", n)
	}
}

func BenchmarkRecordJSON(b *testing.B) {
	scanner, lines := pbs.NewScanner(pbs.NewParser()), newRecordJSON(time.UTC)
	var r pbs.Record
	var out []byte
	block := []byte(benchRecord)
	b.SetBytes(int64(len(block)))
	b.ReportAllocs()
	for b.Loop() {
		scanner.Reset(block, 1, 0)
		for scanner.Next(&r) {
			out = lines.appendLine(out[:0], &r)
		}
	}
}
