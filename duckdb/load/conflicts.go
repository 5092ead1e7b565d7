package load

import (
	"context"
	"math/bits"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/zeebo/xxh3"

	"pbsduck/duckdb"
	"pbsduck/ingest/schema"
)

// claims tell which jobs more than one outcome claims, by hashes of their keys.
type claims struct {
	set   *duckdb.HashSet // of those that arrive
	twice map[uint64]bool
}

func newClaims(outcomes []arrow.RecordBatch) *claims {
	n := 0
	for _, rec := range outcomes {
		n += int(rec.NumRows())
	}
	c := &claims{duckdb.NewHashSet(n), map[uint64]bool{}}
	for _, rec := range outcomes {
		keys := keysOf(rec)
		for i := range keys.rows() {
			if h := keys.hash(i); !c.set.Add(h) {
				c.twice[h] = true
			}
		}
	}
	return c
}

// meet takes note of outcomes that are there.
func (c *claims) meet(there arrow.RecordBatch) {
	keys := keysOf(there)
	for i := range keys.rows() {
		if h := keys.hash(i); c.set.Has(h) {
			c.twice[h] = true
		}
	}
}

// conflicts gives the jobs of the keys that several outcomes claim, as rows of the temporary table conflict, but for
// those that are known; nil if there are none. Of one key there may be several jobs.
func (c *claims) conflicts(outcomes []arrow.RecordBatch, known map[uint64]bool) arrow.RecordBatch {
	if len(c.twice) == 0 {
		return nil
	}
	b := array.NewRecordBuilder(memory.DefaultAllocator, conflictSchema)
	defer b.Release()
	for _, rec := range outcomes {
		keys, ids := keysOf(rec), rec.Column(duckdb.IndexOf(rec, "job_id")).(*array.String)
		for i := range keys.rows() {
			h := keys.hash(i)
			if !c.twice[h] {
				continue
			}
			if job := xxh3.HashStringSeed(ids.Value(i), h); !known[job] {
				known[job] = true
				b.Field(0).(*array.StringBuilder).Append(ids.Value(i))
				b.Field(1).(*array.TimestampBuilder).Append(keys.times.Value(i))
			}
		}
	}
	return b.NewRecordBatch()
}

var conflictSchema = arrow.NewSchema([]arrow.Field{
	schema.Outcomes.Columns[schema.Outcomes.Index("job_id")].Field(),
	schema.Outcomes.Columns[schema.Outcomes.Index("submit_time")].Field(),
}, nil)

func (l *transaction) noteConflicts(ctx context.Context, keys arrow.RecordBatch) error {
	if keys == nil {
		return nil
	}
	defer keys.Release()
	return l.db.Insert(ctx, "conflict", appendFilled(nil, keys))
}

// keys are what tells the jobs of outcomes apart in numbers only, which are read at a fraction of the time of job_id:
// of two jobs of one key, of servers that gave the same number out in the same second, both are taken to be in
// conflict.
type keys struct {
	numbers, indexes *array.Int64
	times            *array.Timestamp
}

func keysOf(rec arrow.RecordBatch) keys {
	column := func(name string) arrow.Array { return rec.Column(duckdb.IndexOf(rec, name)) }
	return keys{
		numbers: column("short_id").(*array.Int64),
		indexes: column("array_index").(*array.Int64),
		times:   column("submit_time").(*array.Timestamp),
	}
}

func (k keys) rows() int { return k.numbers.Len() }

func (k keys) hash(i int) uint64 {
	h := uint64(k.times.Value(i))
	for _, numbers := range [...]*array.Int64{k.numbers, k.indexes} {
		h = bits.RotateLeft64(h*0x9e3779b97f4a7c15, 23)
		if numbers.IsValid(i) {
			h ^= uint64(numbers.Value(i)) + 1
		}
	}
	h *= 0x9e3779b97f4a7c15
	return h ^ h>>32
}
