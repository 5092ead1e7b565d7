package verify

import (
	"context"
	_ "embed"

	"pbsduck/duckdb"
)

//go:embed sql/dictionaries.sql
var lostDictionaries string

// dictionariesCheck looks at the head of each raw record, for which DuckDB reads the whole. Of raw records it is the
// only one of the quick checks that tells something.
var dictionariesCheck = Check{
	Name: "dictionaries", Meaning: meaning(lostDictionaries),
	find: findLostDictionaries, wide: true,
}

func findLostDictionaries(ctx context.Context, db *duckdb.DB, o Options) (int64, []string, error) {
	return failing(ctx, db, lostDictionaries, o.Limit)
}
