package page

import (
	"bytes"
	"context"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"

	"pbsduck/export"
	"pbsduck/export/chart"
)

// openRows is how many rows a table may have to be seen at once; a longer one is folded.
const openRows = 12

// IsLong reports whether the table is folded at first.
func (t *Table) IsLong() bool { return len(t.Rows) > openRows }

// Size is how many rows there are, in words.
func (t *Table) Size() string {
	if len(t.Rows) == 1 {
		return "1 row"
	}
	return chart.Unit("").Format(float64(len(t.Rows))) + " rows"
}

// Heading is what stands over the column.
func (c Column) Heading() string {
	if c.Name != "" {
		return export.Visible(c.Name)
	}
	return export.Visible(c.Source)
}

// ReadTable reads a result to its end. columns say what they say about the result's columns of the same Source; of one
// that they do not name, the result itself says what there is (metadata unit and comment). loc is the zone in which
// instants are shown. The reader stays the caller's.
func ReadTable(ctx context.Context, r array.RecordReader, columns []Column, loc *time.Location) (*Table, error) {
	t := &Table{}
	for _, f := range r.Schema().Fields() {
		t.Columns = append(t.Columns, columnOf(f, columns))
	}
	var csv bytes.Buffer
	tee := &tee{RecordReader: r, table: t, loc: loc}
	if _, err := export.Write(ctx, &csv, tee, export.CSV, export.Options{SafeCSV: true, Location: loc}); err != nil {
		return nil, err
	}
	if tee.err != nil {
		return nil, tee.err
	}
	t.CSV = csv.Bytes()
	t.format()
	return t, nil
}

// columnOf is what is known of a column.
func columnOf(f arrow.Field, columns []Column) Column {
	c := Column{Source: f.Name}
	for _, given := range columns {
		if given.Source == f.Name {
			c = given
		}
	}
	if unit, ok := f.Metadata.GetValue("unit"); ok && c.Unit == "" {
		c.Unit = chart.Unit(unit)
	}
	if comment, ok := f.Metadata.GetValue("comment"); ok && c.Comment == "" {
		c.Comment = comment
	}
	c.Numeric = export.IsNumber(f.Type)
	return c
}

// tee reads cells out of the batches that go by.
type tee struct {
	array.RecordReader
	table *Table
	loc   *time.Location
	err   error
}

// Next passes on the next batch, once its cells are in the table.
func (t *tee) Next() bool {
	if t.err != nil || !t.RecordReader.Next() {
		return false
	}
	t.err = t.table.read(t.RecordReader.RecordBatch(), t.loc)
	return t.err == nil
}

func (t *Table) read(b arrow.RecordBatch, loc *time.Location) error {
	texts, err := export.Texts(b, loc)
	if err != nil {
		return err
	}
	for row := range int(b.NumRows()) {
		cells := make([]Cell, len(texts))
		for i, text := range texts {
			cells[i].Text, cells[i].Null = text(row)
			if b.Column(i).DataType().ID() == arrow.TIMESTAMP {
				cells[i].Text = instant(cells[i].Text)
			}
			if t.Columns[i].Numeric && !cells[i].Null {
				v, err := strconv.ParseFloat(cells[i].Text, 64)
				cells[i] = Cell{Text: cells[i].Text, Sort: v}
				if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
					cells[i] = Cell{Null: true}
				}
			}
		}
		t.Rows = append(t.Rows, cells)
	}
	return nil
}

// instant is an RFC 3339 instant as people write it: to the second, and in the zone of the page.
func instant(text string) string {
	day, clock, _ := strings.Cut(text, "T")
	return strings.TrimSpace(day + " " + clock[:min(len(clock), len("15:04:05"))])
}

// format writes the numbers for reading: those of a column with as many decimals, so that points stand under each
// other.
func (t *Table) format() {
	for i, c := range t.Columns {
		if !c.Numeric {
			continue
		}
		var values []float64
		for _, row := range t.Rows {
			if !row[i].Null {
				values = append(values, row[i].Sort)
			}
		}
		write := c.Unit.Column(values)
		for _, row := range t.Rows {
			if !row[i].Null {
				row[i].Text = write(row[i].Sort)
			}
		}
	}
}
