package load

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"

	"pbsduck/duckdb"
)

// Candidates for repeats are rows whose hash another row has, too: one that arrives, or one that is there.

// eachHash visits the hashes of records, by their rows. What came from elsewhere than a log has none, and repeats
// nothing.
func eachHash(rec arrow.RecordBatch, visit func(row int, hash uint64)) {
	column := rec.Column(duckdb.IndexOf(rec, "record_hash")).(*array.Int64)
	for i, h := range column.Int64Values() {
		if column.IsValid(i) {
			visit(i, uint64(h))
		}
	}
}

// candidates lists the hashes that more than one of these rows has, or one of them and one that is there: true says
// that one is.
func (l *transaction) candidates(
	ctx context.Context, k *kind, rows []arrow.RecordBatch, around []string, visit func(arrow.RecordBatch),
) (hashes map[uint64]bool, err error) {
	n := 0
	for _, rec := range rows {
		n += int(rec.NumRows())
	}
	arriving := duckdb.NewHashSet(n)
	hashes = map[uint64]bool{}
	for _, rec := range rows {
		eachHash(rec, func(_ int, h uint64) {
			if !arriving.Add(h) {
				hashes[h] = false
			}
		})
	}
	looked := strings.Join(append([]string{"record_hash"}, k.claim...), ", ")
	for _, where := range around {
		join, err := l.narrow(ctx, k.table.Name, where, rows, k.near)
		if err != nil {
			return nil, err
		}
		question := fmt.Sprintf("SELECT %s FROM %s %s WHERE %s", looked, k.table.Name, join, where)
		err = l.db.EachBatch(ctx, question, func(rec arrow.RecordBatch) {
			eachHash(rec, func(_ int, h uint64) {
				if arriving.Has(h) {
					hashes[h] = true
				}
			})
			visit(rec)
		})
		if err != nil {
			return nil, err
		}
	}
	return hashes, nil
}

// around are conditions on rows that are there, by their instants, of which each that may be the same as one of these
// rows meets one.
func (k *kind) around(rows []arrow.RecordBatch) []string {
	if k.time == "" {
		return []string{"true"}
	}
	var times []int64
	for _, rec := range rows {
		for _, t := range rec.Column(duckdb.IndexOf(rec, k.time)).(*array.Timestamp).TimestampValues() {
			times = append(times, int64(t))
		}
	}
	var all []string
	for _, s := range duckdb.Spans(times) {
		all = append(all, s.Covers(k.time))
	}
	return all
}

func anyOf(conditions []string) string { return "(" + strings.Join(conditions, " OR ") + ")" }

// fewHashes is how many hashes a condition may name: a join is quicker with more.
const fewHashes = 1 << 8

// thoseThere is the question for the rows that are there and have one of the hashes which candidates lists, by what
// exact repeats agree in; empty if there are none.
func (l *transaction) thoseThere(
	ctx context.Context, k *kind, rows []arrow.RecordBatch, hashes map[uint64]bool, around []string,
) (string, error) {
	var list []string
	for h, isThere := range hashes {
		if isThere {
			list = append(list, strconv.FormatInt(int64(h), 10))
		}
	}
	if len(list) == 0 {
		return "", nil
	}
	question := "SELECT " + k.same + " FROM " + k.table.Name
	if len(list) > fewHashes {
		join, err := l.joinArriving(ctx, k.table.Name, rows, "record_hash")
		return question + " " + join + " WHERE " + anyOf(around), err
	}
	slices.Sort(list)
	return question + " WHERE " + anyOf(around) + " AND record_hash IN (" + strings.Join(list, ", ") + ")", nil
}

// fewRows is how many rows of a question are compared here, which is faster than to have DuckDB do it. An answer is in
// memory as a whole.
const fewRows = 1 << 20

// narrow keeps the answer to a question about rows that are there short: if there are many, it gives a join with the
// rows that arrive, by one of their columns; else nothing.
func (l *transaction) narrow(
	ctx context.Context, from, where string, arriving []arrow.RecordBatch, column string,
) (join string, err error) {
	if n, err := l.rowsOf(ctx, from); err != nil || n <= fewRows || len(arriving) == 0 {
		return "", err
	}
	n, err := l.db.Number(ctx, fmt.Sprintf("SELECT count(*) FROM %s WHERE %s", from, where))
	if err != nil || n <= fewRows {
		return "", err
	}
	return l.joinArriving(ctx, from, arriving, column)
}

// rowsOf is how many rows a table had when this was asked first, and those that were appended since.
func (l *transaction) rowsOf(ctx context.Context, table string) (int64, error) {
	if n, known := l.rows[table]; known {
		return n, nil
	}
	n, err := l.db.Number(ctx, "SELECT count(*) FROM "+table)
	l.rows[table] = n
	return n, err
}

// joinArriving is a join with rows that arrive, by one of their columns.
func (l *transaction) joinArriving(
	ctx context.Context, table string, arriving []arrow.RecordBatch, column string,
) (string, error) {
	at := duckdb.IndexOf(arriving[0], column)
	one := arrow.NewSchema([]arrow.Field{arriving[0].Schema().Field(at)}, nil)
	var keys []arrow.RecordBatch
	for _, rec := range arriving {
		key := array.NewRecordBatch(one, []arrow.Array{rec.Column(at)}, rec.NumRows())
		defer key.Release()
		keys = append(keys, key)
	}
	empty := fmt.Sprintf("CREATE OR REPLACE TEMP TABLE arriving_keys AS SELECT %s FROM %s LIMIT 0", column, table)
	if err := l.db.Exec(ctx, empty); err != nil {
		return "", err
	}
	return fmt.Sprintf("SEMI JOIN arriving_keys USING (%s)", column), l.db.Insert(ctx, "arriving_keys", keys)
}
