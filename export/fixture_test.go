package export

import (
	"bytes"
	"context"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files")

// everything has a column of each type that DuckDB hands out, under the session zone of Denver, with NULLs and edges.
var everything = arrow.NewSchema([]arrow.Field{
	{Name: "id", Type: arrow.PrimitiveTypes.Int64},
	{Name: "user_name", Type: arrow.BinaryTypes.String, Nullable: true},
	{Name: "queue",
		Type:     &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Uint8, ValueType: arrow.BinaryTypes.String},
		Nullable: true},
	{Name: "end_time", Type: &arrow.TimestampType{Unit: arrow.Microsecond, TimeZone: "America/Denver"}, Nullable: true},
	{Name: "local", Type: &arrow.TimestampType{Unit: arrow.Microsecond}, Nullable: true},
	{Name: "end_date", Type: arrow.FixedWidthTypes.Date32, Nullable: true},
	{Name: "ratio", Type: arrow.PrimitiveTypes.Float64, Nullable: true},
	{Name: "big", Type: &arrow.Decimal128Type{Precision: 38, Scale: 0}, Nullable: true},
	{Name: "charge", Type: &arrow.Decimal128Type{Precision: 18, Scale: 3}, Nullable: true},
	{Name: "ok", Type: arrow.FixedWidthTypes.Boolean, Nullable: true},
	{Name: "blob", Type: arrow.BinaryTypes.Binary, Nullable: true},
	{Name: "hosts", Type: arrow.ListOf(arrow.BinaryTypes.String), Nullable: true},
	{Name: "node", Type: arrow.StructOf(
		arrow.Field{Name: "name", Type: arrow.BinaryTypes.String, Nullable: true},
		arrow.Field{Name: "seen", Type: &arrow.TimestampType{Unit: arrow.Microsecond, TimeZone: "America/Denver"},
			Nullable: true}), Nullable: true},
	{Name: "attrs", Type: arrow.MapOf(arrow.BinaryTypes.String, arrow.PrimitiveTypes.Int64), Nullable: true},
}, nil)

const everythingRows = `[
{"id":1,"user_name":"user0001","queue":"main","end_time":"2026-01-01T07:00:00Z",
 "local":"2026-01-01 00:00:00.5","end_date":"2026-01-01","ratio":0.25,"big":"170141183460469231731687303715884105",
 "charge":"12.500","ok":true,"blob":"AP8=","hosts":["n1","n2"],
 "node":{"name":"n1","seen":"2026-07-01T12:00:00.000001Z"},"attrs":[{"key":"ncpus","value":36}]},
{"id":9223372036854775807,"user_name":"","queue":"it's, \"odd\"","end_time":"2026-07-01T07:00:00Z",
 "local":"1969-12-31 23:59:59.999999","end_date":"1969-12-31","ratio":-1e-9,"big":"-7",
 "charge":"-0.001","ok":false,"blob":"","hosts":[],"node":{"name":null,"seen":null},"attrs":[]},
{"id":-3,"user_name":null,"queue":null,"end_time":null,
 "local":null,"end_date":null,"ratio":null,"big":null,
 "charge":null,"ok":null,"blob":null,"hosts":null,"node":null,"attrs":null},
{"id":4,"user_name":"=cmd()|\u001b[2J\u202e\n<b>","queue":"main","end_time":"2026-11-01T08:30:00Z",
 "local":"2026-01-01 00:00:00","end_date":"9999-12-31","ratio":"NaN","big":"0",
 "charge":"0.000","ok":true,"blob":"YQ==","hosts":["a\"b",null],
 "node":{"name":"日本","seen":"1970-01-01T00:00:00Z"},"attrs":[{"key":"a\\b","value":null}]}
]`

// checked returns an allocator whose balance is looked at when the test ends.
func checked(t testing.TB) *memory.CheckedAllocator {
	mem := memory.NewCheckedAllocator(memory.NewGoAllocator())
	t.Cleanup(func() { mem.AssertSize(t, 0) })
	return mem
}

func reader(t testing.TB, mem memory.Allocator, schema *arrow.Schema, batches ...string) array.RecordReader {
	t.Helper()
	recs := make([]arrow.RecordBatch, len(batches))
	for i, text := range batches {
		b, _, err := array.RecordFromJSON(mem, schema, bytes.NewReader([]byte(text)))
		if err != nil {
			t.Fatalf("fixture: %v", err)
		}
		defer b.Release()
		recs[i] = b
	}
	r, err := array.NewRecordReader(schema, recs)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.Release)
	return r
}

// stringsReader gives one column of strings, "text".
func stringsReader(t testing.TB, mem memory.Allocator, values ...string) array.RecordReader {
	t.Helper()
	schema := arrow.NewSchema([]arrow.Field{{Name: "text", Type: arrow.BinaryTypes.String}}, nil)
	b := array.NewRecordBuilder(mem, schema)
	defer b.Release()
	b.Field(0).(*array.StringBuilder).AppendValues(values, nil)
	rec := b.NewRecordBatch()
	defer rec.Release()
	r, err := array.NewRecordReader(schema, []arrow.RecordBatch{rec})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.Release)
	return r
}

func written(t testing.TB, r array.RecordReader, f Format, o Options) []byte {
	t.Helper()
	var out bytes.Buffer
	if _, err := Write(context.Background(), &out, r, f, o); err != nil {
		t.Fatalf("write %s: %v", f, err)
	}
	return out.Bytes()
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name+".golden")
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v (go test -update writes it)", err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s differs (-want +got):\n%s", path, diff)
	}
}
