//go:build !unix

package duckdb

import (
	"io/fs"
	"os"
)

func tighten(fs.FileMode) (restore func()) { return func() {} }

func keepMode(file string, like fs.FileInfo, mask fs.FileMode) error {
	return os.Chmod(file, like.Mode().Perm()&^mask)
}

func isLinked(fs.FileInfo) bool { return false }
