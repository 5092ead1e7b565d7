package load

import (
	"context"

	"pbsduck/ingest/codec"
	"pbsduck/ingest/schema"
)

// AddDictionary stores a dictionary, in the transaction of the load whose
// records need it.
func (l *Load) AddDictionary(ctx context.Context, d *codec.Trained) error {
	err := l.db.Exec(ctx, "INSERT INTO record_dictionaries VALUES (?, ?, ?, ?, ?, now(), NULL)",
		int64(d.ID()), l.machine, d.Bytes(), d.Samples, d.Ratio)
	if err != nil {
		return err
	}
	return l.db.Check(ctx, schema.RecordDictionaries)
}
