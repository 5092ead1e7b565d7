package export

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/xuri/excelize/v2"
)

// What a sheet and a cell can hold, and a number exactly.
const (
	sheetRows   = 1 << 20
	cellUnits   = 32767 // of UTF-16
	exactDigits = 15

	afterLastDay = 2958466 // 10000-01-01, which no spreadsheet has
)

// A Workbook writes an .xlsx file of several sheets, for people with a spreadsheet; the format XLSX is one of a single
// sheet.
//
// Numbers are numbers, and texts texts: never formulas, whatever they begin with. Dates and instants are a
// spreadsheet's own, which know no zone: the head of a column of instants says in which they are. What a number of a
// spreadsheet would not hold exactly (more than 15 digits, NaN, an instant of before March 1900) is a text. NULL is an
// empty cell. As in a table, text shows everything that is not printable as an escape, and heads say units. What does
// not fit a sheet or a cell is an error. Doubles are rounded to 15 digits. A last sheet, about, says what columns mean
// that have a comment.
type Workbook struct {
	file   *excelize.File
	names  []string
	about  [][]any
	facts  [][]any // of the whole
	styles map[string]int
}

// NewWorkbook begins a workbook.
func NewWorkbook() *Workbook { return &Workbook{file: excelize.NewFile(), styles: map[string]int{}} }

// Add adds a sheet with what a reader gives, as Write does: up to a limit. The sheet has the name, or one like it that
// a sheet can have.
func (b *Workbook) Add(ctx context.Context, name string, r array.RecordReader, o Options) (rows int64, err error) {
	s, err := b.sheet(name, r.Schema(), o)
	if err != nil {
		return 0, err
	}
	if rows, err = pump(ctx, r, s, o.Limit); err != nil {
		return rows, err
	}
	return rows, s.close()
}

// Tell has the sheet about begin with something that is true of the whole.
func (b *Workbook) Tell(what, is string) {
	b.facts = append(b.facts, []any{"", Visible(what), "", Visible(is)})
}

// Write writes the workbook, when all sheets are added.
func (b *Workbook) Write(w io.Writer) error {
	if err := b.writeAbout(); err != nil {
		return err
	}
	if len(b.names) > 0 {
		if err := b.file.DeleteSheet(firstSheet); err != nil {
			return err
		}
	}
	b.file.SetActiveSheet(0)
	now := time.Now().UTC().Format(time.RFC3339)
	if err := b.file.SetDocProps(&excelize.DocProperties{
		Creator: "pbsduck", LastModifiedBy: "pbsduck", Created: now, Modified: now,
	}); err != nil {
		return err
	}
	_, err := b.file.WriteTo(w)
	return err
}

// Close gives back what the workbook holds, files beside it among that.
func (b *Workbook) Close() error { return b.file.Close() }

// firstSheet is what a new file has. No other has its name, which sheetName keeps from it.
const firstSheet = "Sheet1"

// ownSheet is a name that Excel keeps to itself: it calls a file damaged that has it.
const ownSheet = "History"

// sheetName is a name that a sheet can have, which no other has.
func (b *Workbook) sheetName(name string) string {
	const longest = 31
	name = strings.TrimSpace(strings.Map(func(r rune) rune {
		if strings.ContainsRune(`[]:*?/\'`, r) || r > 0xffff {
			return '_'
		}
		return r
	}, Visible(name)))
	for n := 1; ; n++ {
		end := ""
		if n > 1 || name == "" {
			end = fmt.Sprintf(" %d", n)
		}
		runes := []rune(name)
		one := strings.TrimSpace(string(runes[:min(len(runes), longest-len(end))]) + end)
		taken := func(other string) bool { return strings.EqualFold(one, other) }
		if !slices.ContainsFunc(append(b.names, firstSheet, ownSheet), taken) {
			return one
		}
	}
}

