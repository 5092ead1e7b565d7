package records

import (
	"context"
	"database/sql"
	_ "embed"
	"errors"
	"fmt"
	"slices"

	"pbsduck/duckdb"
	"pbsduck/ingest/codec"
	"pbsduck/ingest/pbs"
)

//go:embed sql/find_records.sql
var findRecords string

//go:embed sql/find_superseded.sql
var findSuperseded string

// A RawRecord is the E record of a job, byte for byte, without the newline that ended it.
type RawRecord struct {
	Bytes    []byte
	File     string    // log that it was read from; empty if unknown
	Line     int64     // of its first line there; 0 if unknown
	TimeZone string    // IANA name, in which its head is; empty if unknown
	Context  pbs.Flags // what Bytes alone do not tell
}

// ErrNoRecord says that a job did not come from a log.
var ErrNoRecord = errors.New("no raw record")

// Raw inflates the raw record of a job. It is ErrNoRecord if there is none; a damaged one is an error that wraps the
// codec's.
func Raw(ctx context.Context, db *duckdb.DB, k JobKey) (raw RawRecord, err error) {
	failed := fmt.Errorf("job %s has %w: it did not come from a log, but from qhist, which gives none", k, ErrNoRecord)
	err = EachRaw(ctx, db, []int64{k.Number}, func(_ JobKey, r RawRecord, err error) error {
		raw, failed = r, err
		return nil
	})
	if err != nil {
		return raw, err
	}
	return raw, failed
}

// atOnce is how many records are fetched by one question.
const atOnce = 5000

// EachRaw visits the raw records of outcomes of these numbers, in their order; the error is why one can't be had, as of
// Raw. Numbers that no outcome has are passed over. What visit returns ends it.
func EachRaw(ctx context.Context, db *duckdb.DB, numbers []int64, visit func(JobKey, RawRecord, error) error) error {
	unpack := &unpacker{decoder: codec.NewDecoder(), known: map[uint32]bool{}}
	for some := range slices.Chunk(numbers, atOnce) {
		rows, err := storedRows(ctx, db, some)
		if err != nil {
			return err
		}
		for _, number := range some {
			row, ok := rows[number]
			if !ok {
				continue
			}
			raw, err := unpack.raw(ctx, db, row)
			if err := visit(row.JobKey, raw, err); err != nil {
				return err
			}
		}
	}
	return nil
}

// A storedRow is an outcome with its blob.
type storedRow struct {
	JobKey
	blob              []byte
	file, zone, flags sql.NullString
	line              sql.NullInt64
}

func storedRows(ctx context.Context, db *duckdb.DB, numbers []int64) (map[int64]storedRow, error) {
	rows, err := db.Conn().QueryContext(ctx,
		duckdb.With(findRecords, duckdb.Vars{"ids": numbers, "first": slices.Min(numbers), "last": slices.Max(numbers)}))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	all := make(map[int64]storedRow, len(numbers))
	for rows.Next() {
		var r storedRow
		if err := rows.Scan(&r.Number, &r.Machine, &r.JobID, &r.SubmitTime, &r.blob, &r.file, &r.line, &r.zone,
			&r.flags); err != nil {
			return nil, err
		}
		all[r.Number] = r
	}
	return all, rows.Err()
}

// An unpacker inflates blobs, and fetches no dictionary but those that they need, each once.
type unpacker struct {
	decoder *codec.Decoder
	known   map[uint32]bool
}

func (u *unpacker) raw(ctx context.Context, db *duckdb.DB, row storedRow) (RawRecord, error) {
	if row.blob == nil {
		return RawRecord{}, fmt.Errorf("job %s has %w: it did not come from a log, but from qhist, which gives none",
			row.JobKey, ErrNoRecord)
	}
	bytes, err := u.inflate(ctx, db, row.blob)
	if err != nil {
		return RawRecord{}, fmt.Errorf("job %s: its row in outcome_records (outcome_id %d) is damaged: %w",
			row.JobKey, row.Number, err)
	}
	return RawRecord{bytes, row.file.String, row.line.Int64, row.zone.String, pbs.ParseFlags([]byte(row.flags.String))},
		nil
}

func (u *unpacker) inflate(ctx context.Context, db *duckdb.DB, blob []byte) ([]byte, error) {
	if id, ok := codec.DictID(blob); ok && !u.known[id] {
		var content []byte
		const ofID = "SELECT dictionary FROM record_dictionaries WHERE dictionary_id = ?"
		err := db.Conn().QueryRowContext(ctx, ofID, int64(id)).Scan(&content)
		if err == nil {
			err = u.decoder.AddDictionary(id, content)
		}
		if err != nil && !errors.Is(err, sql.ErrNoRows) { // the decoder says which one is missing
			return nil, fmt.Errorf("record_dictionaries: %w", err)
		}
		u.known[id] = true
	}
	return u.decoder.Append(nil, blob)
}

// WithSuperseded puts behind each outcome those that the row of its job supersedes, in order of time.
func WithSuperseded(ctx context.Context, db *duckdb.DB, numbers []int64) ([]int64, error) {
	rows, err := db.Conn().QueryContext(ctx, duckdb.With(findSuperseded, duckdb.Vars{"ids": numbers}))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	superseded := map[int64][]int64{}
	for rows.Next() {
		var job, other int64
		if err := rows.Scan(&job, &other); err != nil {
			return nil, err
		}
		superseded[job] = append(superseded[job], other)
	}
	var all []int64
	for _, number := range numbers {
		all = append(append(all, number), superseded[number]...)
	}
	return all, rows.Err()
}
