package load

import (
	"context"
	"fmt"

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
	object string   // id of what a row is about: a column, or noObject

	one batch.Tally // what a record counts
}

// noObject is the id of a rejected line.
const noObject = "NULL::VARCHAR"

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
		near: "record_hash", object: noObject, one: batch.Tally{Rejects: 1},
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
// such, and gives their places, counted through all batches. It looks at hashes first; only candidates are compared.
// Visit sees the hash and the claim of rows that are there and may have to do with these.
func (l *transaction) appendVisiting(
	ctx context.Context, k kind, rows []arrow.RecordBatch, visit func(arrow.RecordBatch),
) (repeats []int64, changes Tallies, err error) {
	if len(rows) == 0 {
		return nil, nil, nil
	}
	around := k.around(rows)
	hashes, err := l.candidates(ctx, &k, rows, around, visit)
	if err == nil && len(hashes) > 0 {
		repeats, changes, err = l.confirm(ctx, &k, rows, hashes, around)
	}
	if err != nil {
		return nil, nil, fmt.Errorf("cannot look for repeats in %s: %w", k.table.Name, err)
	}
	for _, rec := range rows {
		l.rows[k.table.Name] += rec.NumRows()
	}
	return repeats, changes, l.db.InsertParts(ctx, k.table.Name, butFor(rows, repeats))
}

// confirm files those candidates, which have one of these hashes, that are exact repeats, and gives their places.
func (l *transaction) confirm(
	ctx context.Context, k *kind, rows []arrow.RecordBatch, hashes map[uint64]bool, around []string,
) (repeats []int64, changes Tallies, err error) {
	twins := newTwins(k.same, rows, hashes)
	question, err := l.thoseThere(ctx, k, rows, hashes, around)
	if err == nil && question != "" {
		err = l.db.EachBatch(ctx, question, twins.meet)
	}
	if err != nil {
		return nil, nil, err
	}
	repeats = twins.repeats()
	changes, err = l.listRepeats(ctx, k, rows, repeats)
	return repeats, changes, err
}

// listRepeats files the rows at some places, which are in order, as repeats, and says what that changes.
func (l *transaction) listRepeats(
	ctx context.Context, k *kind, rows []arrow.RecordBatch, places []int64,
) (Tallies, error) {
	if len(places) == 0 {
		return nil, nil
	}
	b := array.NewRecordBuilder(memory.DefaultAllocator, schema.Repeats.Arrow())
	defer b.Release()
	changes, first := Tallies{}, int64(0)
	for _, rec := range rows {
		column := func(name string) arrow.Array { return rec.Column(duckdb.IndexOf(rec, name)) }
		files := column("file_id").(*array.Int64)
		numbers := []*array.Int64{files, column("line").(*array.Int64), column("record_hash").(*array.Int64)}
		for ; len(places) > 0 && places[0] < first+rec.NumRows(); places = places[1:] {
			row := int(places[0] - first)
			b.Field(0).(*array.StringBuilder).Append(l.machine)
			for i, n := range numbers {
				b.Field(1 + i).(*array.Int64Builder).Append(n.Value(row))
			}
			if k.object == noObject {
				b.Field(4).AppendNull()
			} else {
				b.Field(4).(*array.StringBuilder).Append(column(k.object).(*array.String).Value(row))
			}
			changes[files.Value(row)] = changes[files.Value(row)].Plus(k.repeated())
		}
		first += rec.NumRows()
	}
	listed := b.NewRecordBatch()
	defer listed.Release()
	return changes, l.db.Insert(ctx, schema.Repeats.Name, []arrow.RecordBatch{listed})
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
