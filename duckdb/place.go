package duckdb

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf8"
)

// Names of what lies beside a database x.duckdb:
//
//	x.duckdb.lock            held by the process that writes to it
//	x.duckdb.wal             DuckDB's write-ahead log; with .checkpoint or .recovery behind it another part of it
//	x.duckdb.tmp             a folder for what DuckDB has no memory for
//	x.duckdb.building        one that is being made, to take its place
//	x.duckdb.building.lock   held by the process that makes it
//	x.duckdb.previous        the one whose place was taken last
//
// What a dead process left is cleared away by the next one that builds, or
// writes to the database; .wal is part of the database until then.
const (
	lockSuffix     = ".lock"
	walSuffix      = ".wal"
	spillSuffix    = ".tmp"
	buildingSuffix = ".building"
	previousSuffix = ".previous"
)

// walSuffixes are those of all files of a write-ahead log.
var walSuffixes = []string{walSuffix, walSuffix + ".checkpoint", walSuffix + ".recovery"}

// Files are the paths of a database and of what may lie beside it. Some of them
// may not be there.
func Files(path string) []string {
	place := realPath(path)
	var files []string
	for _, name := range []string{place, place + buildingSuffix, place + previousSuffix} {
		files = append(files, name, name+lockSuffix, name+spillSuffix)
		for _, suffix := range walSuffixes {
			files = append(files, name+suffix)
		}
	}
	return files
}

// look finds out what is at a path. It gives where the path leads to, beside
// which everything lies; info is nil if nothing is there.
// An error says why no database can be there: that is so for whatever is no
// regular file, which might hang, and for links where DuckDB writes, which
// might lead anywhere.
func look(path string) (file string, info fs.FileInfo, err error) {
	file = realPath(path)
	if err := checkName(path, file); err != nil {
		return "", nil, err
	}
	info, err = os.Stat(file)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		info = nil
	case err != nil:
		return "", nil, fileError(path, err)
	case !info.Mode().IsRegular():
		return "", nil, fmt.Errorf("%s: %w: it is %s; name another one with --db", path, ErrNotDatabase, kindOf(info.Mode()))
	}
	return file, info, lookBeside(file)
}

// checkName refuses paths that DuckDB takes for something else.
func checkName(path, file string) error {
	switch {
	case !utf8.ValidString(file):
		return fmt.Errorf("%s: DuckDB opens only files whose path is UTF-8: choose another name", path)
	case strings.Contains(file, "?"): // it takes what follows for settings, and puts .wal in front of them
		return fmt.Errorf("%s: DuckDB cannot keep its write-ahead log where a path has a question mark: choose another name", path)
	}
	return nil
}

// quoteFile names a file to DuckDB, to which it is no address of another kind,
// whatever it begins with.
func quoteFile(file string) string {
	if !filepath.IsAbs(file) {
		file = "." + string(filepath.Separator) + file
	}
	return quote(file)
}

// lookBeside refuses what DuckDB would follow or wait for.
func lookBeside(file string) error {
	for _, suffix := range walSuffixes {
		if info, err := os.Lstat(file + suffix); err == nil && !info.Mode().IsRegular() {
			return fmt.Errorf("%s%s: it is %s, where DuckDB keeps its write-ahead log: move it away", file, suffix, kindOf(info.Mode()))
		}
	}
	if info, err := os.Lstat(file + spillSuffix); err == nil && !info.IsDir() {
		return fmt.Errorf("%s%s: it is %s, where DuckDB keeps what it has no memory for: move it away", file, spillSuffix, kindOf(info.Mode()))
	}
	return nil
}

// kindOf says what is no regular file.
func kindOf(mode fs.FileMode) string {
	switch {
	case mode.IsDir():
		return "a folder"
	case mode&fs.ModeSymlink != 0:
		return "a link"
	case mode&fs.ModeNamedPipe != 0:
		return "a named pipe"
	case mode&fs.ModeSocket != 0:
		return "a socket"
	case mode&fs.ModeDevice != 0:
		return "a device"
	}
	return "a file of another kind"
}

// realPath is where a path leads to: another place if it is a link, also one
// to a file that is still to be made.
func realPath(path string) string {
	for range 40 { // as many links as Linux follows
		if target, err := filepath.EvalSymlinks(path); err == nil {
			return target
		}
		folder, err := filepath.EvalSymlinks(filepath.Dir(path))
		if err != nil {
			return path
		}
		path = filepath.Join(folder, filepath.Base(path))
		target, err := os.Readlink(path)
		if err != nil {
			return path
		}
		if path = target; !filepath.IsAbs(target) {
			path = filepath.Join(folder, target)
		}
	}
	return path
}

// logOf gives the files of a database's write-ahead log that are there.
func logOf(file string) (names []string) {
	for _, suffix := range walSuffixes {
		if _, err := os.Lstat(file + suffix); err == nil {
			names = append(names, file+suffix)
		}
	}
	return names
}

// removeDatabase removes a database file with all that may lie beside it.
func removeDatabase(file string) error {
	for _, name := range append([]string{file}, logOf(file)...) {
		if err := removeFile(name); err != nil {
			return err
		}
	}
	return removeSpill(file)
}

// removeFile removes a file, which may not be there.
func removeFile(name string) error {
	if err := os.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fileError(name, err)
	}
	return nil
}

// removeSpill removes what DuckDB wrote to disk for want of memory and could
// not take away, because it was killed.
func removeSpill(file string) error {
	spilled, err := filepath.Glob(filepath.Join(globQuoted(file+spillSuffix), "duckdb_temp_*"))
	if err != nil {
		return err
	}
	for _, name := range spilled {
		if err := os.RemoveAll(name); err != nil {
			return fileError(name, err)
		}
	}
	if len(spilled) > 0 {
		_ = os.Remove(file + spillSuffix) // if it is empty now
	}
	return nil
}

// globQuoted is the pattern that only the path itself matches.
func globQuoted(path string) string {
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(path)
}

// isDatabaseFile tells whether a regular file begins as DuckDB's do. Nobody in
// this process may have it open.
func isDatabaseFile(name string) bool {
	info, err := os.Lstat(name)
	if err != nil || !info.Mode().IsRegular() {
		return false
	}
	f, err := os.Open(name)
	if err != nil {
		return false
	}
	defer f.Close() //nolint:errcheck // it was only read from
	var begin [12]byte
	_, err = f.ReadAt(begin[:], 0) // behind a checksum
	return err == nil && string(begin[8:]) == "DUCK"
}

// hasSizeOfDatabase tells whether a file is as large as DuckDB makes them:
// three headers of 4 KiB, and blocks of 256 KiB.
func hasSizeOfDatabase(info fs.FileInfo) bool {
	const headers, block = 3 * 4096, 256 << 10
	return info.Size() >= headers && (info.Size()-headers)%block == 0
}
