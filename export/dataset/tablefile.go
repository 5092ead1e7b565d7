package dataset

import (
	"context"
	"fmt"

	"github.com/apache/arrow-go/v18/arrow"

	"pbsduck/export"
	"pbsduck/ingest/schema"
)

// WriteTable has the source write a file of a table of a dataset, whose columns but for the
// first, the machine, the question gives: with their units, sources and comments, and as categories where they are.
func WriteTable(
	ctx context.Context, from Source, t schema.Table, question, path string, metadata map[string]string,
) (rows int64, err error) {
	keeps, err := from.ParquetSchema(ctx, question)
	if err != nil {
		return 0, err
	}
	if keeps == nil {
		return 0, fmt.Errorf("a column of %s has a type that Parquet files do not keep", t.Name)
	}
	fields := keeps.Fields()
	for i, c := range t.Columns[1:] {
		f := c.DatasetField()
		if f.Name != fields[i].Name {
			return 0, fmt.Errorf("column %d of %s is %s, not %s", i+1, t.Name, fields[i].Name, f.Name)
		}
		fields[i].Type, fields[i].Metadata = f.Type, f.Metadata
	}
	said, err := export.ParquetMetadata(arrow.NewSchema(fields, nil), export.Options{Metadata: metadata})
	if err != nil {
		return 0, err
	}
	return from.WriteParquet(ctx, question, path, said)
}
