package records

import (
	"bytes"
	"context"
	"slices"

	"pbsduck/duckdb"
)

// checkedRecords is how many of the last records tell whether the dictionary still fits.
const checkedRecords = 1000

// lookBack is how many job numbers back a machine's latest records are looked for, per record: those of other machines
// lie between.
const lookBack = 50

// Samples gives the latest n raw records of a machine, oldest first.
func Samples(ctx context.Context, db *duckdb.DB, machine string, n int) ([][]byte, error) {
	var out [][]byte
	err := latestRecords(ctx, db, machine, n, func(raw, _ []byte) { out = append(out, bytes.Clone(raw)) })
	slices.Reverse(out)
	return out, err
}

// LatestRatio gives the bytes of the latest records of a machine, before and after the codec.
func LatestRatio(ctx context.Context, db *duckdb.DB, machine string) (raw, packed int64, err error) {
	err = latestRecords(ctx, db, machine, checkedRecords, func(record, blob []byte) {
		raw += int64(len(record))
		packed += int64(len(blob))
	})
	return raw, packed, err
}

// latestRecords visits the latest n records of a machine, the latest first, but for damaged ones. The bytes are good
// until visit returns.
func latestRecords(ctx context.Context, db *duckdb.DB, machine string, n int, visit func(raw, blob []byte)) error {
	decoder, err := NewDecoder(ctx, db)
	if err != nil {
		return err
	}
	next, err := NextJobID(ctx, db)
	if err != nil {
		return err
	}
	rows, err := db.Conn().QueryContext(ctx, `SELECT r.compressed_data
		FROM outcome_records r JOIN outcomes o ON o.id = r.outcome_id
		WHERE o.machine = $1 AND r.outcome_id >= $2 AND o.id >= $2 ORDER BY r.outcome_id DESC LIMIT $3`,
		machine, next-int64(n)*lookBack, n)
	if err != nil {
		return err
	}
	defer rows.Close()
	var raw, blob []byte
	for rows.Next() {
		if err := rows.Scan(&blob); err != nil {
			return err
		}
		if raw, err = decoder.Append(raw[:0], blob); err == nil {
			visit(raw, blob)
		}
	}
	return rows.Err()
}

// NextJobID is the first number not given to an outcome.
func NextJobID(ctx context.Context, db *duckdb.DB) (int64, error) {
	last, err := db.Number(ctx, "SELECT max(id) FROM outcomes")
	return last + 1, err
}
