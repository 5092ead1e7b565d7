package dbfile

import (
	"io/fs"
	"os"
)

// IsDatabase tells whether there is a regular file, where a link leads to too, that begins as DuckDB's do. Nobody in
// this process may have it open.
func IsDatabase(name string) bool {
	info, err := os.Stat(name)
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

// HasSizeOfDatabase tells whether a file is as large as DuckDB makes them: three headers of 4 KiB, and blocks of 256
// KiB.
func HasSizeOfDatabase(info fs.FileInfo) bool {
	const headers, block = 3 * 4096, 256 << 10
	return info.Size() >= headers && (info.Size()-headers)%block == 0
}
