package pbs

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pbsduck/ingest/corpus"
)

// scanAll reads a whole log in blocks that Cut makes at the given size, and hands each record to visit.
func scanAll(data []byte, size int, visit func(*Record)) {
	s := NewScanner(NewParser())
	line, offset := int64(1), int64(0)
	for len(data) > 0 {
		cut := 0
		for n := size; cut == 0; n *= 2 {
			if n >= len(data) {
				cut = len(data)
				break
			}
			cut = new(Framer).Cut(data[:n])
		}
		s.Reset(data[:cut], line, offset)
		var r Record
		for s.Next(&r) {
			visit(&r)
		}
		line += int64(bytes.Count(data[:cut], []byte{'\n'}))
		offset += int64(cut)
		data = data[cut:]
	}
}

func TestCorpusLosesNothing(t *testing.T) {
	files := 0
	err := filepath.WalkDir(corpus.Dir(t), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		files++
		for _, size := range []int{1 << 30, 4096, 300} {
			checkLossless(t, path, data, size)
		}
		return nil
	})
	if err != nil || files == 0 {
		t.Fatal(files, err)
	}
}

// checkLossless checks that all bytes of a log are in its records, in order, but for white space between them, and that
// lines are counted.
func checkLossless(t *testing.T, name string, data []byte, size int) {
	t.Helper()
	at, lines := 0, 0
	scanAll(data, size, func(r *Record) {
		start := int(r.Offset)
		if gap := data[at:start]; len(bytes.TrimSpace(gap)) > 0 {
			t.Fatalf("%s in blocks of %d: %q is in no record", name, size, gap)
		}
		if !bytes.HasPrefix(data[start:], r.Raw) {
			t.Fatalf("%s in blocks of %d: record at %d is %q", name, size, start, r.Raw)
		}
		if line := 1 + bytes.Count(data[:start], []byte{'\n'}); r.Line != int64(line) {
			t.Fatalf("%s in blocks of %d: record at %d is in line %d, not %d", name, size, start, line, r.Line)
		}
		at, lines = start+len(r.Raw), lines+r.Lines
	})
	if gap := data[at:]; len(bytes.TrimSpace(gap)) > 0 {
		t.Fatalf("%s in blocks of %d: %q at the end is in no record", name, size, gap)
	}
	if want := bytes.Count(data, []byte{'\n'}); lines != want && (lines != want+1 || data[len(data)-1] == '\n') {
		t.Fatalf("%s in blocks of %d: %d lines, want %d", name, size, lines, want)
	}
}

type expectation struct{ Type, ID, Key, Value, Note string }

func TestCorpusExpectedValues(t *testing.T) {
	dir := filepath.Join(corpus.Dir(t), "openpbs-live")
	blob, err := os.ReadFile(filepath.Join(dir, "expected.json"))
	if err != nil {
		t.Skip(err)
	}
	var want []expectation
	if err := json.Unmarshal(blob, &want); err != nil {
		t.Fatal(err)
	}
	logs, _ := filepath.Glob(filepath.Join(dir, "server*", "*"))
	got := map[string][]string{}
	for _, log := range logs {
		data, err := os.ReadFile(log)
		if err != nil {
			t.Fatal(err)
		}
		scanAll(data, 1<<30, func(r *Record) {
			at := string(r.Type) + " " + string(r.ID) + " "
			if len(r.Attrs) == 0 {
				got[at+"<message>"] = append(got[at+"<message>"], string(r.Text))
			}
			for _, a := range r.Attrs {
				got[at+string(a.Name)] = append(got[at+string(a.Name)], string(a.Value))
			}
			if bytes.HasPrefix(r.ID, []byte("999.")) {
				t.Errorf("forged record is taken for one: line %d", r.Line)
			}
			if strings.HasPrefix(string(r.ID), "81.") && r.Flags&Forged == 0 && r.Letter() != 'D' {
				t.Errorf("forged record in line %d is not flagged", r.Line)
			}
		})
	}
	for _, w := range want {
		checkExpected(t, w, got[w.Type+" "+w.ID+" "+w.Key])
	}
	if z := got["z 26.pbssrv <message>"]; len(z) != 1 || z[0] != "\x22\x9f\xf1\x26\x7f" {
		t.Errorf("uninitialised z text: %q", z)
	}
}

func checkExpected(t *testing.T, w expectation, got []string) {
	t.Helper()
	if w.Key == "<length>" || strings.HasPrefix(w.Key, "<raw") {
		return
	}
	head, tail, cut := strings.Cut(w.Value, "...,")
	for _, v := range got {
		if v == w.Value || cut && strings.HasPrefix(v, head) && strings.HasSuffix(v, tail) {
			return
		}
	}
	t.Errorf("%s %s %s: got %.300q, want %.300q", w.Type, w.ID, w.Key, got, w.Value)
}
