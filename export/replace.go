package export

import (
	"errors"
	"fmt"
	"io"
)

// Replace is WriteFile for what is no table: path holds what write gives, whole, or stays as it was. Writes are buffered.
func Replace(path string, write func(io.Writer) error) error {
	if err := replace(path, write); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return nil
}

// ReplaceWith is Replace for a file that another program writes: fresh makes it under the name it is given, in the same folder. What
// is not a regular file can't be replaced so.
func ReplaceWith(path string, fresh func(temp string) error) error {
	target, before, err := place(path)
	if err == nil && before != nil && !before.Mode().IsRegular() {
		err = errors.New("it is not a regular file")
	}
	if err == nil {
		err = swapIn(target, before, fresh)
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return nil
}
