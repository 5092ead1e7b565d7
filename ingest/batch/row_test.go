package batch

import (
	"fmt"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"pbsduck/ingest/schema"
)

var mixed = schema.Table{Name: "mixed", Columns: []schema.Column{
	{Name: "n", Type: schema.Integer}, {Name: "text", Type: schema.Text}, {Name: "flag", Type: schema.Boolean},
	{Name: "day", Type: schema.Date}, {Name: "bytes", Type: schema.Bytes}, {Name: "rare", Type: schema.Text},
}}

// TestRowsHoldWhatWasSet: whatever is set, set again, taken back, dropped or left out, a batch has the last value of
// each row and NULL elsewhere; also when rows outgrow their room, and with memory of batches before.
func TestRowsHoldWhatWasSet(t *testing.T) {
	schema := mixed.Arrow()
	rapid.Check(t, func(t *rapid.T) {
		r := newRows(mixed, NewParser())
		for range rapid.IntRange(1, 3).Draw(t, "batches") {
			var want [][]string
			for range rapid.SampledFrom([]int{0, 1, 7, 300, 1025}).Draw(t, "rows") {
				seed := rapid.Uint64().Draw(t, "row")
				row := fillRow(r, seed)
				if seed%11 == 0 {
					r.drop()
					continue
				}
				r.end()
				want = append(want, row)
			}
			b := r.batch(schema)
			if diff := cmp.Diff(want, shown(b)); diff != "" {
				t.Fatalf("(-set +batch):\n%s", diff)
			}
			b.Release()
		}
	})
}

// fillRow sets some columns, as seed says, and tells what they hold.
func fillRow(r *rows, seed uint64) []string {
	r.begin(false)
	row := make([]string, len(mixed.Columns))
	for i := range 2 * len(row) { // in two turns: the second sets again, or takes back
		column := i % len(row)
		seed = seed*6364136223846793005 + 1442695040888963407
		value := int64(seed >> 40)
		switch {
		case seed>>33%4 == 0 || column == 5 && value%50 > 0:
		case seed>>33%4 == 1 && i >= len(row):
			r.fail(column)
			row[column] = ""
		case r.vectors[column].variable:
			text := fmt.Sprintf("%0*d", value%40, value)
			r.setText(column, []byte(text))
			row[column] = text
		default:
			if r.vectors[column].typ == schema.Boolean {
				value %= 2
			}
			r.setNumber(column, value)
			row[column] = fmt.Sprint(value)
		}
	}
	return row
}

func shown(b arrow.RecordBatch) (all [][]string) {
	for i := range int(b.NumRows()) {
		row := make([]string, b.NumCols())
		for c, column := range b.Columns() {
			switch column := column.(type) {
			case *array.Int64:
				row[c] = fmt.Sprint(column.Value(i))
			case *array.Date32:
				row[c] = fmt.Sprint(int32(column.Value(i)))
			case *array.Boolean:
				row[c] = fmt.Sprint(truth(column.Value(i)))
			case *array.String:
				row[c] = column.Value(i)
			case *array.Binary:
				row[c] = string(column.Value(i))
			}
			if column.IsNull(i) {
				row[c] = ""
			}
		}
		all = append(all, row)
	}
	return all
}
