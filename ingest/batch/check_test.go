package batch

import (
	"testing"

	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"pbsduck/ingest/schema"
)

// TestChecksTellAnyChange: a change of one value changes the check of its row, and of no other, but for one in 65,536.
func TestChecksTellAnyChange(t *testing.T) {
	checkedTable := schema.Table{Name: "checked", Columns: append([]schema.Column{},
		append(mixed.Columns, schema.Events.Columns[schema.Events.Index(schema.CheckName)])...)}
	schema := checkedTable.Arrow()
	missed := 0
	rapid.Check(t, func(t *rapid.T) {
		seed, other := rapid.Uint64().Draw(t, "seed"), rapid.Uint64().Draw(t, "other")
		r := newRows(checkedTable, NewParser())
		var rows [][]string
		for _, s := range []uint64{seed, other, seed} {
			rows = append(rows, fillRow(r, s))
			r.end()
		}
		b := r.batch(schema)
		defer b.Release()
		checks := Checks(checkedTable, nil, b.Columns())
		if checks[0] != checks[2] {
			t.Fatalf("equal rows have the checks %d and %d", checks[0], checks[2])
		}
		if !cmp.Equal(rows[0], rows[1]) && checks[0] == checks[1] {
			missed++
		}
		if written := b.Column(len(mixed.Columns)).(*array.Int64).Int64Values(); !cmp.Equal(written, checks) {
			t.Fatalf("written %d, checked %d", written, checks)
		}
	})
	if missed > 1 {
		t.Errorf("%d changes are not told", missed)
	}
}
