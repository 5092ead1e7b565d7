package export

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"pgregory.net/rapid"
)

// shownColumn is what a table shows of numbers under a name.
func shownColumn(t testing.TB, field arrow.Field, json string) []string {
	t.Helper()
	text := string(written(t, reader(t, checked(t), arrow.NewSchema([]arrow.Field{field}, nil), json), Table, Options{}))
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	for i, line := range lines {
		lines[i] = strings.TrimSpace(line)
	}
	return lines[2:]
}

func TestFigures(t *testing.T) {
	for _, tt := range []struct {
		name   string
		typ    arrow.DataType
		values string // separated by blanks
		want   string
	}{
		{"jobs", arrow.PrimitiveTypes.Int64, "0 999 1000 -1000 -999999 9223372036854775807",
			"0 999 1,000 -1,000 -999,999 9,223,372,036,854,775,807"},
		{"core_hours", arrow.PrimitiveTypes.Float64, "1341613.0937 21.1 3", "1,341,613.1 21.1 3.0"},
		{"ratio", arrow.PrimitiveTypes.Float64, "0.0342187 0.01", "0.0342 0.0100"},
		{"ratio", arrow.PrimitiveTypes.Float64, "0.034 0.5", "0.034 0.500"},
		{"mean", arrow.PrimitiveTypes.Float64, "9.87654 0.5", "9.88 0.50"},
		{"rounded", arrow.PrimitiveTypes.Float64, "1412516 5195", "1,412,516 5,195"},
		{"rounded", arrow.PrimitiveTypes.Float64, "12345.25 0.125", "12,345.250 0.125"},
		{"small", arrow.PrimitiveTypes.Float64, "123456.78901 0.034 -0.034 0 0.05", "123,456.8 <0.1 >-0.1 0.0 0.1"},
		{"tiny", arrow.PrimitiveTypes.Float64, "1.25e-9 0", "1.25e-09 0"},
		{"great", arrow.PrimitiveTypes.Float64, "1e21 1e20", "1e+21 100,000,000,000,000,000,000"},
		{"single", arrow.PrimitiveTypes.Float32, "0.1 1234.5", "0.1 1,234.5"},
		{"cost", &arrow.Decimal128Type{Precision: 18, Scale: 4}, `"1234567.1000" "-0.0001"`, "1,234,567.1000 -0.0001"},
		{"sum", &arrow.Decimal128Type{Precision: 38}, `"123456789012345678901"`, "123,456,789,012,345,678,901"},
		{"short_id", arrow.PrimitiveTypes.Int64, "1179616", "1179616"},
		{"id", arrow.PrimitiveTypes.Int64, "1179616", "1179616"},
		{"max(Job_ID)", arrow.PrimitiveTypes.Int64, "1179616", "1179616"},
		{`year(end_time)`, arrow.PrimitiveTypes.Int64, "2026", "2026"},
		{"count(DISTINCT job_id)", arrow.PrimitiveTypes.Int64, "1179616", "1,179,616"},
		{"exit_status", arrow.PrimitiveTypes.Int32, "-1000", "-1000"},
		{"lines", arrow.PrimitiveTypes.Uint64, "1179616", "1,179,616"},
		{"grid", arrow.PrimitiveTypes.Uint64, "1179616", "1,179,616"},
	} {
		rows := strings.Fields(tt.values)
		for i, v := range rows {
			rows[i] = fmt.Sprintf("{%q:%s}", tt.name, v)
		}
		got := shownColumn(t, arrow.Field{Name: tt.name, Type: tt.typ}, "["+strings.Join(rows, ",")+"]")
		if strings.Join(got, " ") != tt.want {
			t.Errorf("%s of %s: %s, want %s", tt.name, tt.values, got, tt.want)
		}
	}
}

// TestFiguresAreNear: what is shown of a double is what it rounds to, has the column's decimals, and is 0 only if the
// double is.
func TestFiguresAreNear(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		value := rapid.OneOf(rapid.Float64Range(-1e9, 1e9), rapid.Float64Range(-1, 1), rapid.Just(0.0))
		values := rapid.SliceOfN(value, 1, 20).Draw(rt, "values")
		b := array.NewFloat64Builder(checked(t))
		defer b.Release()
		b.AppendValues(values, nil)
		arr := b.NewFloat64Array()
		defer arr.Release()
		f, exact := newFigures(arrow.Field{Name: "x", Type: arr.DataType()}), style{}.number(arr)
		for i := range values {
			f.see(exact(nil, i))
		}
		decimals := f.decimals()
		if decimals < 0 {
			return // told by TestFigures
		}
		for i, v := range values {
			text := string(f.append(nil, exact(nil, i)))
			plain := strings.ReplaceAll(text, ",", "")
			if at := strings.IndexAny(plain, "<>"); at == 0 {
				least, err := strconv.ParseFloat(plain[1:], 64)
				if err != nil || v == 0 || math.Signbit(v) != math.Signbit(least) || math.Abs(v) >= math.Abs(least) {
					rt.Fatalf("%v is %s", v, text)
				}
				continue
			}
			got, err := strconv.ParseFloat(plain, 64)
			if err != nil || math.Abs(got-v) > 0.5*math.Pow10(-decimals)+1e-15*math.Abs(v) || got == 0 && v != 0 {
				rt.Fatalf("%v is %s with %d decimals", v, text, decimals)
			}
			if _, behind, _ := strings.Cut(plain, "."); len(behind) != decimals {
				rt.Fatalf("%v is %s, not with %d decimals", v, text, decimals)
			}
		}
	})
}

