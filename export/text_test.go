package export

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"io"
	"math/big"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/decimal128"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestGoldens(t *testing.T) {
	denver, err := time.LoadLocation("America/Denver")
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name   string
		format Format
		opts   Options
	}{
		{"table", Table, Options{}},
		{"table_120", Table, Options{Width: 120, Location: denver}},
		{"table_40", Table, Options{Width: 40}},
		{"table_types", Table, Options{Types: true}},
		{"vertical", Table, Options{Vertical: true, Types: true, Location: denver}},
		{"vertical_40", Table, Options{Vertical: true, Width: 40}},
		{"csv", CSV, Options{Location: denver}},
		{"csv_safe", CSV, Options{SafeCSV: true}},
		{"json", JSON, Options{Location: denver}},
		{"ndjson", NDJSON, Options{}},
		{"markdown", Markdown, Options{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			golden(t, tt.name, written(t, reader(t, checked(t), everything, everythingRows), tt.format, tt.opts))
		})
	}
}

func TestEmptyResults(t *testing.T) {
	want := map[Format]string{
		Table: "", CSV: "text\n", JSON: "[]\n", NDJSON: "", Markdown: "| text |\n|---|\n",
	}
	for f, text := range want {
		if got := written(t, stringsReader(t, checked(t)), f, Options{}); string(got) != text {
			t.Errorf("%s of no rows = %q, want %q", f, got, text)
		}
	}
}

// hostile draws text from the bytes that do harm: control characters, marks of direction, broken UTF-8, wide and
// combining ones.
func hostile() *rapid.Generator[string] {
	bit := rapid.OneOf(
		rapid.SampledFrom([]string{"\x1b[31m", "\u202e", "\u2066", "\u0085", "\u009b", "\x7f", "\xff", "\xc3", "\n", "\r",
			"\t", "\u200b", "\u2028",
			"|", "\"", ",", "\\", "=", " ", "日本", "e\u0301", "👩‍💻", "\U000e0041", ""}),
		rapid.String(), rapid.StringN(0, 100, 200))
	return rapid.Custom(func(t *rapid.T) string { return strings.Join(rapid.SliceOfN(bit, 0, 6).Draw(t, "bits"), "") })
}

// harmless fails if text could do more to a terminal than show characters and end lines.
func harmless(t interface{ Fatalf(string, ...any) }, f Format, text []byte) {
	if !utf8.Valid(text) {
		t.Fatalf("%s output is not UTF-8: %q", f, text)
	}
	for _, r := range string(text) {
		if r != '\n' && !unicode.IsPrint(r) {
			t.Fatalf("%s output holds %U: %q", f, r, text)
		}
	}
}

func TestNothingSteersTheTerminal(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		values := rapid.SliceOfN(hostile(), 1, 20).Draw(rt, "values")
		o := Options{Width: rapid.IntRange(0, 60).Draw(rt, "width")}
		for _, f := range []Format{Table, Markdown, JSON, NDJSON, CSV} {
			o.Terminal = f == CSV
			text := written(t, stringsReader(t, memory.NewGoAllocator(), values...), f, o)
			harmless(rt, f, text)
			lines := bytes.Split(bytes.TrimSuffix(text, []byte("\n")), []byte("\n"))
			if (f == Table || f == Markdown) && len(lines) != len(values)+2 {
				rt.Fatalf("%s has %d lines for %d rows:\n%s", f, len(lines), len(values), text)
			}
			for _, line := range lines {
				if f == Table && o.Width > 0 && cells(line) > o.Width {
					rt.Fatalf("a line takes %d cells of %d: %q", cells(line), o.Width, line)
				}
			}
		}
		o.Vertical = true
		harmless(rt, Table, written(t, stringsReader(t, memory.NewGoAllocator(), values...), Table, o))
	})
}

// TestVisibleLines: text that is written in pieces, cut anywhere, is made visible as if it came at once.
func TestVisibleLines(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		text := hostile().Draw(rt, "text")
		var got bytes.Buffer
		w := VisibleLines(&got)
		for rest := text; rest != ""; {
			n := rapid.IntRange(1, len(rest)).Draw(rt, "piece")
			if _, err := io.WriteString(w, rest[:n]); err != nil {
				rt.Fatal(err)
			}
			rest = rest[n:]
		}
		if _, err := io.WriteString(w, "\n"); err != nil {
			rt.Fatal(err)
		}
		harmless(rt, Table, got.Bytes())
		var lines []string
		for line := range strings.SplitSeq(text, "\n") {
			lines = append(lines, Visible(line))
		}
		if want := strings.Join(lines, "\n") + "\n"; got.String() != want {
			rt.Fatalf("%q, want %q", &got, want)
		}
	})
}

