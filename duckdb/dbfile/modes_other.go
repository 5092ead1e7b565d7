//go:build !unix

package dbfile

import "io/fs"

// Tighten lets no one read or write the files that this process makes who could not do so with a file of this mode,
// which is for Unix to do.
func Tighten(fs.FileMode) (restore func()) { return func() {} }

func isLinked(fs.FileInfo) bool { return false }
