package export

import (
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
