package export

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
)

// Batches as DuckDB gives them: its vectors have 2,048 rows.
const (
	benchBatch   = 2048
	benchBatches = 50
)

// jobsLike has the columns of jobs: 36, of which 6 instants, 1 date, 14 strings of few values, 1 nearly unique string
// and 14 numbers.
func jobsLike() *arrow.Schema {
	var fields []arrow.Field
	add := func(n int, name string, t arrow.DataType) {
		for i := range n {
			fields = append(fields, arrow.Field{Name: fmt.Sprintf("%s%d", name, i), Type: t, Nullable: true})
		}
	}
	add(1, "id", arrow.PrimitiveTypes.Int64)
	add(6, "instant", &arrow.TimestampType{Unit: arrow.Microsecond, TimeZone: "America/Denver"})
	add(1, "day", arrow.FixedWidthTypes.Date32)
	add(14, "word", arrow.BinaryTypes.String)
	add(1, "name", arrow.BinaryTypes.String)
	add(13, "number", arrow.PrimitiveTypes.Int64)
	return arrow.NewSchema(fields, nil)
}

func jobsBatch(rng *rand.Rand, schema *arrow.Schema, first int64) arrow.RecordBatch {
	b := array.NewRecordBuilder(memory.NewGoAllocator(), schema)
	defer b.Release()
	for i, f := range schema.Fields() {
		for row := range int64(benchBatch) {
			if f.Name != "id0" && rng.IntN(20) == 0 {
				b.Field(i).AppendNull()
				continue
			}
			switch col := b.Field(i).(type) {
			case *array.Int64Builder:
				if f.Name == "id0" {
					col.Append(first + row)
				} else {
					col.Append(int64(rng.ExpFloat64() * 1000))
				}
			case *array.TimestampBuilder:
				col.Append(arrow.Timestamp(1767225600+(first+row)*10+rng.Int64N(600)) * 1e6)
			case *array.Date32Builder:
				col.Append(arrow.Date32(20454 + (first+row)/8640))
			case *array.StringBuilder:
				if f.Name == "name0" {
					col.Append(fmt.Sprintf("run_%d.sh", rng.IntN(1e6)))
				} else {
					col.Append(fmt.Sprintf("value%04d", int(rng.ExpFloat64()*20)))
				}
			}
		}
	}
	return b.NewRecordBatch()
}

type counter int64

func (c *counter) Write(p []byte) (int, error) {
	*c += counter(len(p))
	return len(p), nil
}

var _ io.Writer = (*counter)(nil)

func BenchmarkWrite(b *testing.B) {
	schema := jobsLike()
	rng := rand.New(rand.NewPCG(1, 2))
	batches := make([]arrow.RecordBatch, benchBatches)
	for i := range batches {
		batches[i] = jobsBatch(rng, schema, int64(i)*benchBatch)
	}
	for _, f := range []Format{Parquet, CSV, NDJSON, ArrowStream, Table} {
		b.Run(string(f), func(b *testing.B) {
			b.ReportAllocs()
			var rows int64
			var out counter
			for b.Loop() {
				r, err := array.NewRecordReader(schema, batches)
				if err != nil {
					b.Fatal(err)
				}
				out = 0
				n, err := Write(context.Background(), &out, r, f, Options{Width: 200})
				if err != nil {
					b.Fatal(err)
				}
				rows += n
				r.Release()
			}
			b.ReportMetric(float64(rows)/b.Elapsed().Seconds(), "rows/s")
			b.ReportMetric(float64(out)/(benchBatch*benchBatches), "B/row")
		})
	}
}