// TestUnits: a unit stands under the names if a name does not say it.
func TestUnits(t *testing.T) {
	with := func(name, unit string) arrow.Field {
		return arrow.Field{
			Name: name, Type: arrow.PrimitiveTypes.Float64, Metadata: arrow.MetadataFrom(map[string]string{"unit": unit}),
		}
	}
	for name, unit := range map[string]string{
		"wait_s": "s", "core_hours": "h", "share_pct": "%", "cpu_percent": "%", "mem_gib": "GiB", "size_bytes": "bytes",
		"plain": "",
	} {
		if got := unsaidUnit(with(name, unit)); got != "" {
			t.Errorf("%s [%s] shows %q", name, unit, got)
		}
	}
	text := written(t, reader(t, checked(t),
		arrow.NewSchema([]arrow.Field{with("wait_s", "s"), with("p90", "s"), with("charge", "hours")}, nil),
		`[{"wait_s":1,"p90":2,"charge":1234.5}]`), Table, Options{Types: true})
	if want := "wait_s     p90   charge\n             s    hours\nDOUBLE  DOUBLE   DOUBLE\n──────  ──────  ───────\n" +
		"     1       2  1,234.5\n"; string(text) != want {
		t.Errorf("got\n%s\nwant\n%s", text, want)
	}
}

// TestLimit: so many rows are written, in every format, and the others are counted.
func TestLimit(t *testing.T) {
	values := []string{"a", "b", "c", "d", "e"}
	for _, f := range Formats() {
		for limit, shown := range map[int64]int64{0: 5, 1: 1, 3: 3, 5: 5, 9: 5} {
			var out bytes.Buffer
			rows, err := Write(context.Background(), &out, stringsReader(t, checked(t), values...), f, Options{Limit: limit})
			if err != nil || rows != 5 {
				t.Fatalf("%s: %d rows, %v", f, rows, err)
			}
			if f.Binary() {
				continue
			}
			want := written(t, stringsReader(t, checked(t), values[:shown]...), f, Options{})
			if out.String() != string(want) {
				t.Errorf("%s, %d rows: %q, want %q", f, limit, out.String(), want)
			}
		}
	}
}

// TestLimitEndsCounting: a result of very many rows is not read to its end.
func TestLimitEndsCounting(t *testing.T) {
	one := reader(t, checked(t), everything, "["+strings.Repeat(`{"id":1},`, 999)+`{"id":1}]`)
	one.Next()
	given := 0
	many := array.ReaderFromIter(everything, func(yield func(arrow.RecordBatch, error) bool) {
		for given = 1; yield(one.RecordBatch(), nil); given++ {
		}
	})
	defer many.Release()
	rows, err := Write(context.Background(), &bytes.Buffer{}, many, CSV, Options{Limit: 10})
	if err != nil || rows <= Counted || given > Counted/1000+2 {
		t.Errorf("%d rows of %d batches, %v", rows, given, err)
	}
}

// TestUnitsOfHiddenColumns: no empty line is left where only columns that have no room have units.
func TestUnitsOfHiddenColumns(t *testing.T) {
	unit := arrow.MetadataFrom(map[string]string{"unit": "kWh"})
	schema := arrow.NewSchema([]arrow.Field{{Name: "account", Type: arrow.BinaryTypes.String},
		{Name: "per_node_hour", Type: arrow.PrimitiveTypes.Float64, Metadata: unit}}, nil)
	rows := `[{"account": "PROJ0001", "per_node_hour": 1.5}]`
	for width, lines := range map[int]int{60: 4, 14: 3} {
		got := written(t, reader(t, checked(t), schema, rows), Table, Options{Width: width})
		if bytes.Count(got, []byte("\n")) != lines {
			t.Errorf("in %d cells:\n%s", width, got)
		}
	}
}

// TestHidden: who asks is told which columns have no room.
func TestHidden(t *testing.T) {
	var hidden []string
	o := Options{Width: 60, Hidden: func(columns []string) { hidden = columns }}
	written(t, reader(t, checked(t), everything, everythingRows), Table, o)
	if want := []string{"end_time", "local", "end_date", "ratio", "big", "charge", "ok", "blob", "hosts", "node",
		"attrs"}; !slices.Equal(hidden, want) {
		t.Errorf("hidden: %q", hidden)
	}
	hidden = nil
	o.Width = 0
	if written(t, reader(t, checked(t), everything, everythingRows), Table, o); hidden != nil {
		t.Errorf("hidden without a width: %q", hidden)
	}
}
