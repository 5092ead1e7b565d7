package load

import (
	"context"
	_ "embed"
	"fmt"
	"math/bits"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"pbsduck/duckdb"
	"pbsduck/duckdb/charge"
	"pbsduck/ingest/batch"
	"pbsduck/ingest/schema"
)

// Several outcomes may claim one job: the E records of its runs, one from a log
// and one from elsewhere. All are kept, and flags say which of them is the row of
// the job (rank_outcomes.sql). While outcomes arrive, and when some go, the jobs
// are noted about which that has to be asked; Settle asks it of all of them at
// once. So the content does not depend on the order of the logs.

//go:embed sql/rank_outcomes.sql
var RankOutcomes string

// appendOutcomes inserts outcomes that are no exact repeats, with their raw
// records and nodes, and notes which jobs others claim, too.
func (l *Load) appendOutcomes(ctx context.Context, all []batch.Batches) error {
	var outcomes []arrow.RecordBatch
	for _, b := range all {
		outcomes = AppendFilled(outcomes, b.Outcomes)
	}
	claims := newClaims(outcomes)
	repeats, err := l.appendSeen(ctx, outcomeKind, outcomes, claims.meet)
	if err != nil {
		return err
	}
	if err := l.noteConflicts(ctx, claims.contested(outcomes, l.contested)); err != nil {
		return err
	}
	return l.appendParts(ctx, all, idsAt(outcomes, repeats))
}

// idsAt are the numbers of the outcomes at some places, which are in order.
func idsAt(outcomes []arrow.RecordBatch, places []int64) (ids []int64) {
	first := int64(0)
	for _, rec := range outcomes {
		for ; len(places) > 0 && places[0] < first+rec.NumRows(); places = places[1:] {
			ids = append(ids, rec.Column(0).(*array.Int64).Value(int(places[0]-first)))
		}
		first += rec.NumRows()
	}
	return ids
}

// appendParts inserts what belongs to outcomes, but for some of these.
func (l *Load) appendParts(ctx context.Context, all []batch.Batches, but []int64) error {
	left := make(map[int64]bool, len(but))
	for _, id := range but {
		left[id] = true
	}
	var records, nodes []duckdb.Part
	for _, b := range all {
		records = without(b.Records, left, records)
		nodes = without(b.Nodes, left, nodes)
	}
	if err := l.db.InsertParts(ctx, schema.OutcomeRecords.Name, records); err != nil {
		return err
	}
	return l.db.InsertParts(ctx, schema.OutcomeNodes.Name, nodes)
}

// without appends the rows of a batch to a list whose outcome, in the first
// column, is not one of these.
func without(rec arrow.RecordBatch, these map[int64]bool, list []duckdb.Part) []duckdb.Part {
	var out []duckdb.Span
	if len(these) > 0 {
		for i, id := range rec.Column(0).(*array.Int64).Int64Values() {
			if these[id] {
				out = duckdb.AppendSpan(out, int64(i), int64(i)+1)
			}
		}
	}
	list, _ = duckdb.Divide(rec, out, list, nil)
	return list
}

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

// contested gives the keys that are contested, as rows of conflict, but for those
// that are known to be; nil if there are none.
func (c *claims) contested(outcomes []arrow.RecordBatch, known map[uint64]bool) arrow.RecordBatch {
	if len(c.twice) == 0 {
		return nil
	}
	b := array.NewRecordBuilder(memory.DefaultAllocator, conflictSchema)
	defer b.Release()
	for _, rec := range outcomes {
		keys, ids := keysOf(rec), rec.Column(IndexOf(rec, "job_id")).(*array.String)
		for i := range keys.rows() {
			if h := keys.hash(i); c.twice[h] && !known[h] {
				known[h] = true
				b.Field(0).(*array.StringBuilder).Append(ids.Value(i))
				b.Field(1).(*array.TimestampBuilder).Append(keys.times.Value(i))
			}
		}
	}
	return b.NewRecordBatch()
}

var conflictSchema = arrow.NewSchema([]arrow.Field{
	schema.Outcomes.Columns[schema.Outcomes.Index("job_id")].Field(), schema.Outcomes.Columns[schema.Outcomes.Index("submit_time")].Field(),
}, nil)

func (l *Load) noteConflicts(ctx context.Context, keys arrow.RecordBatch) error {
	if keys == nil {
		return nil
	}
	defer keys.Release()
	return l.db.Insert(ctx, "conflict", AppendFilled(nil, keys))
}

// keys are what tells the jobs of outcomes apart in numbers only, which are read
// at a fraction of the time of job_id: two jobs of one key, of servers that gave
// the same number out in the same second, are compared for nothing.
type keys struct {
	numbers, indexes *array.Int64
	times            *array.Timestamp
}

