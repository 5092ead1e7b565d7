package dataset

import (
	"context"
	"fmt"

	"github.com/apache/arrow-go/v18/arrow"

	"pbsduck/export"
)

// WriteTable has the source write a file of a table of a dataset, with these fields, which the question gives: with
// their units, sources and comments, and as categories where they are.
func WriteTable(
	ctx context.Context, from Source, table string, fields []arrow.Field, question, path string,
	metadata map[string]string,
) (rows int64, err error) {
	keeps, err := from.ParquetSchema(ctx, question)
	if err != nil {
		return 0, err
	}
	if keeps == nil {
		return 0, fmt.Errorf("a column of %s has a type that Parquet files do not keep", table)
	}
	given := keeps.Fields()
	for i, f := range fields {
		if f.Name != given[i].Name {
			return 0, fmt.Errorf("column %d of %s is %s, not %s", i+1, table, given[i].Name, f.Name)
		}
		given[i].Type, given[i].Metadata = f.Type, f.Metadata
	}
	said, err := export.ParquetMetadata(arrow.NewSchema(given, nil), export.Options{Metadata: metadata})
	if err != nil {
		return 0, err
	}
	return from.WriteParquet(ctx, question, path, said)
}
