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

	"pbsduck/cmd/pbsduck/flags"
	"pbsduck/ingest"
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
	utc := func(source.Log) (string, string, error) { return "m", "UTC", nil }
	p := parsing{Global: &flags.Global{}, Parsing: ingest.Parsing{Logs: logs, Owner: utc}}
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

// TestParseExpected finds every entry of expected.json in what parse writes of both servers' logs.
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

// matches compares a value with an expected one, which may leave out the middle.
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

// TestParseCorpus reads every log there is: the lines are JSON, and their offsets part the file without a gap.
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

// recordSize is the length of the first record of b, with the newline that ends it, if one does.
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