// sheet begins a sheet: its columns' widths and styles, and its head, which stays when one scrolls.
func (b *Workbook) sheet(name string, schema *arrow.Schema, o Options) (*xlsxSheet, error) {
	name = b.sheetName(name)
	if _, err := b.file.NewSheet(name); err != nil {
		return nil, err
	}
	b.names = append(b.names, name)
	stream, err := b.file.NewStreamWriter(name)
	if err != nil {
		return nil, err
	}
	loc := o.Location
	if loc == nil {
		loc = time.UTC
	}
	s := &xlsxSheet{
		stream: stream, schema: schema, style: style{loc: loc}, values: make([]any, schema.NumFields()), row: 1,
	}
	bold := b.style("bold", &excelize.Style{Font: &excelize.Font{Bold: true},
		Border: []excelize.Border{{Type: "bottom", Style: 1, Color: "808080"}}})
	for i, f := range schema.Fields() {
		head := s.head(f)
		s.styles = append(s.styles, b.styleOf(f))
		width := min(max(float64(Cells(head))+2, 9), 40)
		if f.Type.ID() == arrow.TIMESTAMP {
			width = max(width, 20)
		}
		if err := stream.SetColWidth(i+1, i+1, width); err != nil {
			return nil, err
		}
		s.values[i] = excelize.Cell{StyleID: bold, Value: head}
		if comment, ok := f.Metadata.GetValue("comment"); ok {
			unit, _ := f.Metadata.GetValue("unit")
			b.about = append(b.about, []any{name, Visible(f.Name), Visible(unit), Visible(comment)})
		}
	}
	if err := stream.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2",
		ActivePane: "bottomLeft"}); err != nil {
		return nil, err
	}
	return s, s.put()
}

// writeAbout writes what is true of the whole, and what columns mean.
func (b *Workbook) writeAbout() error {
	if len(b.about)+len(b.facts) == 0 {
		return nil
	}
	text := func(name string) arrow.Field { return arrow.Field{Name: name, Type: arrow.BinaryTypes.String} }
	s, err := b.sheet("about",
		arrow.NewSchema([]arrow.Field{text("sheet"), text("column"), text("unit"), text("meaning")}, nil), Options{})
	if err != nil {
		return err
	}
	for _, row := range append(b.facts, b.about...) {
		copy(s.values, row)
		if err := s.put(); err != nil {
			return err
		}
	}
	return s.close()
}

// style is a style of the file, made when it is first needed.
func (b *Workbook) style(name string, s *excelize.Style) int {
	id, ok := b.styles[name]
	if !ok {
		id, _ = b.file.NewStyle(s) // which refuses only what is no style
		b.styles[name] = id
	}
	return id
}

// styleOf is how a column's numbers are shown; they are what they are.
func (b *Workbook) styleOf(f arrow.Field) int {
	form := ""
	switch {
	case f.Type.ID() == arrow.TIMESTAMP:
		form = "yyyy-mm-dd hh:mm:ss"
	case f.Type.ID() == arrow.DATE32, f.Type.ID() == arrow.DATE64:
		form = "yyyy-mm-dd"
	case arrow.IsInteger(f.Type.ID()) && !calls(f.Name):
		form = "#,##0"
	default:
		return 0
	}
	return b.style(form, &excelize.Style{CustomNumFmt: &form})
}

// An xlsxSheet is a sheet that rows are written to.
type xlsxSheet struct {
	stream *excelize.StreamWriter
	schema *arrow.Schema
	style  style
	styles []int
	values []any
	row    int // that is written next, from 1
	text   []byte
}

// head is a column's name with its unit or zone, if the name does not say it.
func (s *xlsxSheet) head(f arrow.Field) string {
	unit := unsaidUnit(f)
	if t, ok := f.Type.(*arrow.TimestampType); ok && t.TimeZone != "" {
		unit = s.style.loc.String()
	}
	if unit == "" {
		return Visible(f.Name)
	}
	return fmt.Sprintf("%s [%s]", Visible(f.Name), unit)
}

