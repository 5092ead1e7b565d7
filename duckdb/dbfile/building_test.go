package dbfile

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

// TestPreviousIsKept: the old database stays under its second name, also after a process was killed between giving it
// that and swapping in the new one.
func TestPreviousIsKept(t *testing.T) {
	dir := t.TempDir()
	place := filepath.Join(dir, "x.duckdb")
	read := func(path string) string {
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return string(content)
	}
	for i, content := range []string{"one", "two", "three"} {
		b, err := Build(t.Context(), place, 0)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(b.Path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if i > 0 {
			if err := keepPrevious(place); err != nil { // killed after this
				t.Fatal(err)
			}
		}
		if err := errors.Join(b.Harden(), b.TakePlace()); err != nil {
			t.Fatal(err)
		}
	}
	if now, before := read(place), read(place+PreviousSuffix); now != "three" || before != "two" {
		t.Errorf("the database is %q, the previous one %q", now, before)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 2 {
		t.Errorf("there are %v (%v)", left, err)
	}
}
