package export

import (
	"bufio"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/apache/arrow-go/v18/arrow/array"
)

// WriteFile is Write to a file that appears whole or not at all: it is written under a temporary name in the same folder, synced, and
// renamed over path. A file that was there keeps its mode, and its readers keep what they opened. What is not a regular file, such as
// /dev/stdout or a named pipe, is written to directly. Errors name path. Only a kill leaves something behind: a hidden .NAME.*.tmp.
func WriteFile(ctx context.Context, path string, r array.RecordReader, f Format, o Options) (rows int64, err error) {
	write := func(w io.Writer) error {
		rows, err = Write(ctx, w, r, f, o)
		return err
	}
	if err := replace(path, write); err != nil {
		return rows, fmt.Errorf("write %s: %w", path, err)
	}
	return rows, nil
}

// replace makes path hold what write gives, or leaves it as it was.
func replace(path string, write func(io.Writer) error) error {
	target, before, err := place(path)
	if err != nil {
		return err
	}
	if before != nil && !before.Mode().IsRegular() {
		return writeDirectly(target, write)
	}
	return replaceRegular(target, before, write)
}

// place is where a file for path goes, and what is there; nil if nothing is. Behind a symbolic link that is the file, not the link.
func place(path string) (target string, before fs.FileInfo, err error) {
	before, err = os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return path, nil, nil
	case err != nil:
		return "", nil, bare(err, path)
	case before.IsDir():
		return "", nil, errors.New("it is a directory: name a file in it")
	case !before.Mode().IsRegular():
		return path, before, nil
	}
	target, err = filepath.EvalSymlinks(path)
	return target, before, err
}

// replaceRegular is for a path that is free (before is nil) or holds a regular file.
func replaceRegular(path string, before fs.FileInfo, write func(io.Writer) error) error {
	temp := tempFor(path)
	return swapIn(path, temp, before, func() error {
		file, err := os.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
		if err != nil {
			return bare(err, temp)
		}
		return fill(file, write)
	})
}

// tempFor is a name that nobody has, beside path.
func tempFor(path string) string {
	return filepath.Join(filepath.Dir(path), "."+filepath.Base(path)+"."+rand.Text()[:8]+".tmp")
}

// swapIn renames what fresh makes under the name temp over path.
func swapIn(path, temp string, before fs.FileInfo, fresh func() error) error {
	err := fresh()
	if err == nil && before != nil {
		err = bare(os.Chmod(temp, before.Mode().Perm()), temp)
	}
	if err == nil {
		err = bare(syncFile(temp), temp)
	}
	if err == nil {
		err = os.Rename(temp, path)
	}
	if err != nil {
		if gone := os.Remove(temp); !errors.Is(gone, fs.ErrNotExist) {
			err = errors.Join(err, gone)
		}
		return err
	}
	return syncFile(filepath.Dir(path))
}

func writeDirectly(path string, write func(io.Writer) error) error {
	file, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return bare(err, path)
	}
	return fill(file, write)
}

// fill writes the file and closes it.
func fill(file *os.File, write func(io.Writer) error) error {
	w := bufio.NewWriterSize(file, 1<<20)
	err := write(w)
	if err == nil {
		err = w.Flush()
	}
	return errors.Join(bare(err, file.Name()), bare(file.Close(), file.Name()))
}

// syncFile makes a file, or a rename in a folder, last through a power failure.
func syncFile(path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(file.Sync(), file.Close())
}

// bare takes the name of the file off an error of the os package: it may be a temporary name, which means nothing to people, and
// WriteFile puts the right one in front.
func bare(err error, name string) error {
	var pathErr *fs.PathError
	if errors.As(err, &pathErr) && pathErr.Path == name {
		return pathErr.Err
	}
	return err
}
