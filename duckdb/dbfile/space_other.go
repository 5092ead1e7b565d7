//go:build !linux

package dbfile

// FreeSpace is how many bytes there are for ordinary users on the disk of a folder; ok is false where that can't be
// told, which is everywhere but on Linux.
func FreeSpace(string) (free int64, ok bool) { return 0, false }
