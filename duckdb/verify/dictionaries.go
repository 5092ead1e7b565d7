package verify

import (
	"context"
	_ "embed"

	"pbsduck/duckdb"
	"pbsduck/ingest/schema"
)

//go:embed sql/dictionaries.sql
var lostDictionaries string

// dictionariesCheck looks at the head of each raw record, for which DuckDB reads the whole. Of raw records it is the
// only one of the quick checks that tells something.
var dictionariesCheck = Check{
	Name: "dictionaries", Meaning: meaning(lostDictionaries),
	find: findLostDictionaries, wide: true,
}

// findLostDictionaries names a dictionary for each part of the records, of which there is one unless they are huge.
func findLostDictionaries(ctx context.Context, db *duckdb.DB, o Options) (n int64, told []string, err error) {
	err = db.InParts(ctx, schema.OutcomeRecords.Name, "outcome_id", func(first, last int64) error {
		part, some, err := failing(ctx, db, lostDictionaries, duckdb.Vars{"first": first, "last": last}, o.Limit)
		n, told = n+part, append(told, some[:min(len(some), o.Limit-len(told))]...)
		return err
	})
	return n, told, err
}
