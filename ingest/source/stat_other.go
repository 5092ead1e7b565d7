//go:build !unix

package source

import (
	"io/fs"
	"os"
)

// inode is 0: these systems do not tell it with a file's other data.
func inode(fs.FileInfo) uint64 { return 0 }

// device is 0 likewise.
func device(fs.FileInfo) uint64 { return 0 }

func openFile(path string) (*os.File, error) { return os.Open(path) }
