package records

import (
	"context"
	"database/sql"
	"errors"

	"pbsduck/duckdb"
	"pbsduck/ingest/codec"
)

// Dictionary gives the latest dictionary of a machine; nil if it has none that can be used.
func Dictionary(ctx context.Context, db *duckdb.DB, machine string) (*codec.Trained, error) {
	var content []byte
	var d codec.Trained
	err := db.Conn().QueryRowContext(ctx, `SELECT dictionary, samples, ratio FROM record_dictionaries
		WHERE machine = ? ORDER BY created_at DESC, samples DESC LIMIT 1`, machine).Scan(&content, &d.Samples, &d.Ratio)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if d.Dictionary, err = codec.ParseDictionary(content); err != nil {
		return nil, nil // a damaged one packs nothing more: a new one is trained, and verify tells
	}
	return &d, nil
}

// DictionaryIDs tells which ids are taken.
func DictionaryIDs(ctx context.Context, db *duckdb.DB) (map[uint32]bool, error) {
	ids, err := duckdb.Column[int64](ctx, db, "SELECT dictionary_id FROM record_dictionaries")
	taken := map[uint32]bool{}
	for _, id := range ids {
		taken[uint32(id)] = true
	}
	return taken, err
}
