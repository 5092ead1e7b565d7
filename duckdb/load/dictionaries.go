package load

import (
	"context"
	"fmt"

	"pbsduck/duckdb"
	"pbsduck/duckdb/records"
	"pbsduck/ingest"
	"pbsduck/ingest/codec"
	"pbsduck/ingest/schema"
)

// packing is how the machine's raw records are packed, by what the database has of them.
func (o *Options) packing(ctx context.Context, db *duckdb.DB) (*ingest.Packing, error) {
	p := &ingest.Packing{}
	if o.Codec == ingest.CodecGzip || o.Codec == ingest.CodecNone {
		return p, nil
	}
	var err error
	if p.Use, err = records.Dictionary(ctx, db, o.Machine); err != nil {
		return nil, fmt.Errorf("the dictionary of %s: %w", o.Machine, err)
	}
	if p.Taken, err = records.DictionaryIDs(ctx, db); err != nil {
		return nil, err
	}
	if p.Use == nil || p.Use.Samples < ingest.GoodSamples {
		p.Train = true
		p.Samples, err = records.Samples(ctx, db, o.Machine, ingest.GoodSamples)
		return p, err
	}
	raw, packed, err := records.LatestRatio(ctx, db, o.Machine)
	p.Train = ingest.IsPoor(raw, packed, p.Use)
	return p, err
}

// addDictionary stores a dictionary, in the transaction of the load whose records need it.
func (l *transaction) addDictionary(ctx context.Context, d *codec.Trained) error {
	err := l.db.Exec(ctx, "INSERT INTO record_dictionaries VALUES (?, ?, ?, ?, ?, now(), NULL)",
		int64(d.ID()), l.machine, d.Bytes(), d.Samples, d.Ratio)
	if err != nil {
		return err
	}
	return l.db.Check(ctx, schema.RecordDictionaries)
}
