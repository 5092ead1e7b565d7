package duckdb

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"pbsduck/ingest/schema"
)

// A RowRange is rows that stand next to each other, by numbers from first to last, how many they are, and of how many
// bytes.
type RowRange struct{ First, Last, Rows, Bytes int64 }

// Limits are how much a range may hold. DuckDB gives an answer only when it has all of it in memory, and users write
// texts of any length: so rows are asked for that have few bytes, not only those that are few.
type Limits struct{ Rows, Bytes int64 }

func (l Limits) isLess(than RowRange) bool { return than.Rows > l.Rows || than.Bytes > l.Bytes }

// pieceBits makes pieces of 1,024 numbers, of which ranges are made; only of those that are too large by themselves
// each row is looked at.
const pieceBits = 10

// piecesAtOnce is of how many pieces next to each other each row is looked at at a time.
const piecesAtOnce = 128

// Ranges covers rows by ranges in order, none of which holds more than it may, but for a single number. Measured are
// questions for the numbers, how many rows each counts for, and how many bytes are read with it; of one number they may
// give several rows, whose bytes add up. They are asked one after the other.
func (db *DB) Ranges(ctx context.Context, most Limits, measured ...string) ([]RowRange, error) {
	pieces, err := db.pieces(ctx, measured, pieceBits, RowRange{Last: math.MaxInt64})
	if err != nil {
		return nil, err
	}
	g := gathering{most: most}
	for len(pieces) > 0 {
		small, n := pieces[:1], 1
		if most.isLess(pieces[0]) {
			// DuckDB reads the rows of two pieces at a time, at least: so those next to each other are asked for at once.
			for n < len(pieces) && n < piecesAtOnce && most.isLess(pieces[n]) {
				n++
			}
			if small, err = db.pieces(ctx, measured, 0, RowRange{First: pieces[0].First, Last: pieces[n-1].Last}); err != nil {
				return nil, err
			}
		}
		for _, s := range small {
			g.add(s)
		}
		pieces = pieces[n:]
	}
	return g.ranges, nil
}

// pieces are ranges within another one of numbers that agree but for so many bits.
func (db *DB) pieces(ctx context.Context, measured []string, bits int, within RowRange) ([]RowRange, error) {
	sums := map[int64]RowRange{}
	for _, m := range measured {
		err := db.addPieces(ctx, sums, fmt.Sprintf(`SELECT number >> %d << %[1]d, sum(rows)::BIGINT, sum(bytes)::BIGINT
			FROM (%s) WHERE number BETWEEN %d AND %d GROUP BY ALL`, bits, m, within.First, within.Last))
		if err != nil {
			return nil, err
		}
	}
	all := slices.Collect(maps.Values(sums))
	slices.SortFunc(all, func(a, b RowRange) int { return cmp.Compare(a.First, b.First) })
	for i := range all {
		all[i].Last = all[i].First + 1<<bits - 1
	}
	return all, nil
}

// addPieces adds what a question tells of pieces, by their first number.
func (db *DB) addPieces(ctx context.Context, sums map[int64]RowRange, question string) error {
	rows, err := db.conn.QueryContext(ctx, question)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var first, n, bytes int64
		if err := rows.Scan(&first, &n, &bytes); err != nil {
			return err
		}
		sum := sums[first]
		sums[first] = RowRange{First: first, Rows: sum.Rows + n, Bytes: sum.Bytes + bytes}
	}
	return rows.Err()
}

// A gathering joins pieces to ranges, as many as are allowed.
type gathering struct {
	most   Limits
	ranges []RowRange
}

func (g *gathering) add(p RowRange) {
	if n := len(g.ranges); n > 0 && g.ranges[n-1].Rows+p.Rows <= g.most.Rows &&
		g.ranges[n-1].Bytes+p.Bytes <= g.most.Bytes {
		g.ranges[n-1].Last = p.Last
		g.ranges[n-1].Rows += p.Rows
		g.ranges[n-1].Bytes += p.Bytes
		return
	}
	g.ranges = append(g.ranges, p)
}

// Measured are the questions for Ranges of the rows of a table, numbered by a column, by all that users can make long.
// Rows is how many each counts for. What is kept as bytes is asked for apart: DuckDB holds 2,048 rows of all columns
// that it looks at.
func Measured(t schema.Table, number string, rows int) []string {
	const question = "SELECT %s AS number, %d AS rows, %s AS bytes FROM %s"
	sizes, apart := []string{"0"}, []string(nil)
	for _, c := range t.Columns {
		switch c.Type {
		case schema.Text:
			sizes = append(sizes, "coalesce(strlen("+c.Name+"), 0)")
		case schema.Bytes:
			apart = append(apart,
				fmt.Sprintf(question, number, 0, "octet_length("+c.Name+")", t.Name)+" WHERE "+c.Name+" IS NOT NULL")
		}
	}
	return append(apart, fmt.Sprintf(question, number, rows, strings.Join(sizes, " + "), t.Name))
}
