package source

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// folder takes every log below dir. A part that cannot be read is an error: what it hides would be missing unseen.
func (f *finder) folder(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return pathError(dir, err)
	}
	for _, e := range entries {
		if err := f.entry(filepath.Join(dir, e.Name()), e); err != nil {
			return err
		}
	}
	return nil
}

func (f *finder) entry(path string, e fs.DirEntry) error {
	if reason := unlikely(path); isHidden(path) || reason != "" && !e.IsDir() {
		if isHidden(path) {
			reason = "hidden"
		}
		f.skip(Skipped{path, reason})
		return nil
	}
	if e.IsDir() {
		return f.folder(path)
	}
	info, err := os.Stat(path) // follows a link
	switch {
	case errors.Is(err, fs.ErrNotExist) && e.Type()&fs.ModeSymlink != 0:
		f.skip(Skipped{path, "a link to nothing"})
	case errors.Is(err, fs.ErrNotExist):
		f.skip(Skipped{path, "gone since the folder was read"})
	case err != nil:
		return pathError(path, err)
	case info.IsDir():
		f.skip(Skipped{path, "a link to a folder: name it to have it read"})
	case !info.Mode().IsRegular():
		f.skip(Skipped{path, "not a regular file"})
	default:
		return f.add(path, info)
	}
	return nil
}

func isHidden(path string) bool {
	base := filepath.Base(path)
	return strings.HasPrefix(base, ".") && base != "." && base != ".."
}

// noLog tells suffixes of files that lie beside logs and are none.
var noLog = map[string]string{
	".duckdb": "a database", ".wal": "a database's write-ahead log", ".parquet": "a table", ".arrow": "a table", ".csv": "a table",
	".json": "JSON", ".jsonl": "JSON", ".ndjson": "JSON", ".toml": "a configuration", ".md": "a text",
	".tar": "an archive: unpack it first", ".tgz": "an archive: unpack it first", ".zip": "an archive: unpack it first",
}

// unlikely gives the reason why a file of this name can be no log, or "".
func unlikely(path string) string {
	name, _ := splitSuffix(filepath.Base(path))
	if strings.Contains(name, ".truth") {
		return "what a generated log must give"
	}
	return noLog[strings.ToLower(filepath.Ext(name))]
}
