package load

import (
	"context"
	"fmt"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"pbsduck/duckdb"
	"pbsduck/ingest/batch"
	"pbsduck/ingest/schema"
)

// A kind is a table of records, and what makes two rows of it one record that was read twice.
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
	outcomeKind = kind{
		table: schema.Outcomes, time: "submit_time", same: "machine, job_id, submit_time, record_hash",
		claim: []string{"short_id", "array_index", "submit_time"}, near: "submit_time", object: "job_id",
		one: batch.Tally{Jobs: 1},
	}
	eventKind = kind{
		table: schema.Events, time: "time", same: "machine, time, type, object_id, record_hash",
		near: "record_hash", object: "object_id", one: batch.Tally{Events: 1},
	}
	rejectKind = kind{
		table: schema.Rejects, same: "machine, bytes, record_hash",
		near: "record_hash", object: "NULL::VARCHAR", one: batch.Tally{Rejects: 1},
	}

	// undatedKind is events of an hour that is not known yet: their time does not tell repeats.
	undatedKind = kind{
		table: schema.Events, same: "machine, type, object_id, record_hash",
		object: "object_id", one: batch.Tally{Events: 1},
	}
)

// repeated is what changes when a record that was counted turns out to be a repeat.
func (k *kind) repeated() batch.Tally { return batch.Tally{Repeats: 1}.Minus(k.one) }

// appendNew inserts those rows that are no exact repeats.
func (l *transaction) appendNew(ctx context.Context, k kind, rows []arrow.RecordBatch) (Tallies, error) {
	_, changes, err := l.appendVisiting(ctx, k, rows, func(arrow.RecordBatch) {})
	return changes, err
}

// appendVisiting inserts rows, but for exact repeats: of rows that are there, or of rows before them. These it files as
// such, and gives their places, counted through all batches. It looks at hashes first; only of candidates DuckDB is
// asked whether they are the same. Visit sees the hash and the claim of rows that are there and may have to do with
// these.
func (l *transaction) appendVisiting(
	ctx context.Context, k kind, rows []arrow.RecordBatch, visit func(arrow.RecordBatch),
) (repeats []int64, changes Tallies, err error) {
	if len(rows) == 0 {
		return nil, nil, nil
	}
	around := k.around(rows)
	hashes, err := l.candidates(ctx, &k, rows, around, visit)
	if err == nil && len(hashes) > 0 {
		repeats, changes, err = l.confirm(ctx, &k, rows, hashes, anyOf(around)+" AND "+thoseOf(hashes))
	}
	if err != nil {
		return nil, nil, fmt.Errorf("cannot look for repeats in %s: %w", k.table.Name, err)
	}
	return repeats, changes, l.db.InsertParts(ctx, k.table.Name, butFor(rows, repeats))
}

// confirm files those candidates, which have one of these hashes, that are exact repeats, and gives their places.
func (l *transaction) confirm(
	ctx context.Context, k *kind, rows []arrow.RecordBatch, hashes map[uint64]bool, which string,
) (repeats []int64, changes Tallies, err error) {
	columns := "row, file_id, line, " + k.same
	empty := fmt.Sprintf("SELECT %s FROM (SELECT 0::BIGINT AS row, * FROM %s LIMIT 0)", columns, k.table.Name)
	if err := l.db.Exec(ctx, "CREATE OR REPLACE TEMP TABLE candidate AS "+empty); err != nil {
		return nil, nil, err
	}
	var candidates []duckdb.Part
	place := int64(0)
	for _, rec := range rows {
		if found := candidateRows(rec, hashes); len(found) > 0 {
			narrow := numbered(rec, place, strings.Split(columns, ", ")[1:])
			defer narrow.Release()
			_, candidates = duckdb.Divide(narrow, found, nil, candidates)
		}
		place += rec.NumRows()
	}
	if err := l.db.InsertParts(ctx, "candidate", candidates); err != nil {
		return nil, nil, err
	}
	changes, err = l.fileRepeats(ctx, k, "candidate", "row", which)
	if err != nil || len(changes) == 0 {
		return nil, nil, err
	}
	repeats, err = duckdb.Column[int64](ctx, l.db, "SELECT row FROM repeated ORDER BY row")
	return repeats, changes, err
}

// numbered are columns of a batch behind the numbers of its rows, the first of which is given.
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
		at := duckdb.IndexOf(rec, name)
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

// fileRepeats files those of the candidates in a table that are exact repeats, and lists them in the temporary table
// repeated, by a number that each has. Which rows that are there may be the same is a condition.
func (l *transaction) fileRepeats(ctx context.Context, k *kind, candidates, number, which string) (Tallies, error) {
	if err := l.db.Exec(ctx, k.findRepeats(candidates, number, which)); err != nil {
		return nil, err
	}
	changes, err := TalliesOf(ctx, l.db, "SELECT file_id, count(*) FROM repeated GROUP BY file_id", k.repeated())
	if err != nil || len(changes) == 0 {
		return nil, err
	}
	const file = "INSERT INTO repeats SELECT machine, file_id, line, record_hash, object_id FROM repeated"
	return changes, l.db.Exec(ctx, file)
}

// findRepeats lists which of the candidates in a table are exact repeats: of a row that is there, or of one before it.
func (k *kind) findRepeats(candidates, number, which string) string {
	return fmt.Sprintf(`CREATE OR REPLACE TEMP TABLE repeated AS
		WITH candidates AS (
			SELECT %[1]s AS row, file_id, line, %[2]s, row_number() OVER (PARTITION BY %[2]s ORDER BY %[1]s) AS nth FROM %[3]s
		)
		SELECT row, machine, file_id, line, record_hash, %[4]s AS object_id
		FROM candidates SEMI JOIN (SELECT %[2]s FROM %[5]s WHERE %[6]s) there USING (%[2]s)
		UNION
		SELECT row, machine, file_id, line, record_hash, %[4]s
		FROM candidates
		WHERE nth > 1`, number, k.same, candidates, k.object, k.table.Name, which)
}
