package duckdb

import (
	"context"
	"fmt"
	"time"

	"pbsduck/ingest/batch"
	"pbsduck/ingest/codec"
	"pbsduck/ingest/pbs"
)

// supersede moves the E records that the temporary table loser lists from jobs
// to events: their raw records are inflated and read once more, as events.
func (l *Load) supersede(ctx context.Context) error {
	raws, err := l.losers(ctx)
	if err != nil || len(raws) == 0 {
		return err
	}
	makers, err := l.newMakers(ctx)
	if err != nil {
		return err
	}
	for _, loser := range raws {
		maker, err := makers.of(loser.file)
		if err != nil {
			return err
		}
		maker.Start(loser.file, "", 0)
		maker.AddSuperseded(makers.split(loser.raw, loser.line, loser.context), loser.logged)
	}
	return makers.each(func(fresh batch.Batches) error { return l.db.insert(ctx, batch.Events.Name, fresh.Events) })
}

type loser struct {
	file, line int64
	logged     int64 // epoch seconds
	raw        []byte
	context    pbs.Flags
}

func (l *Load) losers(ctx context.Context) ([]loser, error) {
	decoder, err := l.db.Decoder(ctx)
	if err != nil {
		return nil, err
	}
	rows, err := l.db.conn.QueryContext(ctx, `SELECT l.file_id, l.line, l.logged_time, l.object_id, r.compressed_data, coalesce(l.flags, '')
		FROM loser l JOIN (SELECT * FROM job_records UNION ALL SELECT * FROM staged_job_records) r ON r.job_id = l.id ORDER BY l.id`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []loser
	for rows.Next() {
		var one loser
		var logged time.Time
		var blob []byte
		var id, flags string
		if err := rows.Scan(&one.file, &one.line, &logged, &id, &blob, &flags); err != nil {
			return nil, err
		}
		one.context = pbs.ParseFlags([]byte(flags))
		one.logged = logged.Unix()
		if one.raw, err = decoder.Append(nil, blob); err != nil {
			return nil, fmt.Errorf("raw record of job %s: %w", id, err)
		}
		out = append(out, one)
	}
	return out, rows.Err()
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
