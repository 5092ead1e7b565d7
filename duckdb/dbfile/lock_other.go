//go:build !unix

package dbfile

import (
	"io/fs"
	"os"
)

func openLock(path string, mode fs.FileMode) (f *os.File, readOnly bool, err error) {
	f, err = os.OpenFile(path, os.O_RDWR|os.O_CREATE, mode)
	return f, false, err
}

// tryLock relies on the file having been made: where there is no flock, it is only DuckDB's own lock that keeps others
// away.
func tryLock(*os.File) (taken bool, err error) { return true, nil }
