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
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return replaceRegular(path, nil, write)
	case err != nil:
		return bare(err, path)
	case info.IsDir():
		return errors.New("it is a directory: name a file in it")
	case !info.Mode().IsRegular():
		return writeDirectly(path, write)
	}
	// The file behind a symbolic link is replaced, not the link.
	target, err := filepath.EvalSymlinks(path)
	if err != nil {
		return err
	}
	return replaceRegular(target, info, write)
}

// replaceRegular is for a path that is free (before is nil) or holds a regular file.
func replaceRegular(path string, before fs.FileInfo, write func(io.Writer) error) error {
	temp := filepath.Join(filepath.Dir(path), "."+filepath.Base(path)+"."+rand.Text()[:8]+".tmp")
	file, err := os.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return bare(err, temp)
	}
	if before != nil {
		err = file.Chmod(before.Mode().Perm())
	}
	if err == nil {
		err = fill(file, write, file.Sync)
	}
	err = errors.Join(err, bare(file.Close(), temp))
	if err == nil {
		err = os.Rename(temp, path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(temp))
	}
	return syncDir(filepath.Dir(path))
}

func writeDirectly(path string, write func(io.Writer) error) error {
	file, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return bare(err, path)
	}
	err = fill(file, write, func() error { return nil })
	return errors.Join(err, bare(file.Close(), path))
}

func fill(file *os.File, write func(io.Writer) error, sync func() error) error {
	w := bufio.NewWriterSize(file, 1<<20)
	for _, step := range []func() error{func() error { return write(w) }, w.Flush, sync} {
		if err := step(); err != nil {
			return bare(err, file.Name())
		}
	}
	return nil
}

// syncDir makes a rename last through a power failure.
func syncDir(path string) error {
	dir, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
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
