package page

import (
	"context"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/google/go-cmp/cmp"
)

// result is a result in two batches, with the unit and the comment of a column.
func result(t *testing.T) array.RecordReader {
	mem := memory.NewCheckedAllocator(memory.NewGoAllocator())
	t.Cleanup(func() { mem.AssertSize(t, 0) })
	meta := arrow.MetadataFrom(map[string]string{"unit": "core-hours", "comment": "cores times hours"})
	schema := arrow.NewSchema([]arrow.Field{
		{Name: "account", Type: arrow.BinaryTypes.String, Nullable: true},
		{Name: "jobs", Type: arrow.PrimitiveTypes.Int64, Nullable: true},
		{Name: "hours", Type: arrow.PrimitiveTypes.Float64, Nullable: true, Metadata: meta},
		{Name: "wait_s", Type: arrow.PrimitiveTypes.Int64, Nullable: true},
		{Name: "last", Type: &arrow.TimestampType{Unit: arrow.Microsecond, TimeZone: "UTC"}, Nullable: true},
	}, nil)
	b := array.NewRecordBuilder(mem, schema)
	defer b.Release()
	var batches []arrow.RecordBatch
	add := func(account string, jobs int64, hours float64, wait int64) {
		b.Field(0).(*array.StringBuilder).Append(account)
		b.Field(1).(*array.Int64Builder).Append(jobs)
		b.Field(2).(*array.Float64Builder).Append(hours)
		b.Field(3).(*array.Int64Builder).Append(wait)
		b.Field(4).(*array.TimestampBuilder).Append(arrow.Timestamp(time.Date(2026, 3, 1, 7, 0, 0, 0, time.UTC).UnixMicro()))
		batches = append(batches, b.NewRecordBatch())
	}
	add("=1+1", 1234567, 12.345, 3661)
	add("a,\"b\"\n\x1b", 5, math.NaN(), 0)
	for i := range 5 {
		b.Field(i).AppendNull()
	}
	batches = append(batches, b.NewRecordBatch())
	r, err := array.NewRecordReader(schema, batches)
	if err != nil {
		t.Fatal(err)
	}
	for _, batch := range batches {
		batch.Release()
	}
	t.Cleanup(r.Release)
	return r
}

// TestReadTable reads a result: numbers with their units, what is NULL without, and as CSV exactly, but for formulas.
func TestReadTable(t *testing.T) {
	zone := time.FixedZone("MST", -7*3600)
	table, err := ReadTable(context.Background(), result(t),
		[]Column{{Source: "account", Name: "Account"}, {Source: "wait_s", Name: "Wait", Unit: "s"}}, zone)
	if err != nil {
		t.Fatal(err)
	}
	want := []Column{{Name: "Account", Source: "account"}, {Source: "jobs", Numeric: true},
		{Source: "hours", Unit: "core-hours", Comment: "cores times hours", Numeric: true},
		{Name: "Wait", Source: "wait_s", Unit: "s", Numeric: true}, {Source: "last"}}
	if diff := cmp.Diff(want, table.Columns); diff != "" {
		t.Error(diff)
	}
	var shown []string
	for _, row := range table.Rows {
		for _, c := range row {
			shown = append(shown, fmt.Sprintf("%q %v %v", c.Text, c.Sort, c.Null))
		}
	}
	wantShown := []string{
		`"=1+1" 0 false`, `"1,234,567" 1.234567e+06 false`, `"12.3" 12.345 false`, `"1 h 1 min" 3661 false`,
		`"2026-03-01 00:00:00" 0 false`, `"a,\"b\"\n\x1b" 0 false`, `"5" 5 false`, `"" 0 true`, `"0 s" 0 false`,
		`"2026-03-01 00:00:00" 0 false`,
		`"" 0 true`, `"" 0 true`, `"" 0 true`, `"" 0 true`, `"" 0 true`}
	if diff := cmp.Diff(wantShown, shown); diff != "" {
		t.Error(diff)
	}
	page := written(t, &Page{Sections: []Section{{ID: "usage", Table: table}}})
	rows := embedded(t, page, "usage.csv")
	wantRows := [][]string{{"\ufeffaccount", "jobs", "hours", "wait_s", "last"},
		{"'=1+1", "1234567", "12.345", "3661", "2026-03-01T00:00:00-07:00"},
		{"a,\"b\"\n\x1b", "5", "NaN", "0", "2026-03-01T00:00:00-07:00"}, {"", "", "", "", ""}}
	if diff := cmp.Diff(wantRows, rows); diff != "" {
		t.Error(diff)
	}
	if !strings.Contains(page, `<td class="n" data-v="1.234567e&#43;06">1,234,567</td>`) || strings.Contains(page, "NaN") {
		t.Error("sort values are not as they should be")
	}
}

// TestLongTable folds what is long, and leaves nothing out.
func TestLongTable(t *testing.T) {
	for rows, want := range map[int]string{
		0: "No rows.", 1: `<details class="data" open>`, 12: `<details class="data" open>`, 2000: `<details class="data">`,
	} {
		table := &Table{Columns: []Column{{Name: "n", Numeric: true}}}
		for i := range rows {
			table.Rows = append(table.Rows, []Cell{number("", float64(i))})
		}
		page := written(t, &Page{Sections: []Section{{ID: "long", Table: table}}})
		if n := strings.Count(page, "<td"); n != rows || !strings.Contains(page, want) {
			t.Errorf("of %d rows %d are there, or not %s", rows, n, want)
		}
	}
}
