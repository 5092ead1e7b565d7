package export

import (
	"encoding/base64"
	"fmt"
	"io"
	"maps"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/flight"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/compress"
	"github.com/apache/arrow-go/v18/parquet/pqarrow"
)

// rowGroupRows is DuckDB's row group, so that a file which DuckDB wrote and one which pbsduck wrote are read alike.
const rowGroupRows = 122_880

// zstdLevel is zstd's own default.
const zstdLevel = 3

// parquetSink writes format version 2.6 with data pages of version 1, which every reader knows: zstd, row groups of
// 122,880 rows, dictionary pages, statistics and a page index. Instants keep their unit (DuckDB's are microseconds) and
// are isAdjustedToUTC.
//
// The file's ARROW:schema entry holds the Arrow schema with the columns' metadata. Where the reader gave a column as
// dictionary, that entry says so, and pandas, polars and arrow show it as a category, although the column is stored
// like any other.
type parquetSink struct {
	shape *shape
	w     *pqarrow.FileWriter
}

func newParquetSink(w io.Writer, schema *arrow.Schema, o Options) (*parquetSink, error) {
	if err := storable(schema); err != nil {
		return nil, err
	}
	s := &parquetSink{shape: newShape(schema, true, o)}
	var err error
	s.w, err = pqarrow.NewFileWriter(s.shape.schema, w, properties(schema), pqarrow.DefaultWriterProps())
	if err != nil {
		return nil, fmt.Errorf("start the parquet file: %w", err)
	}
	return s, s.w.AppendKeyValueMetadata(arrowSchema, describe(schema, o))
}

// arrowSchema is the entry of the file's metadata that Arrow's readers look for.
const arrowSchema = "ARROW:schema"

func describe(schema *arrow.Schema, o Options) string {
	described := flight.SerializeSchema(reshape(schema, false, o), memory.DefaultAllocator)
	return base64.StdEncoding.EncodeToString(described)
}

// ParquetMetadata is what the file's metadata must hold when DuckDB writes a result with that schema, so that its
// columns are described as in files that Write makes. The error says what Parquet has no place for.
func ParquetMetadata(schema *arrow.Schema, o Options) (map[string]string, error) {
	if err := storable(schema); err != nil {
		return nil, err
	}
	all := maps.Clone(o.Metadata)
	if all == nil {
		all = map[string]string{}
	}
	all[arrowSchema] = describe(schema, o)
	return all, nil
}

func properties(schema *arrow.Schema) *parquet.WriterProperties {
	props := []parquet.WriterProperty{
		parquet.WithVersion(parquet.V2_LATEST),
		parquet.WithDataPageVersion(parquet.DataPageV1),
		parquet.WithCompression(compress.Codecs.Zstd),
		parquet.WithCompressionLevel(zstdLevel),
		parquet.WithMaxRowGroupLength(rowGroupRows),
		parquet.WithPageIndexEnabled(true),
	}
	for _, f := range schema.Fields() {
		// Instants hardly repeat: building their dictionary, only to drop it when it is full, took a fifth of the time.
		if f.Type.ID() == arrow.TIMESTAMP {
			props = append(props, parquet.WithDictionaryPath(parquet.ColumnPath{f.Name}, false))
		}
	}
	return parquet.NewWriterProperties(props...)
}

// storable refuses what Parquet has no place for, by name and before a byte is written.
func storable(schema *arrow.Schema) error {
	if schema.NumFields() == 0 {
		return fmt.Errorf("a result without columns cannot be written as parquet")
	}
	for _, f := range schema.Fields() {
		switch f.Type.ID() {
		case arrow.INTERVAL_MONTHS, arrow.INTERVAL_DAY_TIME, arrow.INTERVAL_MONTH_DAY_NANO:
			return fmt.Errorf("column %q is an INTERVAL, which parquet readers do not agree on: write seconds, epoch(%s)",
				f.Name, f.Name)
		case arrow.SPARSE_UNION, arrow.DENSE_UNION:
			return fmt.Errorf("column %q is a UNION, which parquet cannot hold: cast it to VARCHAR", f.Name)
		}
	}
	return uniqueNames(schema, Parquet)
}

func (s *parquetSink) write(b arrow.RecordBatch) error {
	shaped, err := s.shape.batch(b)
	if err != nil {
		return err
	}
	defer shaped.Release()
	return s.w.WriteBuffered(shaped)
}

func (s *parquetSink) close() error { return s.w.Close() }
