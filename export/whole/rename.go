package whole

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// Rename gives a file that was made under another name in the same folder its own, when all of it is on disk, and waits
// until the name is. A file that had the name is gone for all but those who have it open.
func Rename(temp, path string) error { return Error(path, rename(temp, path)) }

func rename(temp, path string) error {
	if err := syncPath(temp); err != nil {
		return err
	}
	if err := os.Rename(temp, path); err != nil {
		return err
	}
	return syncPath(filepath.Dir(path))
}

// Link makes path a symbolic link to a file beside it, in one step if it is one already. The link is relative, so that
// the folder may move, or be mounted elsewhere. It is made under the name path.new: what has that name goes.
func Link(file, path string) error {
	fresh := path + ".new"
	if err := Remove(fresh); err != nil {
		return err
	}
	if err := os.Symlink(filepath.Base(file), fresh); err != nil {
		return Error(fresh, err)
	}
	if err := os.Rename(fresh, path); err != nil {
		return Error(path, err)
	}
	return Sync(filepath.Dir(path))
}

// Remove removes a file, which may not be there.
func Remove(path string) error {
	if err := os.Remove(path); !errors.Is(err, fs.ErrNotExist) {
		return Error(path, err)
	}
	return nil
}

// Sync waits until a file, or the names in a folder, are on disk.
func Sync(path string) error { return Error(path, syncPath(path)) }

func syncPath(path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(file.Sync(), file.Close())
}

// KeepMode gives a file the owner and the permissions of another one, but for those that mask takes away. Where the
// group can't be given, it may do no more than everybody.
func KeepMode(path string, like fs.FileInfo, mask fs.FileMode) error {
	return Error(path, keepMode(path, like, mask))
}
