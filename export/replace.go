package export

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
)

// Replace is WriteFile for what is no table: path holds what write gives, whole, or stays as it was. Writes are buffered.
func Replace(path string, write func(io.Writer) error) error {
	if err := replace(path, write); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return nil
}

// A Place is where a file will be that another program writes.
type Place struct {
	path   string
	target string
	before fs.FileInfo
	temp   string
}

// NewPlace finds where the file goes. What is not a regular file can't be replaced so.
func NewPlace(path string) (*Place, error) {
	target, before, err := place(path)
	if err == nil && before != nil && !before.Mode().IsRegular() {
		err = errors.New("it is not a regular file")
	}
	if err == nil {
		target, err = filepath.Abs(target)
	}
	if err != nil {
		return nil, fmt.Errorf("write %s: %w", path, err)
	}
	return &Place{path: path, target: target, before: before, temp: tempFor(target)}, nil
}

// Temp is the absolute name under which the file must be made: in its folder, and of nobody else.
func (p *Place) Temp() string { return p.temp }

// Fill is Replace: write makes the file under the name of Temp.
func (p *Place) Fill(write func() error) error {
	if err := swapIn(p.target, p.temp, p.before, write); err != nil {
		return fmt.Errorf("write %s: %w", p.path, err)
	}
	return nil
}
