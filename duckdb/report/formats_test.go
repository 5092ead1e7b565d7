package report_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"

	"pbsduck/duckdb/report"
	"pbsduck/export"
)

// python is the interpreter that reads what reports are written as.
func python(t *testing.T) string {
	t.Helper()
	path := os.Getenv("PBSDUCK_PYTHON")
	if path == "" {
		t.Skip("PBSDUCK_PYTHON is not set: make test makes a Python with python/requirements.txt")
	}
	return path
}

// TestFormats writes every report in every format, by hostile names, and has other people's readers compare them;
// nothing in them steers a terminal.
func TestFormats(t *testing.T) {
	w := aWorld(t)
	all, err := report.All("")
	if err != nil {
		t.Fatal(err)
	}
	dir, results := t.TempDir(), 0
	for _, r := range all {
		for _, q := range hostile(r) {
			results++
			writeAll(t, w, r, q, filepath.Join(dir, r.Name+"-"+strings.Join(q.by, "-")))
		}
	}
	script, err := filepath.Abs("testdata/formats.py")
	if err != nil {
		t.Fatal(err)
	}
	said, err := exec.CommandContext(t.Context(), python(t), script, dir).CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	var files, written, rows int
	if _, err := fmt.Sscan(string(said), &written, &files, &rows); err != nil || written != results ||
		files != 6*results || rows < 1000 {
		t.Errorf("%d results were written, and read: %s (%v)", results, said, err)
	}
}

// writeAll writes what a report says in every format.
func writeAll(t *testing.T, w *world, r report.Report, q question, path string) {
	t.Helper()
	reader, err := r.Run(t.Context(), w.db, q.options())
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Release()
	var batches []arrow.RecordBatch
	for reader.Next() {
		b := reader.RecordBatch()
		b.Retain()
		defer b.Release()
		batches = append(batches, b)
	}
	for _, f := range export.Formats() {
		if f == export.XLSX { // rounds to 15 digits, and is read back in notebooks
			continue
		}
		again, err := array.NewRecordReader(reader.Schema(), batches)
		if err != nil {
			t.Fatal(err)
		}
		var text bytes.Buffer
		_, err = export.Write(t.Context(), &text, again, f, export.Options{})
		again.Release()
		if err == nil {
			err = os.WriteFile(path+"."+string(f), text.Bytes(), 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
		if f == export.Table || f == export.Markdown {
			steersNothing(t, path, text.String())
		}
	}
}

// hostile are questions whose rows have names that users choose.
func hostile(r report.Report) (all []question) {
	for _, by := range []string{"account", "facility", "name", "machine"} {
		for _, b := range r.By {
			if b == by && (by != "account" || r.Name != "hours") { // which would be thousands of rows
				all = append(all, question{by: []string{by}})
			}
		}
	}
	return append(all, question{})
}

// steersNothing tells of a text that no character of it is anything but a line's end and what is seen.
func steersNothing(t *testing.T, name, text string) {
	t.Helper()
	for _, c := range text {
		if c < ' ' && c != '\n' || c >= 0x7f && c < 0xa0 {
			t.Errorf("%s holds %q", name, c)
			return
		}
	}
}
