package verify

import (
	"context"
	_ "embed"
	"fmt"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"

	"pbsduck/duckdb"
	"pbsduck/duckdb/records"
	"pbsduck/ingest/batch"
)

//go:embed sql/kept_bytes.sql
var keptBytes string

// hashesCheck is about bytes that stand beside their hash; those of jobs are
// packed, and the check records inflates them.
var hashesCheck = Check{
	Name: "hashes", Meaning: "The bytes that events and rejects keep have the hash that stands beside them",
	find: findWrongHashes,
}

func findWrongHashes(ctx context.Context, db *duckdb.DB, o Options) (n int64, first []string, err error) {
	err = db.EachBatch(ctx, keptBytes, func(rows arrow.RecordBatch) {
		table, file, line := rows.Column(0).(*array.String), rows.Column(1).(*array.Int64), rows.Column(2).(*array.Int64)
		kept, hash := rows.Column(3).(*array.Binary), rows.Column(4).(*array.Int64)
		flags, reason := rows.Column(5).(*array.String), rows.Column(6).(*array.String)
		for i := range int(rows.NumRows()) {
			made := batch.Hash(kept.Value(i), records.ContextOf(flags, i))
			if reason.IsValid(i) {
				made = batch.RejectHash(kept.Value(i), reason.Value(i))
			}
			if made == hash.Value(i) {
				continue
			}
			if n++; len(first) < o.Limit {
				first = append(first, fmt.Sprintf("table=%s file_id=%d line=%d record_hash=%d", table.Value(i), file.Value(i), line.Value(i), hash.Value(i)))
			}
		}
	})
	return n, first, err
}
