package load

import (
	"context"
	_ "embed"
	"fmt"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"pbsduck/duckdb"
	"pbsduck/ingest/batch"
	"pbsduck/ingest/schema"
)

//go:embed sql/find_repeats.sql
var findRepeats string

// A kind is a table of records, and what makes two rows of it one record that
// was read twice.
type kind struct {
	table  schema.Table
	time   string   // instants that two such rows share, by which others that are there are left out; empty: none
	same   string   // columns in which exact repeats agree
	claim  []string // columns in which rows must not agree without being noticed
	near   string   // of these, and of those by which repeats are found, the one to join by where there are many rows
	object string   // id of what a row is about

	one batch.Tally // what a record counts
}

var (
	outcomeKind = kind{table: schema.Outcomes, time: "submit_time", same: "machine, job_id, submit_time, record_hash", claim: []string{"short_id", "array_index", "submit_time"}, near: "submit_time",
		object: "job_id", one: batch.Tally{Jobs: 1}}
	eventKind  = kind{table: schema.Events, time: "time", same: "machine, time, type, object_id, record_hash", near: "record_hash", object: "object_id", one: batch.Tally{Events: 1}}
	rejectKind = kind{table: schema.Rejects, same: "machine, bytes, record_hash", near: "record_hash", object: "NULL::VARCHAR", one: batch.Tally{Rejects: 1}}

	// undatedKind is events of an hour that is not known yet: their time does not
	// tell repeats.
	undatedKind = kind{table: schema.Events, same: "machine, type, object_id, record_hash", object: "object_id", one: batch.Tally{Events: 1}}
)

// repeated is what changes when a record that was counted turns out to be a
// repeat.
func (k *kind) repeated() batch.Tally { return batch.Tally{Repeats: 1}.Minus(k.one) }

// appendNew inserts those rows that are no exact repeats.
func (l *Load) appendNew(ctx context.Context, k kind, rows []arrow.RecordBatch) error {
	_, err := l.appendSeen(ctx, k, rows, func(arrow.RecordBatch) {})
	return err
}

// appendSeen inserts rows, but for exact repeats: of rows that are there, or of
// rows before them. These it files as such, and gives their places, counted
// through all batches. It looks at hashes first; only of rows whose hash another
// one has DuckDB is asked whether they are the same. Visit sees the hash and the claim of
// rows that are there and may have to do with these.
func (l *Load) appendSeen(ctx context.Context, k kind, rows []arrow.RecordBatch, visit func(arrow.RecordBatch)) (repeats []int64, err error) {
	if len(rows) == 0 {
		return nil, nil
	}
	around := k.around(rows)
	suspect, err := l.suspects(ctx, &k, rows, around, visit)
	if err == nil && len(suspect) > 0 {
		repeats, err = l.confirm(ctx, &k, rows, suspect, anyOf(around))
	}
	if err != nil {
		return nil, fmt.Errorf("cannot look for repeats in %s: %w", k.table.Name, err)
	}
	return repeats, l.db.InsertParts(ctx, k.table.Name, butFor(rows, repeats))
}

// confirm files those rows with a suspect hash that are exact repeats, and gives
// their places.
func (l *Load) confirm(ctx context.Context, k *kind, rows []arrow.RecordBatch, suspect map[uint64]bool, which string) ([]int64, error) {
	columns := "row, file_id, line, " + k.same
	err := l.db.Exec(ctx, fmt.Sprintf("CREATE OR REPLACE TEMP TABLE suspect AS SELECT %s FROM (SELECT 0::BIGINT AS row, * FROM %s LIMIT 0)", columns, k.table.Name))
	if err != nil {
		return nil, err
	}
	var aside []duckdb.Part
	place := int64(0)
	for _, rec := range rows {
		if found := suspectRows(rec, suspect); len(found) > 0 {
			narrow := numbered(rec, place, strings.Split(columns, ", ")[1:])
			defer narrow.Release()
			_, aside = duckdb.Divide(narrow, found, nil, aside)
		}
		place += rec.NumRows()
	}
	if err := l.db.InsertParts(ctx, "suspect", aside); err != nil {
		return nil, err
	}
	n, err := l.fileRepeats(ctx, k, "suspect", "row", which)
	if err != nil || n == 0 {
		return nil, err
	}
	return duckdb.Column[int64](ctx, l.db, "SELECT row FROM repeated ORDER BY row")
}

