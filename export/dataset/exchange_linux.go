package dataset

import (
	"errors"

	"golang.org/x/sys/unix"
)

// exchange has two folders change places, in one step. The error is errors.ErrUnsupported where the file system can't.
func exchange(a, b string) error {
	err := unix.Renameat2(unix.AT_FDCWD, a, unix.AT_FDCWD, b, unix.RENAME_EXCHANGE)
	if errors.Is(err, unix.EINVAL) || errors.Is(err, unix.ENOSYS) {
		return errors.ErrUnsupported
	}
	return err
}