func FuzzTable(f *testing.F) {
	f.Add("name\x1b]0;x\a", "\u202eevil\xff", 10)
	f.Fuzz(func(t *testing.T, a, b string, width int) {
		width = max(0, width%200)
		for _, format := range []Format{Table, Markdown} {
			harmless(t, format, written(t, stringsReader(t, memory.NewGoAllocator(), a, b), format, Options{Width: width}))
		}
	})
}

// TestTableFits draws tables of many columns: no line is wider than asked for, and columns left out are counted.
func TestTableFits(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		columns := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) extent {
			return extent{
				rapid.IntRange(1, 40).Draw(t, "head"), rapid.IntRange(0, 90).Draw(t, "body"), rapid.Bool().Draw(t, "whole"),
			}
		}), 1, 40).Draw(rt, "columns")
		width := rapid.IntRange(8, 250).Draw(rt, "width")
		widths := fit(columns, width)
		if got := lineWidth(widths, len(columns)); got > width {
			rt.Fatalf("%d cells of %d for %v", got, width, widths)
		}
		for i, w := range widths {
			if columns[i].whole && len(widths) > 1 && w < columns[i].body {
				rt.Fatalf("column %d is a number and cut to %d: %+v", i, w, columns[i])
			}
		}
	})
}

// TestTableAfterTheLook pins what happens to a cell that is wider than those that decided the widths.
func TestTableAfterTheLook(t *testing.T) {
	values := make([]string, lookRows+1)
	for i := range values {
		values[i] = "short"
	}
	values[lookRows] = "a much longer one"
	last := func(o Options) string {
		lines := strings.Split(strings.TrimSpace(string(written(t, stringsReader(t, checked(t), values...), Table, o))), "\n")
		if len(lines) != len(values)+2 {
			t.Fatalf("%d lines", len(lines))
		}
		return lines[len(lines)-1]
	}
	if got := last(Options{Width: 80}); got != "a mu…" {
		t.Errorf("on a terminal: %q", got)
	}
	if got := last(Options{}); got != "a much longer one" {
		t.Errorf("in a file: %q", got)
	}
}

func TestCSVRoundTrip(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		values := rapid.SliceOf(hostile()).Draw(rt, "values")
		text := written(t, stringsReader(t, memory.NewGoAllocator(), values...), CSV, Options{})
		rows, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
		if err != nil {
			rt.Fatalf("%v in %q", err, text)
		}
		want := [][]string{{"text"}}
		for _, v := range values {
			// encoding/csv reads CRLF as LF within quotes, too
			want = append(want, []string{strings.ReplaceAll(v, "\r\n", "\n")})
		}
		if diff := cmp.Diff(want, rows); diff != "" {
			rt.Fatalf("read back (-want +got):\n%s", diff)
		}
	})
}

func TestCSVTellsNullFromEmpty(t *testing.T) {
	schema := arrow.NewSchema([]arrow.Field{
		{Name: "a", Type: arrow.BinaryTypes.String, Nullable: true},
		{Name: "b", Type: arrow.BinaryTypes.String, Nullable: true}}, nil)
	got := written(t, reader(t, checked(t), schema, `[{"a":null,"b":""},{"a":"","b":null}]`), CSV, Options{})
	if want := "a,b\n,\"\"\n\"\",\n"; string(got) != want {
		t.Errorf("got %q, want %q", got, want)
	}
	alone := arrow.NewSchema(schema.Fields()[:1], nil)
	if got := written(t, reader(t, checked(t), alone, `[{"a":null},{"a":"x"}]`), CSV,
		Options{}); string(got) != "a\n\"\"\nx\n" {
		t.Errorf("one column: %q", got)
	}
}

