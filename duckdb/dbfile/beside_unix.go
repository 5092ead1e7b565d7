//go:build unix

package dbfile

import (
	"path/filepath"

	"golang.org/x/sys/unix"
)

// MayWriteBeside tells whether this process may make files in the folder of a file.
func MayWriteBeside(file string) bool { return unix.Access(filepath.Dir(file), unix.W_OK) == nil }
