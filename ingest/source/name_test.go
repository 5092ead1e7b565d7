package source

import (
	"os"
	"path/filepath"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestEscape(t *testing.T) {
	for name, want := range map[string]string{
		"20260101": "20260101", "März": "März", "a\xffb": `a\xffb`, `a\xffb`: `a\\xffb`, "\x9b2J": `\x9b2J`,
		"\u009b": "\u009b", "�": "�", "\xe4\xf6": `\xe4\xf6`, `\`: `\\`, "": "",
	} {
		if got := Escape(name); got != want || Unescape(got) != name {
			t.Errorf("%q is kept as %q, want %q, and comes back as %q", name, got, want, Unescape(got))
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		bytes := rapid.SliceOf(rapid.SampledFrom([]byte("ax0f\\\xff\x80\xc3\xa4\xed"))) // in which escapes are likely
		name := string(bytes.Draw(t, "name"))
		kept := Escape(name)
		if !utf8.ValidString(kept) || Unescape(kept) != name {
			t.Errorf("%q is kept as %q and comes back as %q", name, kept, Unescape(kept))
		}
	})
}

// A log whose name, or whose folder's, is not UTF-8 is a log like others.
func TestFindNotUTF8(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "fol\xe4der", "log\xff.gz")
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Skip(err)
	}
	if err := os.WriteFile(path, packers[Gzip](t, text(1)), 0o644); err != nil {
		t.Skip(err)
	}
	logs, err := Find([]string{dir}, FindOptions{})
	if err != nil || len(logs) != 1 {
		t.Fatal(logs, err)
	}
	l := logs[0]
	same(t, "name", l.Name, `log\xff`)
	same(t, "key", l.Key, filepath.Join(dir, `fol\xe4der`, `log\xff`))
	same(t, "file", l.File(), filepath.Join(dir, `fol\xe4der`, `log\xff.gz`))
	if l.Path != path || !Exists(l.Key) {
		t.Errorf("%q can't be opened, or is not there", l.Path)
	}
}
