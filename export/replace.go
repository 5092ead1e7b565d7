package export

import (
	"context"
	"io"

	"github.com/apache/arrow-go/v18/arrow/array"

	"pbsduck/export/whole"
)

// WriteFile is Write to a file that appears whole or not at all (package whole). Errors name path.
func WriteFile(ctx context.Context, path string, r array.RecordReader, f Format, o Options) (rows int64, err error) {
	err = whole.Write(path, func(w io.Writer) error {
		rows, err = Write(ctx, w, r, f, o)
		return err
	})
	return rows, err
}

// A Place is where a file will be that another program writes.
type Place = whole.Place

// NewPlace finds where a file goes that another program writes.
func NewPlace(path string) (*Place, error) { return whole.NewPlace(path) }

// Replace is WriteFile for what is no table.
func Replace(path string, write func(io.Writer) error) error { return whole.Write(path, write) }
