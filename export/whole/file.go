package whole

import (
	"bufio"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// Write makes path hold what write gives, or leaves it as it was. Writes are buffered. Errors name path.
func Write(path string, write func(io.Writer) error) error {
	p, err := find(path)
	if err == nil {
		err = p.write(write)
	}
	return named(path, err)
}

// A Place is where a file will be that another program writes.
type Place struct {
	path   string // as the user names it
	target string // the file behind it
	before fs.FileInfo
	temp   string
}

// NewPlace finds where the file goes. What is not a regular file can't be replaced so.
func NewPlace(path string) (*Place, error) {
	p, err := find(path)
	if err == nil && p.isSpecial() {
		err = errors.New("it is not a regular file")
	}
	if err == nil {
		p.target, err = filepath.Abs(p.target)
	}
	if err != nil {
		return nil, named(path, err)
	}
	p.temp = tempFor(p.target)
	return p, nil
}

// Temp is the absolute name under which the file must be made: in its folder, and of nobody else.
func (p *Place) Temp() string { return p.temp }

// Fill is Write: fresh makes the file under the name of Temp.
func (p *Place) Fill(fresh func() error) error { return named(p.path, p.fill(fresh)) }

// find is where a file for path goes, and what is there; before is nil if nothing is.
func find(path string) (*Place, error) {
	before, err := os.Stat(path)
	p := &Place{path: path, target: path, before: before, temp: tempFor(path)}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		p.before = nil
		return p, nil
	case err != nil:
		return nil, bare(err)
	case before.IsDir():
		return nil, errors.New("it is a directory: name a file in it")
	case p.isSpecial():
		return p, nil
	}
	if p.target, err = filepath.EvalSymlinks(path); err != nil {
		return nil, bare(err)
	}
	p.temp = tempFor(p.target)
	return p, nil
}

// isSpecial tells whether there is something that can't be replaced, only written to.
func (p *Place) isSpecial() bool { return p.before != nil && !p.before.Mode().IsRegular() }

// tempFor is a name that nobody has, beside path.
func tempFor(path string) string {
	return filepath.Join(filepath.Dir(path), "."+filepath.Base(path)+"."+rand.Text()[:8]+".tmp")
}

func (p *Place) write(write func(io.Writer) error) error {
	if p.isSpecial() {
		return writeTo(p.target, os.O_WRONLY, write)
	}
	return p.fill(func() error { return writeTo(p.temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, write) })
}

// fill gives what fresh makes under the temporary name the file's own.
func (p *Place) fill(fresh func() error) error {
	err := fresh()
	if err == nil && p.before != nil {
		err = bare(keepMode(p.temp, p.before, 0))
	}
	if err == nil {
		err = bare(rename(p.temp, p.target))
	}
	if err != nil {
		if gone := os.Remove(p.temp); !errors.Is(gone, fs.ErrNotExist) {
			err = errors.Join(err, bare(gone))
		}
	}
	return err
}

// writeTo opens a file, writes it and closes it.
func writeTo(path string, flag int, write func(io.Writer) error) error {
	file, err := os.OpenFile(path, flag, 0o666)
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("its folder %s does not exist: make it, or choose another", filepath.Dir(path))
	}
	if err != nil {
		return bare(err)
	}
	w := bufio.NewWriterSize(plain{file}, 1<<20)
	if err = write(w); err == nil {
		err = w.Flush()
	}
	return errors.Join(err, bare(file.Close()))
}

// plain is a file whose errors do not name it: its name may be a temporary one, which means nothing to people.
type plain struct{ file *os.File }

func (p plain) Write(b []byte) (int, error) {
	n, err := p.file.Write(b)
	return n, bare(err)
}

// named puts the path in front of an error.
func named(path string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("write %s: %w", path, err)
}
