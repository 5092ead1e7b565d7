package duckdb

import (
	"context"
	_ "embed"
	"errors"
	"fmt"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"

	"pbsduck/ingest/codec"
	"pbsduck/ingest/pbs"
)

//go:embed sql/stored_records.sql
var storedRecords string

//go:embed sql/repeated_records.sql
var repeatedRecords string

// A JobRange is the numbers of some outcomes, from first to last, and how many of
// them there are.
type JobRange struct{ From, To, Jobs int64 }

// JobRanges lists the numbers of all outcomes, in order, in ranges of at most
// 2^bits.
func (db *DB) JobRanges(ctx context.Context, bits int) ([]JobRange, error) {
	rows, err := db.conn.QueryContext(ctx, fmt.Sprintf("SELECT id >> %d, count(*) FROM outcomes GROUP BY ALL ORDER BY ALL", bits))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []JobRange
	for rows.Next() {
		var r JobRange
		if err := rows.Scan(&r.From, &r.Jobs); err != nil {
			return nil, err
		}
		r.From <<= bits
		r.To = r.From + 1<<bits - 1
		list = append(list, r)
	}
	return list, rows.Err()
}

// A RecordReader reads the raw records of jobs, on a connection of its own.
// One goroutine at a time.
type RecordReader struct {
	db      *DB
	decoder *codec.Decoder
	raw     []byte
}

// A JobRecord is a job's raw record, and whose it is. It is good until the
// next one.
type JobRecord struct {
	Number        int64 // outcomes.id; 0 of an exact repeat
	Machine, Zone string
	File, Line    int64
	Raw           []byte
	Context       pbs.Flags // what Raw alone does not tell
	Err           error     // why it can't be inflated
}

// NewRecordReader makes one; close it.
func (db *DB) NewRecordReader(ctx context.Context) (*RecordReader, error) {
	session, err := db.session(ctx)
	if err != nil {
		return nil, err
	}
	decoder, err := session.Decoder(ctx)
	if err != nil {
		return nil, errors.Join(err, session.conn.Close())
	}
	return &RecordReader{db: session, decoder: decoder}, nil
}

// Close gives the connection back.
func (r *RecordReader) Close() error { return r.db.conn.Close() }

// Read visits the raw records of a range of jobs. Jobs without one are passed
// over.
func (r *RecordReader) Read(ctx context.Context, jobs JobRange, visit func(JobRecord) error) error {
	return r.visit(ctx, fmt.Sprintf(storedRecords, jobs.From, jobs.To), visit)
}

// ReadRepeats visits the E records that were read again.
func (r *RecordReader) ReadRepeats(ctx context.Context, visit func(JobRecord) error) error {
	return r.visit(ctx, repeatedRecords, visit)
}

// contextOf is what a column of flags says that a record's bytes do not tell.
func contextOf(flags *array.String, row int) pbs.Flags {
	if flags.IsNull(row) {
		return 0
	}
	return pbs.ParseFlags([]byte(flags.Value(row))) & pbs.Context
}

// visit visits the records that a question gives.
func (r *RecordReader) visit(ctx context.Context, question string, visit func(JobRecord) error) error {
	rows, err := r.db.Query(ctx, question)
	if err != nil {
		return err
	}
	defer rows.Release()
	for rows.Next() {
		if err := r.visitBatch(rows.RecordBatch(), visit); err != nil {
			return err
		}
	}
	return rows.Err()
}

func (r *RecordReader) visitBatch(rows arrow.RecordBatch, visit func(JobRecord) error) error {
	ids, machines, zones := rows.Column(0).(*array.Int64), rows.Column(1).(*array.String), rows.Column(2).(*array.String)
	files, lines, blobs := rows.Column(3).(*array.Int64), rows.Column(4).(*array.Int64), rows.Column(5).(*array.Binary)
	flags := rows.Column(6).(*array.String)
	for i := range int(rows.NumRows()) {
		one := JobRecord{Number: ids.Value(i), Machine: machines.Value(i), Zone: zones.Value(i), File: files.Value(i), Line: lines.Value(i), Context: contextOf(flags, i)}
		r.raw, one.Err = r.decoder.Append(r.raw[:0], blobs.Value(i))
		one.Raw = r.raw
		if err := visit(one); err != nil {
			return err
		}
	}
	return nil
}

// Decoder inflates the raw records of this database. A damaged dictionary is
// left out: only the records that need it can't be read then, and verify tells.
func (db *DB) Decoder(ctx context.Context) (*codec.Decoder, error) {
	d := codec.NewDecoder()
	rows, err := db.conn.QueryContext(ctx, "SELECT dictionary_id, dictionary FROM record_dictionaries")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var id int64
		var content []byte
		if err := rows.Scan(&id, &content); err != nil {
			return nil, err
		}
		if err := d.AddDictionary(uint32(id), content); err != nil {
			continue
		}
	}
	return d, rows.Err()
}
