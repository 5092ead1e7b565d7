package export

import (
	"bytes"
	"context"
	"errors"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
)

func TestParseFormat(t *testing.T) {
	for _, f := range Formats() {
		if got, err := ParseFormat(string(f)); got != f || err != nil {
			t.Errorf("%s: %s, %v", f, got, err)
		}
	}
	_, err := ParseFormat("xls")
	want := `unknown format "xls": use one of table, csv, json, ndjson, markdown, parquet, arrow, arrows, xlsx`
	if err == nil || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
	if f, ok := FormatOf("out/jobs.Parquet"); f != Parquet || !ok {
		t.Errorf("FormatOf: %s, %v", f, ok)
	}
	if _, ok := FormatOf("jobs"); ok {
		t.Error("FormatOf takes a name without extension")
	}
}

var errBroken = errors.New("the source broke")

// breaking gives one good batch and then an error.
func breaking(t *testing.T, mid func()) array.RecordReader {
	good := reader(t, checked(t), everything, everythingRows)
	good.Next()
	var seq iter.Seq2[arrow.RecordBatch, error] = func(yield func(arrow.RecordBatch, error) bool) {
		if yield(good.RecordBatch(), nil) {
			mid()
			yield(nil, errBroken)
		}
	}
	r := array.ReaderFromIter(everything, seq)
	t.Cleanup(r.Release)
	return r
}

// TestCutResultsLookCut: what a failed write leaves must not pass for a whole result.
func TestCutResultsLookCut(t *testing.T) {
	for _, f := range Formats() {
		var out bytes.Buffer
		_, err := Write(context.Background(), &out, breaking(t, func() {}), f, Options{})
		if !errors.Is(err, errBroken) {
			t.Errorf("%s: error %v", f, err)
		}
		text := out.String()
		if strings.HasSuffix(text, "]\n") || f == Parquet && len(text) > 4 && strings.HasSuffix(text, "PAR1") ||
			f == Arrow && len(text) > 8 && strings.HasSuffix(text, "ARROW1") {
			t.Errorf("%s has an end: %q", f, text[max(0, len(text)-20):])
		}
	}
}

func TestCancelStopsBetweenBatches(t *testing.T) {
	for _, f := range Formats() {
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		rows, err := Write(ctx, &bytes.Buffer{}, reader(t, checked(t), everything, everythingRows), f, Options{})
		if !errors.Is(err, context.Canceled) || rows != 0 {
			t.Errorf("%s: %d rows, %v", f, rows, err)
		}
	}
}

func TestWriteFileReplaces(t *testing.T) {
	dir := t.TempDir()
	path, link := filepath.Join(dir, "out.csv"), filepath.Join(dir, "link.csv")
	if err := errors.Join(os.WriteFile(path, []byte("old"), 0o600), os.Chmod(path, 0o604),
		os.Symlink(path, link)); err != nil {
		t.Fatal(err)
	}
	old, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer old.Close()
	rows, err := WriteFile(context.Background(), link, stringsReader(t, checked(t), "a", "b"), CSV, Options{})
	if rows != 2 || err != nil {
		t.Fatalf("%d rows, %v", rows, err)
	}
	if got, _ := os.ReadFile(path); string(got) != "text\na\nb\n" {
		t.Errorf("file holds %q", got)
	}
	if info, _ := os.Stat(path); info.Mode().Perm() != 0o604 {
		t.Errorf("mode is now %v", info.Mode())
	}
	var before [3]byte
	if n, _ := old.Read(before[:]); string(before[:n]) != "old" {
		t.Errorf("an open reader now sees %q", before[:n])
	}
	left(t, dir, "link.csv", "out.csv")
}

func TestWriteFileFailsWhole(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "out.parquet")
	if err := os.WriteFile(path, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := WriteFile(context.Background(), path, breaking(t, func() {}), Parquet, Options{})
	if want := "write " + path + ": the source broke"; err == nil || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
	ctx, cancel := context.WithCancel(context.Background())
	if _, err := WriteFile(ctx, path, breaking(t, cancel), Parquet, Options{}); !errors.Is(err, errBroken) {
		t.Errorf("error %v", err)
	}
	if got, _ := os.ReadFile(path); string(got) != "old" {
		t.Errorf("file holds %q", got)
	}
	left(t, dir, "out.parquet")
}

// left compares the names in a folder: no temporary file may stay behind.
func left(t *testing.T, dir string, want ...string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	names := make([]string, len(entries))
	for i, e := range entries {
		names[i] = e.Name()
	}
	if strings.Join(names, " ") != strings.Join(want, " ") {
		t.Errorf("folder holds %v, want %v", names, want)
	}
}

func TestWriteFileErrorsNameTheFile(t *testing.T) {
	dir := t.TempDir()
	no := filepath.Join(dir, "no")
	for path, want := range map[string]string{
		dir:                          "it is a directory: name a file in it",
		filepath.Join(no, "out.csv"): "its folder " + no + " does not exist: make it, or choose another",
	} {
		_, err := WriteFile(context.Background(), path, stringsReader(t, checked(t), "a"), CSV, Options{})
		if err == nil || err.Error() != "write "+path+": "+want {
			t.Errorf("error %v, want %s: %s", err, path, want)
		}
	}
}

func TestDiskFull(t *testing.T) {
	if _, err := os.Stat("/dev/full"); err != nil {
		t.Skip("needs /dev/full")
	}
	for _, f := range Formats() {
		_, err := WriteFile(context.Background(), "/dev/full", stringsReader(t, checked(t), "a"), f, Options{})
		if !errors.Is(err, syscall.ENOSPC) || !strings.HasPrefix(err.Error(), "write /dev/full: ") {
			t.Errorf("%s: error %v", f, err)
		}
	}
}
