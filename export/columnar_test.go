package export

import (
	"bytes"
	"context"
	"fmt"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/ipc"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/apache/arrow-go/v18/parquet/compress"
	"github.com/apache/arrow-go/v18/parquet/file"
	"github.com/apache/arrow-go/v18/parquet/pqarrow"
	"github.com/apache/arrow-go/v18/parquet/schema"
	"github.com/google/go-cmp/cmp"
)

var described = Options{
	Metadata: map[string]string{"schema_version": "1", "site_zone": "America/Denver"},
	Fields:   map[string]map[string]string{"ratio": {"unit": "1", "comment": "used of requested"}},
}

func openParquet(t *testing.T, data []byte) (*file.Reader, *pqarrow.FileReader) {
	t.Helper()
	f, err := file.NewParquetReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	r, err := pqarrow.NewFileReader(f, pqarrow.ArrowReadProperties{}, memory.NewGoAllocator())
	if err != nil {
		t.Fatal(err)
	}
	return f, r
}

// asNDJSON is how the tests compare values of one format with those of another.
func asNDJSON(t *testing.T, r array.RecordReader) string {
	t.Helper()
	return string(written(t, r, NDJSON, Options{}))
}

func TestParquetReadsBack(t *testing.T) {
	mem := checked(t)
	f, pq := openParquet(t, written(t, reader(t, mem, everything, everythingRows, everythingRows), Parquet, described))
	table, err := pq.ReadTable(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	defer table.Release()
	back := array.NewTableReader(table, -1)
	defer back.Release()
	want := asNDJSON(t, reader(t, mem, everything, everythingRows, everythingRows))
	if diff := cmp.Diff(want, asNDJSON(t, back)); diff != "" {
		t.Errorf("values (-want +got):\n%s", diff)
	}
	if got := f.MetaData().KeyValueMetadata().FindValue("site_zone"); got == nil || *got != "America/Denver" {
		t.Errorf("file metadata site_zone = %v", got)
	}
	ratio, _ := table.Schema().FieldsByName("ratio")
	if unit, _ := ratio[0].Metadata.GetValue("unit"); unit != "1" {
		t.Errorf("unit of ratio = %q", unit)
	}
	queue, _ := table.Schema().FieldsByName("queue")
	if queue[0].Type.ID() != arrow.DICTIONARY {
		t.Errorf("queue reads back as %s", queue[0].Type)
	}
}

func TestParquetTypes(t *testing.T) {
	f, _ := openParquet(t, written(t, reader(t, checked(t), everything, everythingRows), Parquet, described))
	sc := f.MetaData().Schema
	instant := schema.NewTimestampLogicalType(true, schema.TimeUnitMicros)
	wall := schema.NewTimestampLogicalType(false, schema.TimeUnitMicros)
	for name, want := range map[string]schema.LogicalType{
		"end_time": instant, "node.seen": instant, "local": wall, "user_name": schema.StringLogicalType{},
		"queue": schema.StringLogicalType{}, "end_date": schema.DateLogicalType{}, "big": schema.NewDecimalLogicalType(38, 0),
		"hosts.list.element": schema.StringLogicalType{},
	} {
		i := sc.ColumnIndexByName(name)
		if i < 0 {
			t.Errorf("no column %s", name)
		} else if got := sc.Column(i).LogicalType(); !got.Equals(want) {
			t.Errorf("%s is %s, want %s", name, got, want)
		}
	}
	for i := range sc.NumColumns() {
		chunk, err := f.MetaData().RowGroup(0).ColumnChunk(i)
		if err != nil || chunk.Compression() != compress.Codecs.Zstd {
			t.Errorf("column %d: %v, %v", i, chunk.Compression(), err)
		}
	}
}

// TestParquetRowGroups writes small batches, as DuckDB gives them, and a dictionary that differs in each.
func TestParquetRowGroups(t *testing.T) {
	const batch, batches = 2048, 61
	one := arrow.NewSchema([]arrow.Field{{Name: "q",
		Type: &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int32, ValueType: arrow.BinaryTypes.String}}}, nil)
	mem := checked(t)
	r := array.ReaderFromIter(one, func(yield func(arrow.RecordBatch, error) bool) {
		for n := range batches {
			b := array.NewRecordBuilder(mem, one)
			for i := range batch {
				if err := b.Field(0).(*array.BinaryDictionaryBuilder).AppendString(fmt.Sprintf("q%d", (n+i)%7)); err != nil {
					t.Error(err)
				}
			}
			rec := b.NewRecordBatch()
			b.Release()
			more := yield(rec, nil)
			rec.Release()
			if !more {
				return
			}
		}
	})
	defer r.Release()
	f, pq := openParquet(t, written(t, r, Parquet, Options{}))
	if got := []int64{f.MetaData().RowGroup(0).NumRows(), f.MetaData().RowGroup(1).NumRows()}; f.NumRowGroups() != 2 ||
		got[0] != rowGroupRows || got[1] != batch*batches-rowGroupRows {
		t.Errorf("row groups of %v", got)
	}
	chunk, err := f.MetaData().RowGroup(0).ColumnChunk(0)
	if err != nil || !chunk.HasDictionaryPage() {
		t.Errorf("no dictionary page (%v)", err)
	}
	table, err := pq.ReadTable(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	defer table.Release()
	row := 0
	for _, c := range table.Column(0).Data().Chunks() {
		for i := range c.Len() {
			if want := fmt.Sprintf("q%d", (row/batch+row%batch)%7); c.ValueStr(i) != want {
				t.Fatalf("row %d is %s, want %s", row, c.ValueStr(i), want)
			}
			row++
		}
	}
}

func TestParquetRefusesByName(t *testing.T) {
	twice := arrow.Field{Name: "n", Type: arrow.PrimitiveTypes.Int64}
	for _, tt := range []struct {
		fields []arrow.Field
		want   string
	}{
		{nil, "a result without columns cannot be written as parquet"},
		{[]arrow.Field{{Name: "wait", Type: arrow.FixedWidthTypes.MonthDayNanoInterval}},
			`column "wait" is an INTERVAL, which parquet readers do not agree on: write seconds, epoch(wait)`},
		{[]arrow.Field{twice, twice}, `two columns are named "n", which parquet cannot hold: name one of them with AS`},
	} {
		var out bytes.Buffer
		_, err := Write(context.Background(), &out, reader(t, checked(t), arrow.NewSchema(tt.fields, nil)),
			Parquet, Options{})
		if err == nil || err.Error() != tt.want || out.Len() > 0 {
			t.Errorf("error %v, %d bytes; want %s", err, out.Len(), tt.want)
		}
	}
}

func TestArrowReadsBack(t *testing.T) {
	mem := checked(t)
	want := asNDJSON(t, reader(t, mem, everything, everythingRows, everythingRows))
	for _, f := range []Format{Arrow, ArrowStream} {
		data := written(t, reader(t, mem, everything, everythingRows, everythingRows), f, described)
		back := openIPC(t, f, data, mem)
		if diff := cmp.Diff(want, asNDJSON(t, back)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", f, diff)
		}
		ends, _ := back.Schema().FieldsByName("end_time")
		if zone := ends[0].Type.(*arrow.TimestampType).TimeZone; zone != "UTC" {
			t.Errorf("%s: zone of end_time is %q", f, zone)
		}
		if v, _ := back.Schema().Metadata().GetValue("schema_version"); v != "1" {
			t.Errorf("%s: schema_version is %q", f, v)
		}
	}
}

func openIPC(t *testing.T, f Format, data []byte, mem memory.Allocator) array.RecordReader {
	t.Helper()
	if f == ArrowStream {
		r, err := ipc.NewReader(bytes.NewReader(data), ipc.WithAllocator(mem))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(r.Release)
		return r
	}
	r, err := ipc.NewFileReader(bytes.NewReader(data), ipc.WithAllocator(mem))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = r.Close() })
	recs := make([]arrow.RecordBatch, r.NumRecords())
	for i := range recs {
		if recs[i], err = r.RecordBatchAt(i); err != nil {
			t.Fatal(err)
		}
		defer recs[i].Release()
	}
	back, err := array.NewRecordReader(r.Schema(), recs)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(back.Release)
	return back
}
