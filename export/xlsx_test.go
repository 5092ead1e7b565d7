package export

import (
	"bytes"
	"context"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
)

// A cell is what is read back of one: its kind, what it holds, and what is shown of it.
type cell struct {
	kind        excelize.CellType
	held, shown string
}

func readSheet(t *testing.T, file []byte, sheet string) [][]cell {
	t.Helper()
	book, err := excelize.OpenReader(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	rows, err := book.GetRows(sheet)
	if err != nil {
		t.Fatal(err)
	}
	var all [][]cell
	for i := range rows {
		var row []cell
		for j := range rows[0] {
			at, _ := excelize.CoordinatesToCellName(j+1, i+1)
			if formula, err := book.GetCellFormula(sheet, at); formula != "" || err != nil {
				t.Errorf("%s is a formula: %s, %v", at, formula, err)
			}
			kind, _ := book.GetCellType(sheet, at)
			held, _ := book.GetCellValue(sheet, at, excelize.Options{RawCellValue: true})
			shown, _ := book.GetCellValue(sheet, at)
			row = append(row, cell{kind, held, shown})
		}
		all = append(all, row)
	}
	return all
}

// TestXLSX: numbers are numbers if a spreadsheet holds them exactly, texts are texts, instants are in the zone that the
// head says.
func TestXLSX(t *testing.T) {
	denver, err := time.LoadLocation("America/Denver")
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if _, err := Write(context.Background(), &out, reader(t, checked(t), everything, everythingRows), XLSX,
		Options{Location: denver}); err != nil {
		t.Fatal(err)
	}
	const (
		text, number  = excelize.CellTypeInlineString, excelize.CellTypeUnset
		boolean, none = excelize.CellTypeBool, excelize.CellTypeUnset
	)
	want := [][]cell{
		{{text, "id", "id"}, {text, "user_name", "user_name"}, {text, "queue", "queue"},
			{text, "end_time [America/Denver]", "end_time [America/Denver]"}, {text, "local", "local"},
			{text, "end_date", "end_date"}, {text, "ratio", "ratio"}, {text, "big", "big"}, {text, "charge", "charge"},
			{text, "ok", "ok"}, {text, "blob", "blob"},
			{text, "hosts", "hosts"}, {text, "node", "node"}, {text, "attrs", "attrs"}},
		{{number, "1", "1"}, {text, "user0001", "user0001"}, {text, "main", "main"}, {number, "46023", "2026-01-01 00:00:00"},
			{number, "46023.0000057870", "2026-01-01 00:00:01"},
			{number, "46023", "2026-01-01"}, {number, "0.25", "0.25"},
			{text, "170141183460469231731687303715884105", "170141183460469231731687303715884105"}, {number, "12.5", "12.5"},
			{boolean, "1", "TRUE"}, {text, "00ff", "00ff"}, {text, `["n1","n2"]`, `["n1","n2"]`},
			{text, `{"name":"n1","seen":"2026-07-01T06:00:00.000001-06:00"}`,
				`{"name":"n1","seen":"2026-07-01T06:00:00.000001-06:00"}`},
			{text, `{"ncpus":36}`, `{"ncpus":36}`}},
	}
	got := readSheet(t, out.Bytes(), "rows")
	if len(got) != 5 {
		t.Fatalf("%d rows", len(got))
	}
	if !strings.HasPrefix(got[1][4].held, "46023.00000578") {
		t.Errorf("half a second is %s of a day", got[1][4].held)
	}
	got[1][4] = want[1][4]
	if diff := cmp.Diff(want, got[:2], cmp.AllowUnexported(cell{})); diff != "" {
		t.Error(diff)
	}
	for _, c := range []struct {
		row, column int
		want        cell
	}{
		{2, 0, cell{text, "9223372036854775807", "9223372036854775807"}},
		{2, 1, cell{text, "", ""}},
		{2, 4, cell{number, "25569", ""}}, // a microsecond before 1970-01-01, as near as a double of days comes
		{2, 6, cell{number, "-0.000000001", "-0.000000001"}},
		{2, 8, cell{number, "-0.001", "-0.001"}},
		{3, 1, cell{none, "", ""}},
		{4, 1, cell{text, `=cmd()|\x1b[2J\u202e\n<b>`, `=cmd()|\x1b[2J\u202e\n<b>`}},
		{4, 3, cell{number, "46327.0625", "2026-11-01 01:30:00"}},
		{4, 5, cell{number, "2958465", "9999-12-31"}},
		{4, 6, cell{text, "NaN", "NaN"}},
	} {
		got := got[c.row][c.column]
		if c.want.shown == "" {
			got.shown = ""
		}
		if got.held != c.want.held && !strings.HasPrefix(c.want.held, got.held[:min(len(got.held), 4)]) ||
			got.kind != c.want.kind || got.shown != c.want.shown {
			t.Errorf("row %d, column %d: %q, want %q", c.row, c.column, got, c.want)
		}
	}
}

// TestWorkbook: sheets have names that a sheet can have, each its own; what columns mean is told; what does not fit is
// an error.
func TestWorkbook(t *testing.T) {
	book := NewWorkbook()
	defer book.Close()
	said := arrow.NewSchema([]arrow.Field{{Name: "wait", Type: arrow.PrimitiveTypes.Float64,
		Metadata: arrow.MetadataFrom(map[string]string{"unit": "s", "comment": "=how long"})}}, nil)
	for _, name := range []string{
		"waits", "Waits", "a/b:c", "", strings.Repeat("long ", 10), "Sheet1", "history", "about",
	} {
		rows, err := book.Add(context.Background(), name, reader(t, checked(t), said, `[{"wait":1.5}]`), Options{})
		if rows != 1 || err != nil {
			t.Fatalf("%q: %d, %v", name, rows, err)
		}
	}
	var out bytes.Buffer
	if err := book.Write(&out); err != nil {
		t.Fatal(err)
	}
	file, err := excelize.OpenReader(bytes.NewReader(out.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	made, err := file.GetDocProps()
	if err != nil {
		t.Fatal(err)
	}
	at, err := time.Parse(time.RFC3339, made.Created)
	if made.Creator != "pbsduck" || err != nil || time.Since(at) > time.Hour || made.Modified != made.Created {
		t.Errorf("made by %q at %q, changed at %q (%v)", made.Creator, made.Created, made.Modified, err)
	}
	want := []string{
		"waits", "Waits 2", "a_b_c", "1", "long long long long long long l", "Sheet1 2", "history 2", "about", "about 2",
	}
	if diff := cmp.Diff(want, file.GetSheetList()); diff != "" {
		t.Error(diff)
	}
	if head := readSheet(t, out.Bytes(), "waits")[0][0].held; head != "wait [s]" {
		t.Errorf("the head is %q", head)
	}
	about := readSheet(t, out.Bytes(), "about 2")
	if len(about) != 9 || about[1][3].held != "=how long" {
		t.Errorf("about says %v", about)
	}
	long := strings.Repeat("é", cellUnits+1)
	if _, err := book.Add(context.Background(), "long", stringsReader(t, checked(t), "a", long), Options{}); err == nil ||
		!strings.Contains(err.Error(), "row 3, column text: a cell holds 32767") {
		t.Errorf("a text that no cell holds: %v", err)
	}
}

// TestFifteenDigits: doubles are rounded to the digits that a spreadsheet has, and not cut off; an instant that would
// be rounded to a day that no spreadsheet has is none.
func TestFifteenDigits(t *testing.T) {
	for n, want := range map[float64]float64{
		188494.62555555557: 188494.625555556, 434.99999999999994: 435, 0.1: 0.1, -1e-300: -1e-300,
		math.MaxFloat64: math.MaxFloat64, 5e-324: 5e-324,
	} {
		if got := rounded(n); got != want {
			t.Errorf("%v is rounded to %v, not %v", n, got, want)
		}
	}
	last := time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC)
	if days, ok := serial(last); !ok || days >= afterLastDay {
		t.Errorf("the last second is %v, %v", days, ok)
	}
	if days, ok := serial(last.Add(999_999_999)); ok {
		t.Errorf("the last nanosecond is %v", days)
	}
}
