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

//go:embed sql/kept_events.sql
var keptEvents string

//go:embed sql/kept_rejects.sql
var keptRejects string

// hashesCheck is about bytes that stand beside their hash; those of jobs are packed, and the check records inflates
// them.
var hashesCheck = Check{
	Name: "hashes", Meaning: "The bytes that events and rejects keep have the hash that stands beside them",
	find: findWrongHashes, wide: true,
}

// hashedAtOnce is how many rows are hashed at a time.
var hashedAtOnce = duckdb.Limits{Rows: 120 << 10, Bytes: 32 << 20}

func findWrongHashes(ctx context.Context, db *duckdb.DB, o Options) (n int64, first []string, err error) {
	for _, kept := range []struct {
		table, bytes, question string
		hash                   func(bytes []byte, flagsOrReason *array.String, row int) int64
	}{
		{"events", "raw", keptEvents, func(bytes []byte, flags *array.String, i int) int64 {
			return batch.Hash(bytes, records.ContextOf(flags, i))
		}},
		{"rejects", "bytes", keptRejects,
			func(bytes []byte, reason *array.String, i int) int64 { return batch.RejectHash(bytes, reason.Value(i)) }},
	} {
		measured := fmt.Sprintf("SELECT rowid AS number, 1 AS rows, coalesce(octet_length(%s), 0) AS bytes FROM %s",
			kept.bytes, kept.table)
		compare := func(rows arrow.RecordBatch) {
			file, line := rows.Column(0).(*array.Int64), rows.Column(1).(*array.Int64)
			bytes, hash := rows.Column(2).(*array.Binary), rows.Column(3).(*array.Int64)
			for i := range int(rows.NumRows()) {
				if bytes.IsNull(i) || kept.hash(bytes.Value(i), rows.Column(4).(*array.String), i) == hash.Value(i) {
					continue
				}
				if n++; len(first) < o.Limit {
					first = append(first, fmt.Sprintf("table=%s file_id=%d line=%d record_hash=%d", kept.table, file.Value(i),
						line.Value(i), hash.Value(i)))
				}
			}
		}
		err := eachRange(ctx, db, hashedAtOnce, []string{measured}, func(ctx context.Context, r duckdb.RowRange) error {
			return db.EachBatch(ctx, duckdb.With(kept.question, duckdb.Vars{"first": r.First, "last": r.Last}), compare)
		})
		if err != nil {
			return n, first, err
		}
	}
	return n, first, nil
}
