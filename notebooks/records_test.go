package notebooks

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/apache/arrow-go/v18/arrow/array"

	"pbsduck/duckdb/records"
	recordtext "pbsduck/export/records"
	"pbsduck/ingest/batch"
	"pbsduck/ingest/codec"
)

// A record is a raw record as stored, and as Go inflates it.
type record struct {
	number    int64  // jobs.id
	job       string // job_id
	blob, raw []byte
}

func (r record) isGzip() bool { return bytes.HasPrefix(r.blob, []byte("\x1f\x8b")) }

// records gives all raw records, in the order of their numbers.
func (w world) records(t *testing.T) []record {
	t.Helper()
	db := w.open(t)
	decoder, err := records.NewDecoder(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := db.Query(t.Context(),
		`SELECT j.id, j.job_id, r.compressed_data FROM jobs j JOIN job_records r ON r.job_id = j.id ORDER BY j.id`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Release()
	var out []record
	for rows.Next() {
		b := rows.RecordBatch()
		for i := range int(b.NumRows()) {
			r := record{
				number: b.Column(0).(*array.Int64).Value(i),
				job:    strings.Clone(b.Column(1).(*array.String).Value(i)), // these bytes go with the reader
				blob:   bytes.Clone(b.Column(2).(*array.Binary).Value(i)),
			}
			if r.raw, err = decoder.Append(nil, r.blob); err != nil {
				t.Fatal(err)
			}
			out = append(out, r)
		}
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

// TestPythonReadsAllRecords compares every raw record as Go and as the Python package see it, its bytes, its text and
// its attributes in SQL; of both codecs and of several dictionaries, and all that a log can hold.
func TestPythonReadsAllRecords(t *testing.T) {
	interpreter, w := python(t), theWorld(t)
	var want strings.Builder
	gzips, dictionaries, attributes := 0, map[uint32]int{}, recordtext.NewAttributes()
	for _, r := range w.records(t) {
		text := r.raw
		if !utf8.Valid(text) {
			text = batch.AppendLatin1(nil, text)
		}
		var pairs []byte
		attributes.Visit(r.raw, func(name, value []byte) {
			pairs = append(append(append(append(pairs, name...), '='), value...), 0)
		})
		fmt.Fprintf(&want, "%d %x %x %x\n", r.number, sha256.Sum256(r.raw), sha256.Sum256(text), sha256.Sum256(pairs))
		if id, ok := codec.DictID(r.blob); ok {
			dictionaries[id]++
		} else if r.isGzip() {
			gzips++
		}
	}
	if gzips == 0 || len(dictionaries) < 2 {
		t.Errorf("%d records in gzip, by dictionary of zstd %v: want both codecs, and two dictionaries", gzips, dictionaries)
	}
	usePackage(t)
	got := w.tool(t, nil, interpreter, "-c", documented(t, "python")[0]+string(read(t, "testdata/hashes.py")))
	lines := strings.SplitAfter(string(got), "\n")
	wanted := strings.SplitAfter(want.String(), "\n")
	slices.Sort(lines)
	slices.Sort(wanted)
	if !slices.Equal(lines, wanted) {
		others := slices.DeleteFunc(lines, func(line string) bool { return slices.Contains(wanted, line) })
		t.Errorf("of %d records Python reads %d in another way, first %.200q",
			len(wanted)-1, len(others), slices.Concat(others, []string{""})[0])
	}
}

// TestDocumentedPython runs the page's example for one job.
func TestDocumentedPython(t *testing.T) {
	interpreter, w := python(t), theWorld(t)
	usePackage(t)
	script := strings.Join(documented(t, "python"), "\n")
	for _, r := range w.examples(t) {
		t.Setenv("JOB", r.job)
		if got := w.tool(t, nil, interpreter, "-c", script); !bytes.Equal(got, r.raw) {
			t.Errorf("%s: got %q, want %q", r.job, got, r.raw)
		}
	}
}

// TestDocumentedCommands runs the page's commands, those for zstd and those for gzip, on a record of that kind.
func TestDocumentedCommands(t *testing.T) {
	for _, need := range []string{"bash", "zstd", "gzip", "base64"} {
		if _, err := exec.LookPath(need); err != nil {
			t.Skipf("%s is not installed: %v", need, err)
		}
	}
	w := theWorld(t)
	commands := documented(t, "sh")
	for _, r := range w.examples(t) {
		script := commands[0]
		if r.isGzip() {
			script = commands[1]
		}
		t.Setenv("JOB", r.job)
		if got := w.tool(t, nil, "bash", "-euo", "pipefail", "-c", script); !bytes.Equal(got, r.raw) {
			t.Errorf("%s: got %q, want %q", r.job, got, r.raw)
		}
	}
}

// examples are two records of each codec, the longest and one of middle length, of jobs whose id is theirs alone.
func (w world) examples(t *testing.T) []record {
	t.Helper()
	all := w.records(t)
	jobs := map[string]int{}
	for _, r := range all {
		jobs[r.job]++
	}
	all = slices.DeleteFunc(all, func(r record) bool { return jobs[r.job] > 1 })
	slices.SortStableFunc(all, func(a, b record) int { return len(b.raw) - len(a.raw) })
	var chosen []record
	for _, gzip := range []bool{false, true} {
		some := slices.DeleteFunc(slices.Clone(all), func(r record) bool { return r.isGzip() != gzip })
		chosen = append(chosen, some[0], some[len(some)/2])
	}
	return chosen
}

// documented gives the blocks of code in docs/raw-records.md in one language, those for zstd before those for gzip.
func documented(t *testing.T, language string) []string {
	t.Helper()
	var blocks []string
	for _, m := range regexp.MustCompile("(?ms)^```(\\w+)\n(.*?)^```$").FindAllSubmatch(read(t, "../docs/raw-records.md"),
		-1) {
		if string(m[1]) == language {
			blocks = append(blocks, string(m[2]))
		}
	}
	if len(blocks) != 2 {
		t.Fatalf("docs/raw-records.md has %d blocks of %s, want 2", len(blocks), language)
	}
	return blocks
}

// TestPythonTellsDamage: a record that can't be read is an error that names it, and TRY leaves the others; a connection
// may be given the functions again.
func TestPythonTellsDamage(t *testing.T) {
	interpreter, w := python(t), theWorld(t)
	usePackage(t)
	got := string(w.tool(t, nil, interpreter, "-c", documented(t, "python")[0]+string(read(t, "testdata/damage.py"))))
	if want := "900150983cd24fb0d6963f7d28e17f72\n[(None, None, None)]\n[(1, True)]\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
