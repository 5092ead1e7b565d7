package records

import (
	"context"
	_ "embed"
	"errors"
	"fmt"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"

	"pbsduck/duckdb"
	"pbsduck/ingest/codec"
	"pbsduck/ingest/pbs"
	"pbsduck/ingest/schema"
)

//go:embed sql/stored_records.sql
var storedRecords string

//go:embed sql/measured_repeats.sql
var measuredRepeats string

//go:embed sql/repeated_records.sql
var repeatedRecords string

// nodeBytes is about what a row of outcome_nodes takes in memory.
const nodeBytes = 48

// Ranges covers the numbers of all outcomes by ranges of which the raw records can be read at a time, with all that
// belongs to them.
func Ranges(ctx context.Context, db *duckdb.DB, most duckdb.Limits) ([]duckdb.RowRange, error) {
	measured := append(duckdb.Measured(db.Site().Outcomes(), "id", 1),
		duckdb.Measured(schema.OutcomeRecords, "outcome_id", 0)...)
	return db.Ranges(ctx, most,
		append(measured, fmt.Sprintf("SELECT outcome_id AS number, 0 AS rows, %d AS bytes FROM outcome_nodes", nodeBytes))...)
}

// A Reader reads the raw records of jobs, on a connection of its own. One goroutine at a time.
type Reader struct {
	DB      *duckdb.DB
	Decoder *codec.Decoder
	Raw     []byte
}

// A Record is a job's raw record, and whose it is. It is good until the next one.
type Record struct {
	Number        int64 // outcomes.id; 0 of an exact repeat
	Machine, Zone string
	File, Line    int64
	Raw           []byte
	Context       pbs.Flags // what Raw alone does not tell
	Err           error     // why it can't be inflated
}

// NewReader makes one; close it.
func NewReader(ctx context.Context, db *duckdb.DB) (*Reader, error) {
	session, err := db.Session(ctx)
	if err != nil {
		return nil, err
	}
	decoder, err := NewDecoder(ctx, session)
	if err != nil {
		return nil, errors.Join(err, session.Close())
	}
	return &Reader{DB: session, Decoder: decoder}, nil
}

// Close gives the connection back.
func (r *Reader) Close() error { return r.DB.Close() }

// Read visits the raw records of a range of outcomes. Those without one are passed over.
func (r *Reader) Read(ctx context.Context, these duckdb.RowRange, visit func(Record) error) error {
	return r.visit(ctx, duckdb.With(storedRecords, duckdb.Vars{"first": these.First, "last": these.Last}), visit)
}

// ReadRepeats visits the E records that were read again, so many at a time.
func (r *Reader) ReadRepeats(ctx context.Context, most duckdb.Limits, visit func(Record) error) error {
	ranges, err := r.DB.Ranges(ctx, most, measuredRepeats)
	if err != nil {
		return err
	}
	for _, one := range ranges {
		if err := r.visit(ctx, duckdb.With(repeatedRecords, duckdb.Vars{"first": one.First, "last": one.Last}),
			visit); err != nil {
			return err
		}
	}
	return nil
}

// ContextOf is what a column of flags says that a record's bytes do not tell.
func ContextOf(flags *array.String, row int) pbs.Flags {
	if flags.IsNull(row) {
		return 0
	}
	return pbs.ParseFlags([]byte(flags.Value(row))) & pbs.Context
}

// visit visits the records that a question gives.
func (r *Reader) visit(ctx context.Context, question string, visit func(Record) error) error {
	rows, err := r.DB.Query(ctx, question)
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

func (r *Reader) visitBatch(rows arrow.RecordBatch, visit func(Record) error) error {
	ids, machines, zones := rows.Column(0).(*array.Int64), rows.Column(1).(*array.String), rows.Column(2).(*array.String)
	files, lines, blobs := rows.Column(3).(*array.Int64), rows.Column(4).(*array.Int64), rows.Column(5).(*array.Binary)
	flags := rows.Column(6).(*array.String)
	for i := range int(rows.NumRows()) {
		one := Record{
			Number: ids.Value(i), Machine: machines.Value(i), Zone: zones.Value(i), File: files.Value(i), Line: lines.Value(i),
			Context: ContextOf(flags, i),
		}
		r.Raw, one.Err = r.Decoder.Append(r.Raw[:0], blobs.Value(i))
		one.Raw = r.Raw
		if err := visit(one); err != nil {
			return err
		}
	}
	return nil
}

// NewDecoder inflates the raw records of this database.
func NewDecoder(ctx context.Context, db *duckdb.DB) (*codec.Decoder, error) {
	dictionaries, err := db.Dictionaries(ctx)
	return codec.NewDecoder(dictionaries...), err
}