func TestSafeCSV(t *testing.T) {
	got := written(t, stringsReader(t, checked(t), "=cmd()", "-1+2", "@x", "plain", "\t=1"), CSV, Options{SafeCSV: true})
	if want := "\ufefftext\n'=cmd()\n'-1+2\n'@x\nplain\n'\t=1\n"; string(got) != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestNDJSONRoundTrip(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		values := rapid.SliceOf(hostile()).Draw(rt, "values")
		dec := json.NewDecoder(bytes.NewReader(written(t, stringsReader(t, memory.NewGoAllocator(), values...),
			NDJSON, Options{})))
		for i, v := range values {
			var row struct{ Text string }
			if err := dec.Decode(&row); err != nil {
				rt.Fatalf("row %d: %v", i, err)
			}
			if want := strings.ToValidUTF8(fffd(v), "\ufffd"); row.Text != want {
				rt.Fatalf("row %d is %q, want %q", i, row.Text, want)
			}
		}
		if dec.Decode(new(any)) != io.EOF {
			rt.Fatal("more rows than went in")
		}
	})
}

// fffd replaces each broken byte by U+FFFD, one for one, as encoding/json does.
func fffd(s string) string { return string([]rune(s)) }

// TestJSONIsExact reads the fixture back with every digit, and looks at what a double would have lost.
func TestJSONIsExact(t *testing.T) {
	dec := json.NewDecoder(bytes.NewReader(written(t, reader(t, checked(t), everything, everythingRows), JSON, Options{})))
	dec.UseNumber()
	var rows []map[string]any
	if err := dec.Decode(&rows); err != nil {
		t.Fatal(err)
	}
	if len(rows) != 4 || len(rows[2]) != everything.NumFields() {
		t.Fatalf("%d rows, %d keys in the third", len(rows), len(rows[2]))
	}
	want := map[string]any{
		"id": json.Number("9223372036854775807"), "charge": json.Number("-0.001"), "end_time": "2026-07-01T07:00:00Z",
	}
	for k, v := range want {
		if rows[1][k] != v {
			t.Errorf("%s = %v, want %v", k, rows[1][k], v)
		}
	}
	if got := rows[0]["big"]; got != json.Number("170141183460469231731687303715884105") {
		t.Errorf("big = %v", got)
	}
	if got := rows[3]["ratio"]; got != nil {
		t.Errorf("NaN = %v, want null", got)
	}
}

func TestDecimalsKeepTheirDigits(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		n := decimal128.New(rapid.Int64Range(-5e18, 5e18).Draw(rt, "high")>>rapid.IntRange(0, 63).Draw(rt, "shift"),
			rapid.Uint64().Draw(rt, "low"))
		scale := rapid.Int32Range(-3, 38).Draw(rt, "scale")
		got, ok := new(big.Rat).SetString(string(appendDecimal128(nil, n, scale)))
		power := new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(max(scale, -scale))), nil))
		if scale > 0 {
			power.Inv(power)
		}
		if want := power.Mul(power, new(big.Rat).SetInt(n.BigInt())); !ok || got.Cmp(want) != 0 {
			rt.Fatalf("%v scale %d is %v, want %v", n.BigInt(), scale, got, want)
		}
	})
}

func TestTimesAtTheEdges(t *testing.T) {
	tests := []struct {
		months, days int32
		nanos        int64
		want         string
	}{{0, 0, 0, "PT0S"}, {14, -3, 0, "P14M-3D"}, {0, 1, 1_500_000_000, "P1DT1.5S"}, {0, 0, -1, "PT-0.000000001S"},
		{0, 0, 3600e9, "PT3600S"}}
	for _, tt := range tests {
		v := arrow.MonthDayNanoInterval{Months: tt.months, Days: tt.days, Nanoseconds: tt.nanos}
		if got := string(appendInterval(nil, v)); got != tt.want {
			t.Errorf("%+v is %s, want %s", v, got, tt.want)
		}
	}
	b := array.NewTimestampBuilder(checked(t), &arrow.TimestampType{Unit: arrow.Microsecond, TimeZone: "UTC"})
	defer b.Release()
	b.AppendValues([]arrow.Timestamp{1<<63 - 1, -(1<<63 - 1), -1}, nil)
	arr := b.NewTimestampArray()
	defer arr.Release()
	for i, want := range []string{"infinity", "-infinity", "1969-12-31T23:59:59.999999Z"} {
		if got := string(timestamps(arr, time.UTC)(nil, i)); got != want {
			t.Errorf("timestamp %d is %s, want %s", i, got, want)
		}
	}
}
