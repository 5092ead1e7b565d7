package rebuild

import (
	"context"
	"errors"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"pbsduck/duckdb/records"
	"pbsduck/ingest/batch"
	"pbsduck/ingest/schema"
)

// checked copies the tables whose rows carry a check, which depends on their columns. Bytes that events and rejects
// keep have their hash as it is reckoned today; the temporary table rehashed says which one they had.
func (l *lifting) checked(ctx context.Context) error {
	const rehashed = "CREATE OR REPLACE TEMP TABLE rehashed (machine VARCHAR, old_hash BIGINT, record_hash BIGINT, " +
		"object_id VARCHAR)"
	if err := l.fresh.Exec(ctx, rehashed); err != nil {
		return err
	}
	for _, t := range []schema.Table{
		schema.Events, schema.Rejects, schema.RecordDictionaries, schema.Allocations, schema.QueueTypes, schema.ChargeRules,
	} {
		if !l.has[t.Name] {
			continue
		}
		question := "FROM previous." + t.Name
		if t.Name == schema.Events.Name {
			question = olderEvents
		}
		if err := l.copyChecked(ctx, t, asToday(t, question)); err != nil {
			return err
		}
	}
	return nil
}

// copyChecked inserts the rows that a question gives, batch by batch, with their checks. It asks on a connection of its
// own.
func (l *lifting) copyChecked(ctx context.Context, t schema.Table, question string) (err error) {
	session, err := l.fresh.Session(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, session.Close()) }()
	rows, err := session.Query(ctx, question)
	if err != nil {
		return err
	}
	defer rows.Release()
	for rows.Next() {
		if err := l.insertChecked(ctx, t, rows.RecordBatch()); err != nil {
			return err
		}
	}
	return rows.Err()
}

func (l *lifting) insertChecked(ctx context.Context, t schema.Table, rec arrow.RecordBatch) error {
	columns := append([]arrow.Array{}, rec.Columns()...)
	if hashes, place := l.rehash(t, rec); hashes != nil {
		defer hashes.Release()
		if err := l.noteRehashed(ctx, t, rec, place, hashes); err != nil {
			return err
		}
		columns[place] = hashes
	}
	checks := numbers(batch.Checks(t, nil, columns))
	defer checks.Release()
	columns[len(columns)-1] = checks
	fresh := array.NewRecordBatch(rec.Schema(), columns, rec.NumRows())
	defer fresh.Release()
	return l.fresh.Insert(ctx, t.Name, []arrow.RecordBatch{fresh})
}

// rehash gives the hashes of events or rejects as they are reckoned today, and which column that is; none if the table
// has no bytes.
func (l *lifting) rehash(t schema.Table, rec arrow.RecordBatch) (*array.Int64, int) {
	var kept *array.Binary
	var about *array.String // what else goes into the hash
	switch t.Name {
	case schema.Events.Name:
		kept, about = rec.Column(t.Index("raw")).(*array.Binary), rec.Column(t.Index("flags")).(*array.String)
	case schema.Rejects.Name:
		kept, about = rec.Column(t.Index("bytes")).(*array.Binary), rec.Column(t.Index("reason")).(*array.String)
	default:
		return nil, 0
	}
	place := t.Index("record_hash")
	hashes := append([]int64{}, rec.Column(place).(*array.Int64).Int64Values()...)
	for i := range hashes {
		switch {
		case kept.IsNull(i):
		case t.Name == schema.Rejects.Name:
			hashes[i] = batch.RejectHash(kept.Value(i), about.Value(i))
		default:
			hashes[i] = batch.Hash(kept.Value(i), records.ContextOf(about, i))
		}
	}
	return numbers(hashes), place
}

// noteRehashed notes the hashes that changed: exact repeats are known by them.
func (l *lifting) noteRehashed(
	ctx context.Context, t schema.Table, rec arrow.RecordBatch, place int, fresh *array.Int64,
) error {
	had, machine := rec.Column(place).(*array.Int64), rec.Column(t.Index("machine")).(*array.String)
	for i := range fresh.Len() {
		if had.Value(i) == fresh.Value(i) {
			continue
		}
		var object any // rejects have none
		if t.Name == schema.Events.Name {
			object = rec.Column(t.Index("object_id")).(*array.String).Value(i)
		}
		err := l.fresh.Exec(
			ctx, "INSERT INTO rehashed VALUES (?, ?, ?, ?)", machine.Value(i), had.Value(i), fresh.Value(i), object,
		)
		if err != nil {
			return err
		}
	}
	return nil
}

// numbers makes a column.
func numbers(values []int64) *array.Int64 {
	b := array.NewInt64Builder(memory.DefaultAllocator)
	defer b.Release()
	b.AppendValues(values, nil)
	return b.NewInt64Array()
}
