package verify

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"

	"pbsduck/duckdb"
	"pbsduck/ingest/batch"
	"pbsduck/ingest/schema"
)

var rowsCheck = Check{
	Name: "rows", Meaning: "Rows that nothing else tells of are what was written, by their row_check",
	find: findChangedRows, wide: true,
}

func findChangedRows(ctx context.Context, db *duckdb.DB, o Options) (n int64, first []string, err error) {
	for _, t := range db.Site().Tables() {
		if !t.HasCheck() {
			continue
		}
		c := &checking{table: t, db: db}
		if err := eachRange(ctx, db, checkedAtOnce, duckdb.Measured(t, "rowid", 1), c.look); err != nil {
			return n, first, err
		}
		n += c.failed
		for _, row := range c.first[:min(len(c.first), o.Limit-len(first))] {
			told, err := describeChecked(ctx, db, t, row)
			if err != nil {
				return n, first, err
			}
			first = append(first, told...)
		}
	}
	return n, first, nil
}

const (
	// mostFailed is how many rows of a table that failed are kept.
	mostFailed = 1 << 20

	// longBytes is from how many bytes of a row on its columns are read one by one.
	longBytes = 1 << 10
)

// checkedAtOnce is how many rows of a table are checked at a time. DuckDB reads 2,048 rows of a column for any of them,
// with all their bytes: so many small ranges of long rows are dear, and the columns of these are read one by one.
var checkedAtOnce = duckdb.Limits{Rows: 40 << 10, Bytes: 48 << 20}

// eachRange covers the rows of a table by ranges, as questions measure them by their rowid (duckdb.Ranges).
func eachRange(
	ctx context.Context, db *duckdb.DB, most duckdb.Limits, measured []string,
	look func(context.Context, duckdb.RowRange) error,
) error {
	ranges, err := db.Ranges(ctx, most, measured...)
	for _, r := range ranges {
		if err == nil {
			err = look(ctx, r)
		}
	}
	return err
}

// A checking makes the checks of the rows of a table once more.
type checking struct {
	table  schema.Table
	db     *duckdb.DB
	failed int64
	first  []int64 // of them, by rowid

	// Of the rows that are looked at:
	rows, written, checks []int64
	known                 []bool // whether written has one
}

// look looks at a range of rows: at all columns at once, or at one after the other where that would be too much.
func (c *checking) look(ctx context.Context, r duckdb.RowRange) error {
	c.rows, c.written, c.known = c.rows[:0], c.written[:0], c.known[:0]
	c.checks = append(c.checks[:0], make([]int64, r.Rows)...)
	var together []schema.Column
	for _, column := range c.table.Columns {
		if r.Bytes < longBytes*r.Rows || column.Type != schema.Text && column.Type != schema.Bytes {
			together = append(together, column)
			continue
		}
		if err := c.add(ctx, r, column); err != nil {
			return err
		}
	}
	if err := c.add(ctx, r, together...); err != nil { // which are behind the others, as row_check is among them
		return err
	}
	batch.FinishChecks(c.checks)
	for i, check := range c.checks {
		if c.known[i] && c.written[i] == check {
			continue
		}
		if c.failed++; len(c.first) < mostFailed {
			c.first = append(c.first, c.rows[i])
		}
	}
	return nil
}

// add adds columns of the rows to their checks. DuckDB gives rows of a table in order.
func (c *checking) add(ctx context.Context, r duckdb.RowRange, columns ...schema.Column) error {
	var at, last = 0, len(columns)
	question := fmt.Sprintf("SELECT %s, rowid FROM %s WHERE rowid BETWEEN %d AND %d",
		strings.Join(duckdb.ColumnNames(schema.Table{Columns: columns}), ", "), c.table.Name, r.First, r.Last)
	err := c.db.EachBatch(ctx, question, func(rec arrow.RecordBatch) {
		sums := c.checks[at : at+int(rec.NumRows())]
		for i, column := range columns {
			batch.AddToChecks(sums, column, rec.Column(i))
		}
		if columns[last-1].Name == schema.CheckName {
			written := rec.Column(last - 1).(*array.Int64)
			c.rows = append(c.rows, rec.Column(last).(*array.Int64).Int64Values()...)
			c.written = append(c.written, written.Int64Values()...)
			for i := range sums {
				c.known = append(c.known, written.IsValid(i))
			}
		}
		at += len(sums)
	})
	if err == nil && at != len(c.checks) {
		err = fmt.Errorf("%s: %d rows were read, not %d", c.table.Name, at, len(c.checks))
	}
	return err
}

// describeChecked tells which row it is, by the columns that are never NULL.
func describeChecked(ctx context.Context, db *duckdb.DB, t schema.Table, row int64) (told []string, err error) {
	telling := slices.Clone(t.Columns)
	telling = slices.DeleteFunc(telling, func(c schema.Column) bool {
		return !c.NotNull || c.Type == schema.Bytes || c.Type == schema.Boolean
	})
	question := fmt.Sprintf("SELECT %s FROM %s WHERE rowid = %d",
		strings.Join(duckdb.ColumnNames(schema.Table{Columns: telling}), ", "), t.Name, row)
	err = db.EachBatch(ctx, question, func(rec arrow.RecordBatch) {
		parts := []string{"table=" + t.Name}
		for i, c := range telling {
			parts = append(parts, c.Name+"="+describeValue(rec.Column(i).ValueStr(0)))
		}
		told = append(told, strings.Join(parts, " "))
	})
	return told, err
}