func (s *xlsxSheet) write(batch arrow.RecordBatch) error {
	texts, err := s.style.columns(batch)
	if err != nil {
		return err
	}
	for row := range int(batch.NumRows()) {
		if s.row > sheetRows {
			return fmt.Errorf("a sheet holds %d rows, and there are more: choose fewer, or write csv or parquet", sheetRows-1)
		}
		for i := range texts {
			if s.values[i], err = s.cell(&texts[i], batch.Column(i), row); err != nil {
				return fmt.Errorf("row %d, column %s: %w", s.row, Visible(batch.ColumnName(i)), err)
			}
			if id := s.styles[i]; id != 0 && s.values[i] != nil {
				s.values[i] = excelize.Cell{StyleID: id, Value: s.values[i]}
			}
		}
		if err := s.put(); err != nil {
			return err
		}
	}
	return nil
}

func (s *xlsxSheet) close() error { return s.stream.Flush() }

func (s *xlsxSheet) put() error {
	at, err := excelize.CoordinatesToCellName(1, s.row)
	if err != nil {
		return err
	}
	s.row++
	return s.stream.SetRow(at, s.values)
}

func (s *xlsxSheet) cell(c *column, a arrow.Array, row int) (any, error) {
	if c.isNull(row) {
		return nil, nil
	}
	switch a := a.(type) {
	case *array.Boolean:
		return a.Value(row), nil
	case *array.Timestamp:
		t := a.DataType().(*arrow.TimestampType)
		at := instant(int64(a.Value(row)), t.Unit).UTC()
		if t.TimeZone != "" {
			at = at.In(s.style.loc)
		}
		if days, ok := serial(at); ok {
			return days, nil
		}
	case *array.Date32:
		if days, ok := serial(a.Value(row).ToTime()); ok {
			return days, nil
		}
	case *array.Date64:
		if days, ok := serial(a.Value(row).ToTime()); ok {
			return days, nil
		}
	}
	s.text = c.append(s.text[:0], row)
	if isNumber(a.DataType()) {
		if n, ok := exactly(s.text, arrow.IsFloating(a.DataType().ID())); ok {
			return n, nil
		}
	}
	text := Visible(string(s.text))
	if len(text) > cellUnits && len(utf16.Encode([]rune(text))) > cellUnits {
		return nil, fmt.Errorf("a cell holds %d characters, and this text has more: write csv or parquet", cellUnits)
	}
	return text, nil
}

// serial is an instant's wall clock as spreadsheets count: days since 1899-12-30, from when on all of them do so alike.
func serial(t time.Time) (float64, bool) {
	if t.Year() < 1900 || t.Year() > 9999 || t.Year() == 1900 && t.Month() < time.March {
		return 0, false
	}
	wall := time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
	days := wall.Unix()/86400 + 25569
	second := time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute +
		time.Duration(t.Second())*time.Second + time.Duration(t.Nanosecond())
	serial := rounded(float64(days) + second.Hours()/24)
	return serial, serial < afterLastDay
}

// exactly is a number as a cell's value, if a spreadsheet holds all its digits.
func exactly(text []byte, double bool) (any, bool) {
	n, err := strconv.ParseFloat(string(text), 64)
	if err != nil || math.IsNaN(n) || math.IsInf(n, 0) {
		return nil, false
	}
	digits := bytes.TrimLeft(bytes.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, text), "0")
	if double {
		return rounded(n), true
	}
	return n, len(digits) <= exactDigits
}

// rounded is a double with as many digits as a spreadsheet has: more would be cut off.
func rounded(n float64) float64 {
	r, err := strconv.ParseFloat(strconv.FormatFloat(n, 'e', exactDigits-1, 64), 64)
	if err != nil { // the largest of all would be infinite
		return n
	}
	return r
}

// xlsxSink is a workbook of one sheet.
type xlsxSink struct {
	*xlsxSheet
	book *Workbook
	w    io.Writer
}

func newXLSXSink(w io.Writer, schema *arrow.Schema, o Options) (sink, error) {
	book := NewWorkbook()
	sheet, err := book.sheet("rows", schema, o)
	if err != nil {
		return nil, err
	}
	return &xlsxSink{sheet, book, w}, nil
}

func (s *xlsxSink) close() error {
	err := s.xlsxSheet.close()
	if err == nil {
		err = s.book.Write(s.w)
	}
	if closed := s.book.Close(); err == nil {
		err = closed
	}
	return err
}
