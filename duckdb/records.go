package duckdb

import (
	"context"

	"pbsduck/ingest/codec"
)

// plainZstd packs without a dictionary, for the few records that are packed
// apart from a load.
func plainZstd() codec.Encoder {
	encoder, err := codec.NewZstdEncoder(nil, codec.DefaultLevel)
	if err != nil {
		panic(err) // the level is a constant
	}
	return encoder
}

// SampleRecords gives raw records of a machine, the latest n of them in the
// order of their numbers.
func (db *DB) SampleRecords(ctx context.Context, machine string, n int) ([][]byte, error) {
	decoder, err := db.Decoder(ctx)
	if err != nil {
		return nil, err
	}
	rows, err := db.conn.QueryContext(ctx, `SELECT r.compressed_data FROM job_records r JOIN jobs j ON j.id = r.job_id
		WHERE j.machine = ? ORDER BY r.job_id DESC LIMIT ?`, machine, n)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out [][]byte
	for rows.Next() {
		var blob []byte
		if err := rows.Scan(&blob); err != nil {
			return nil, err
		}
		if raw, err := decoder.Append(nil, blob); err == nil { // a damaged one teaches nothing
			out = append(out, raw)
		}
	}
	return out, rows.Err()
}

// latestRecords is how many of the last records tell whether the dictionary
// still fits.
const latestRecords = 1000

// latestRange is how many job numbers back they are looked for: those of other
// machines lie between.
const latestRange = 50 * latestRecords

// LatestRatio gives the bytes of the latest records of a machine, before and
// after the codec.
func (db *DB) LatestRatio(ctx context.Context, machine string) (raw, packed int64, err error) {
	decoder, err := db.Decoder(ctx)
	if err != nil {
		return 0, 0, err
	}
	next, err := db.NextJobID(ctx)
	if err != nil {
		return 0, 0, err
	}
	rows, err := db.conn.QueryContext(ctx, `SELECT r.compressed_data FROM job_records r JOIN jobs j ON j.id = r.job_id
		WHERE j.machine = $1 AND r.job_id >= $2 AND j.id >= $2 ORDER BY r.job_id DESC LIMIT $3`, machine, next-latestRange, latestRecords)
	if err != nil {
		return 0, 0, err
	}
	defer rows.Close()
	var buf []byte
	for rows.Next() {
		var blob []byte
		if err := rows.Scan(&blob); err != nil {
			return 0, 0, err
		}
		if buf, err = decoder.Append(buf[:0], blob); err == nil {
			raw += int64(len(buf))
			packed += int64(len(blob))
		}
	}
	return raw, packed, rows.Err()
}
