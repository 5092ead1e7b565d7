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
