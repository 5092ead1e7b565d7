package dbfile

import (
	"os"
	"path/filepath"
	"strings"

	"pbsduck/export/whole"
)

// Logs gives the files of a database's write-ahead log that are there.
func Logs(file string) (names []string) {
	for _, suffix := range walSuffixes {
		if _, err := os.Lstat(file + suffix); err == nil {
			names = append(names, file+suffix)
		}
	}
	return names
}

// Remove removes a database file with all that may lie beside it.
func Remove(file string) error {
	for _, name := range append([]string{file}, Logs(file)...) {
		if err := whole.Remove(name); err != nil {
			return err
		}
	}
	return RemoveSpill(file)
}

// RemoveSpill removes what DuckDB wrote to disk for want of memory and could not take away, because it was killed.
func RemoveSpill(file string) error {
	spilled, err := filepath.Glob(filepath.Join(globQuoted(file+SpillSuffix), "duckdb_temp_*"))
	if err != nil {
		return err
	}
	for _, name := range spilled {
		if err := os.RemoveAll(name); err != nil {
			return whole.Error(name, err)
		}
	}
	if len(spilled) > 0 {
		_ = os.Remove(file + SpillSuffix) // if it is empty now
	}
	return nil
}

// globQuoted is the pattern that only the path itself matches.
func globQuoted(path string) string {
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(path)
}