// numbered are columns of a batch behind the numbers of its rows, the first of
// which is given.
func numbered(rec arrow.RecordBatch, first int64, columns []string) arrow.RecordBatch {
	b := array.NewInt64Builder(memory.DefaultAllocator)
	defer b.Release()
	for i := range rec.NumRows() {
		b.Append(first + i)
	}
	numbers := b.NewArray()
	defer numbers.Release()
	fields, arrays := []arrow.Field{{Name: "row", Type: arrow.PrimitiveTypes.Int64}}, []arrow.Array{numbers}
	for _, name := range columns {
		at := IndexOf(rec, name)
		fields, arrays = append(fields, rec.Schema().Field(at)), append(arrays, rec.Column(at))
	}
	return array.NewRecordBatch(arrow.NewSchema(fields, nil), arrays, rec.NumRows())
}

// butFor are rows without those at some places, which are in order.
func butFor(rows []arrow.RecordBatch, places []int64) (kept []duckdb.Part) {
	first := int64(0)
	for _, rec := range rows {
		var out []duckdb.Span
		for len(places) > 0 && places[0] < first+rec.NumRows() {
			out = duckdb.AppendSpan(out, places[0]-first, places[0]-first+1)
			places = places[1:]
		}
		kept, _ = duckdb.Divide(rec, out, kept, nil)
		first += rec.NumRows()
	}
	return kept
}

// fileRepeats files those of the rows that were set aside in a table that are
// exact repeats, lists them in the temporary table repeated, by a number that
// each has, and says how many they are. Which rows that are there may be the same
// is a condition.
func (l *Load) fileRepeats(ctx context.Context, k *kind, aside, number, which string) (int64, error) {
	there := fmt.Sprintf("SELECT %s FROM %s WHERE %s", k.same, k.table.Name, which)
	if err := l.db.Exec(ctx, fmt.Sprintf(findRepeats, aside, k.same, there, k.object, number)); err != nil {
		return 0, err
	}
	found, err := Tally(ctx, l.db, "SELECT file_id, count(*) FROM repeated GROUP BY file_id", k.repeated())
	if err != nil || len(found) == 0 {
		return 0, err
	}
	l.changes.Add(found)
	return found.sum().Repeats, l.db.Exec(ctx, "INSERT INTO repeats SELECT machine, file_id, line, record_hash, object_id FROM repeated")
}

// around are conditions on rows that are there, by their instants, of which each
// that may be the same as one of these rows meets one.
func (k *kind) around(rows []arrow.RecordBatch) []string {
	if k.time == "" {
		return []string{"true"}
	}
	var times []int64
	for _, rec := range rows {
		for _, t := range rec.Column(IndexOf(rec, k.time)).(*array.Timestamp).TimestampValues() {
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

func IndexOf(rec arrow.RecordBatch, column string) int { return rec.Schema().FieldIndices(column)[0] }

// eachHash visits the hashes of records, by their rows. What came from elsewhere
// than a log has none, and repeats nothing.
func eachHash(rec arrow.RecordBatch, visit func(row int, hash uint64)) {
	column := rec.Column(IndexOf(rec, "record_hash")).(*array.Int64)
	for i, h := range column.Int64Values() {
		if column.IsValid(i) {
			visit(i, uint64(h))
		}
	}
}

// suspects lists the hashes that more than one of these rows has, or one of them
// and one that is there.
func (l *Load) suspects(ctx context.Context, k *kind, rows []arrow.RecordBatch, around []string, visit func(arrow.RecordBatch)) (map[uint64]bool, error) {
	n := 0
	for _, rec := range rows {
		n += int(rec.NumRows())
	}
	set, suspect := duckdb.NewHashSet(n), map[uint64]bool{}
	for _, rec := range rows {
		eachHash(rec, func(_ int, h uint64) {
			if !set.Add(h) {
				suspect[h] = true
			}
		})
	}
	looked := strings.Join(append([]string{"record_hash"}, k.claim...), ", ")
	for _, where := range around {
		join, err := l.narrow(ctx, k.table.Name, where, rows, k.near)
		if err != nil {
			return nil, err
		}
		err = l.db.EachBatch(ctx, fmt.Sprintf("SELECT %s FROM %s %s WHERE %s", looked, k.table.Name, join, where), func(rec arrow.RecordBatch) {
			eachHash(rec, func(_ int, h uint64) {
				if set.Has(h) {
					suspect[h] = true
				}
			})
			visit(rec)
		})
		if err != nil {
			return nil, err
		}
	}
	return suspect, nil
}

// suspectRows lists the rows of a batch with a suspect hash.
func suspectRows(rec arrow.RecordBatch, suspect map[uint64]bool) (rows []duckdb.Span) {
	eachHash(rec, func(i int, h uint64) {
		if suspect[h] {
			rows = duckdb.AppendSpan(rows, int64(i), int64(i)+1)
		}
	})
	return rows
}