func keysOf(rec arrow.RecordBatch) keys {
	number := func(name string) *array.Int64 { return rec.Column(IndexOf(rec, name)).(*array.Int64) }
	return keys{number("short_id"), number("array_index"), rec.Column(IndexOf(rec, "submit_time")).(*array.Timestamp)}
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

// resolve decides of which outcomes in conflict each is the row of its job.
func (l *Load) resolve(ctx context.Context) error {
	if n, err := l.db.Number(ctx, "SELECT count(*) FROM conflict"); err != nil || n == 0 {
		return err
	}
	changes, err := Flag(ctx, l.db, fmt.Sprintf("SELECT DISTINCT %s AS machine, job_id, submit_time FROM conflict", duckdb.Quote(l.machine)))
	if err != nil {
		return fmt.Errorf("cannot compare the E records of a job: %w", err)
	}
	l.changes.Add(changes)
	return l.recharge(ctx, "SELECT id FROM resolved WHERE is_best AND NOT is_job")
}

// Flag flags the right ones of the outcomes of jobs (a question for their machine,
// job_id and submit_time), which the temporary table resolved lists then. What
// loses its job loses its charge. It says what that changes.
func Flag(ctx context.Context, db *duckdb.DB, jobs string) (Tallies, error) {
	err := db.Exec(ctx, "CREATE OR REPLACE TEMP TABLE resolved AS "+fmt.Sprintf(RankOutcomes, jobs))
	if err == nil {
		err = charge.Touch(ctx, db, "j.id IN (SELECT id FROM resolved WHERE NOT is_best)")
	}
	for _, t := range []struct{ name, id string }{{schema.Outcomes.Name, "id"}, {schema.OutcomeRecords.Name, "outcome_id"}, {schema.OutcomeNodes.Name, "outcome_id"}} {
		if err == nil {
			err = db.Exec(ctx, fmt.Sprintf("UPDATE %[1]s SET is_job = r.is_best FROM resolved r WHERE %[1]s.%[2]s = r.id AND %[1]s.is_job <> r.is_best", t.name, t.id))
		}
	}
	if err == nil {
		err = db.Exec(ctx, "DELETE FROM job_charges WHERE job_id IN (SELECT id FROM resolved WHERE NOT is_best)")
	}
	if err == nil {
		err = charge.Touch(ctx, db, "j.id IN (SELECT id FROM resolved WHERE is_best AND NOT is_job)")
	}
	if err != nil {
		return nil, err
	}
	changes := Tallies{}
	for which, change := range map[string]batch.Tally{"is_job AND NOT is_best": Superseded, "is_best AND NOT is_job": Superseded.Times(-1)} {
		some, err := Tally(ctx, db, "SELECT file_id, count(*) FROM resolved WHERE file_id IS NOT NULL AND "+which+" GROUP BY file_id", change)
		if err != nil {
			return nil, err
		}
		changes.Add(some)
	}
	return changes, nil
}

// recharge notes that outcomes of earlier loads, which a question lists by their
// numbers, are to be charged, if they are jobs.
func (l *Load) recharge(ctx context.Context, which string) error {
	n, err := l.db.Number(ctx, fmt.Sprintf("SELECT count(*) FROM (%s) WHERE id < %d", which, l.firstID))
	if err != nil || n == 0 {
		return err
	}
	l.recharges = true
	return l.db.Exec(ctx, fmt.Sprintf("INSERT INTO recharged SELECT id FROM (%s) WHERE id < %d", which, l.firstID))
}

// outcomeParts are the tables with rows that belong to an outcome, and by which
// column.
var outcomeParts = []struct{ table, id string }{
	{schema.OutcomeRecords.Name, "outcome_id"}, {schema.OutcomeNodes.Name, "outcome_id"}, {schema.JobCharges.Name, "job_id"}, {schema.Outcomes.Name, "id"},
}

// dropOutcomes deletes outcomes, and touches their days. Which is a condition on
// them.
func dropOutcomes(ctx context.Context, db *duckdb.DB, which string) error {
	if err := charge.Touch(ctx, db, "j.id IN (SELECT id FROM outcomes WHERE "+which+")"); err != nil {
		return err
	}
	return deleteOutcomes(ctx, db, which)
}

// deleteOutcomes deletes outcomes, with all that is theirs.
func deleteOutcomes(ctx context.Context, db *duckdb.DB, which string) error {
	err := db.Exec(ctx, "CREATE OR REPLACE TEMP TABLE gone AS SELECT id FROM outcomes WHERE "+which)
	for _, p := range outcomeParts {
		if err == nil {
			err = db.Exec(ctx, fmt.Sprintf("DELETE FROM %s WHERE %s IN (SELECT id FROM gone)", p.table, p.id))
		}
	}
	return err
}
