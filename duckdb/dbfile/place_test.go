package dbfile

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

// TestLook: a path leads to a file, perhaps one that is still to be made; nothing else is a database, and what DuckDB
// would follow is refused.
func TestLook(t *testing.T) {
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	at := func(name string) string { return filepath.Join(dir, name) }
	if err := errors.Join(os.WriteFile(at("x"), nil, 0o600), os.Symlink("x", at("link")), os.Symlink("link", at("links")),
		os.Symlink("none", at("new")), os.Mkdir(at("folder"), 0o700),
		os.WriteFile(at("followed"), nil, 0o600), os.Symlink("x", at("followed.wal"))); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]struct {
		file  string
		there bool
	}{"x": {"x", true}, "links": {"x", true}, "new": {"none", false}, "y": {"y", false}} {
		file, info, err := Look(at(path))
		if err != nil || file != at(want.file) || (info != nil) != want.there {
			t.Errorf("%s leads to %s, %v (%v)", path, file, info, err)
		}
	}
	for path, want := range map[string]string{
		"folder":   at("folder") + ": not a pbsduck database: it is a folder",
		"followed": at("followed.wal") + ": it is a link, where DuckDB keeps its write-ahead log: move it away",
		"x/y":      at("x/y") + ": a part of its path is a file, where there should be a folder: choose another path",
		"a?b": at("a?b") + ": DuckDB cannot keep its write-ahead log where a path has a question mark: " +
			"choose another name",
	} {
		_, _, err := Look(at(path))
		if err == nil || err.Error() != want || errors.Is(err, ErrNotDatabase) != (path == "folder") {
			t.Errorf("%s: %v, want %s", path, err, want)
		}
	}
}
