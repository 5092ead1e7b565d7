package duckdb

import (
	"context"
	_ "embed"
	"fmt"
	"time"

	"pbsduck/ingest/batch"
	"pbsduck/ingest/codec"
	"pbsduck/ingest/pbs"
	"pbsduck/ingest/schema"
)

//go:embed sql/loser_parts.sql
var loserParts string

//go:embed sql/loser_records.sql
var loserRecords string

// supersedeBytes is how many bytes of records are gathered for one insert.
const supersedeBytes = 16 << 20

// supersede moves the E records that the temporary table loser lists from jobs
// to events: their raw records are inflated and read once more, as events. It
// holds few of them at a time.
func (l *Load) supersede(ctx context.Context) error {
	parts, err := l.losers(ctx)
	if err != nil || len(parts) == 0 {
		return err
	}
	s := &superseding{load: l}
	if s.makers, err = l.newMakers(ctx); err != nil {
		return err
	}
	if s.decoder, err = l.db.Decoder(ctx); err != nil {
		return err
	}
	for _, ids := range parts {
		if err := s.take(ctx, ids); err != nil {
			return err
		}
	}
	return s.insert(ctx)
}

// A superseding makes events of the E records whose jobs other records give.
type superseding struct {
	load    *Load
	makers  *makers
	decoder *codec.Decoder
	raw     []byte
	bytes   int
}

// losers covers the rows of loser by ranges of numbers.
func (l *Load) losers(ctx context.Context) (parts []JobRange, err error) {
	rows, err := l.db.conn.QueryContext(ctx, loserParts)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var ids JobRange
		if err := rows.Scan(&ids.From, &ids.To); err != nil {
			return nil, err
		}
		parts = append(parts, ids)
	}
	return parts, rows.Err()
}

// take makes events of the losers with these numbers.
func (s *superseding) take(ctx context.Context, ids JobRange) error {
	rows, err := s.load.db.conn.QueryContext(ctx, fmt.Sprintf(loserRecords, ids.From, ids.To))
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var file, line int64
		var logged time.Time
		var id string
		var blob, flags []byte
		if err := rows.Scan(&file, &line, &logged, &id, &blob, &flags); err != nil {
			return err
		}
		if s.raw, err = s.decoder.Append(s.raw[:0], blob); err != nil {
			return fmt.Errorf("raw record of job %s: %w", id, err)
		}
		maker, err := s.makers.of(file)
		if err != nil {
			return err
		}
		maker.Start(file, "", 0)
		maker.AddSuperseded(s.makers.split(s.raw, line, pbs.ParseFlags(flags)), logged.Unix())
		if s.bytes += len(s.raw); s.bytes >= supersedeBytes || maker.Full() {
			if err := s.insert(ctx); err != nil {
				return err
			}
		}
	}
	return rows.Err()
}

// insert inserts what was made so far.
func (s *superseding) insert(ctx context.Context) error {
	s.bytes = 0
	return s.makers.each(func(fresh batch.Batches) error {
		return s.load.db.insert(ctx, schema.Events.Name, appendFilled(nil, fresh.Events[0]))
	})
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
