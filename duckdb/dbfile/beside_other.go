//go:build !unix

package dbfile

// MayWriteBeside tells whether this process may make files in the folder of a file.
func MayWriteBeside(string) bool { return true }
