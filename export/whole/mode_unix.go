//go:build unix

package whole

import (
	"io/fs"
	"os"
	"syscall"
)

func keepMode(path string, like fs.FileInfo, mask fs.FileMode) error {
	perm := like.Mode().Perm() &^ mask
	if st, ok := like.Sys().(*syscall.Stat_t); ok {
		_ = os.Chown(path, int(st.Uid), -1) // which only root may
		if err := os.Chown(path, -1, int(st.Gid)); err != nil {
			perm = perm&^0o070 | perm&0o007<<3
		}
	}
	return os.Chmod(path, perm)
}
