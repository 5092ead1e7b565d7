package dbfile

import (
	"errors"
	"io"
	"io/fs"
	"os"

	"golang.org/x/sys/unix"

	"pbsduck/export/whole"
)

// HoldReading keeps writers from the file at path, which DuckDB has open for reading, even if a question opens and
// closes it besides, by which the system lets go of DuckDB's lock: this one belongs to the open file, not to the
// process. It must not be closed before DuckDB has closed the file. Where the file system has no such locks, it keeps
// nobody away.
func HoldReading(path string, info fs.FileInfo) (io.Closer, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, whole.Error(path, err)
	}
	if now, err := f.Stat(); err != nil || !os.SameFile(now, info) { // a rebuild took its place just then
		return nil, errors.Join(&LockedError{Path: path, Holder: "pbsduck"}, f.Close())
	}
	err = unix.FcntlFlock(f.Fd(), unix.F_OFD_SETLK, &unix.Flock_t{Type: unix.F_RDLCK, Whence: io.SeekStart})
	if errors.Is(err, unix.EAGAIN) || errors.Is(err, unix.EACCES) {
		return nil, errors.Join(&LockedError{Path: path, Holder: "pbsduck"}, f.Close())
	}
	return f, nil
}
