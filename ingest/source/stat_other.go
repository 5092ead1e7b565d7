//go:build !unix

package source

import "io/fs"

// inode is 0: these systems do not tell it with a file's other data.
func inode(fs.FileInfo) uint64 { return 0 }
