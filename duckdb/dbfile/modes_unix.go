//go:build unix

package dbfile

import (
	"io/fs"
	"sync"
	"syscall"

	"golang.org/x/sys/unix"
)

// masks counts who wants new files to be as closed as some database.
var masks struct {
	sync.Mutex
	users, before int
}

// Tighten lets no one read or write the files that this process makes, be it DuckDB's write-ahead log or what it has no
// memory for, who could not do so with a file of this mode. It never opens what the process's own mask closes.
func Tighten(mode fs.FileMode) (restore func()) {
	mask := 0
	for shift := range 2 { // others, group
		switch bits := int(mode.Perm()) >> (3 * shift) & 7; {
		case bits&4 == 0:
			mask |= 7 << (3 * shift)
		case bits&2 == 0:
			mask |= 2 << (3 * shift)
		}
	}
	masks.Lock()
	defer masks.Unlock()
	now := unix.Umask(0o077)
	if masks.users++; masks.users == 1 {
		masks.before = now
	}
	unix.Umask(now | mask)
	return sync.OnceFunc(func() {
		masks.Lock()
		defer masks.Unlock()
		if masks.users--; masks.users == 0 {
			unix.Umask(masks.before)
		}
	})
}

// isLinked tells whether the file has a second name.
func isLinked(info fs.FileInfo) bool {
	st, ok := info.Sys().(*syscall.Stat_t)
	return ok && st.Nlink > 1
}
