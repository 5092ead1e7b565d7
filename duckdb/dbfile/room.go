package dbfile

import (
	"fmt"
	"path/filepath"
)

// Room is an error if the disk of a file has less room than what is to be written there takes. What names it.
func Room(path, what string, needs int64) error {
	free, ok := FreeSpace(filepath.Dir(path))
	if !ok || free >= needs {
		return nil
	}
	const mb = 1_000_000
	return fmt.Errorf("%s: %s will take about %.1f MB, and its disk has %.1f MB left: make room first",
		path, what, float64(needs)/mb, float64(free)/mb)
}
