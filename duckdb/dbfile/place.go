package dbfile

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"pbsduck/export/whole"
)

// ErrNotDatabase says that there is something else than a database.
var ErrNotDatabase = errors.New("not a pbsduck database")

// What is added to the name of a database for what lies beside it.
const (
	LockSuffix     = ".lock"
	WALSuffix      = ".wal"
	SpillSuffix    = ".tmp"
	BuildingSuffix = ".building"
	PreviousSuffix = ".previous"
	olderSuffix    = ".older" // of what is being built from a database of an earlier version
)

// walSuffixes are those of all files of a write-ahead log.
var walSuffixes = []string{WALSuffix, WALSuffix + ".checkpoint", WALSuffix + ".recovery"}

// Files are the paths of a database and of what may lie beside it. Some of them may not be there.
func Files(path string) []string {
	place := RealPath(path)
	var files []string
	for _, name := range []string{
		place, place + BuildingSuffix, place + BuildingSuffix + olderSuffix, place + PreviousSuffix,
	} {
		files = append(files, name, name+LockSuffix, name+SpillSuffix)
		for _, suffix := range walSuffixes {
			files = append(files, name+suffix)
		}
	}
	return files
}

// Look finds out what is at a path. It gives where the path leads to, beside which everything lies; info is nil if
// nothing is there. An error says why no database can be there: that is so for whatever is no regular file, which might
// hang, and for links where DuckDB writes, which might lead anywhere.
func Look(path string) (file string, info fs.FileInfo, err error) {
	file = RealPath(path)
	if err := CheckName(path, file); err != nil {
		return "", nil, err
	}
	info, err = os.Stat(file)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		info = nil
	case err != nil:
		return "", nil, whole.Error(path, err)
	case !info.Mode().IsRegular():
		return "", nil, fmt.Errorf("%s: %w: it is %s", path, ErrNotDatabase, kindOf(info.Mode()))
	}
	return file, info, lookBeside(file)
}

// CheckName refuses paths that DuckDB takes for something else.
func CheckName(path, file string) error {
	switch {
	case !utf8.ValidString(file):
		return fmt.Errorf("%s: DuckDB opens only files whose path is UTF-8: choose another name", path)
	case strings.Contains(file, "?"): // it takes what follows for settings, and puts .wal in front of them
		return fmt.Errorf("%s: DuckDB cannot keep its write-ahead log where a path has a question mark: choose another name",
			path)
	}
	return nil
}

// lookBeside refuses what DuckDB would follow or wait for.
func lookBeside(file string) error {
	for _, suffix := range walSuffixes {
		if info, err := os.Lstat(file + suffix); err == nil && !info.Mode().IsRegular() {
			return fmt.Errorf("%s%s: it is %s, where DuckDB keeps its write-ahead log: move it away",
				file, suffix, kindOf(info.Mode()))
		}
	}
	if info, err := os.Lstat(file + SpillSuffix); err == nil && !info.IsDir() {
		return fmt.Errorf("%s%s: it is %s, where DuckDB keeps what it has no memory for: move it away",
			file, SpillSuffix, kindOf(info.Mode()))
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

// RealPath is where a path leads to: another place if it is a link, also one to a file that is still to be made.
func RealPath(path string) string {
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
