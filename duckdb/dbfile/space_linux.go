package dbfile

import "golang.org/x/sys/unix"

// FreeSpace is how many bytes there are for ordinary users on the disk of a folder; ok is false where that can't be
// told.
func FreeSpace(folder string) (free int64, ok bool) {
	var s unix.Statfs_t
	if err := unix.Statfs(folder, &s); err != nil {
		return 0, false
	}
	return int64(s.Bavail) * s.Bsize, true
}
