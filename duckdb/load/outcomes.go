package load

import (
	"context"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"

	"pbsduck/duckdb"
	"pbsduck/ingest/batch"
	"pbsduck/ingest/schema"
)

// appendOutcomes inserts outcomes that are no exact repeats, with their raw records and nodes, which are in all, and
// notes which jobs others claim, too.
func (l *transaction) appendOutcomes(
	ctx context.Context, outcomes []arrow.RecordBatch, all []batch.Batches,
) (Tallies, error) {
	claims := newClaims(outcomes)
	repeats, changes, err := l.appendVisiting(ctx, outcomeKind, outcomes, claims.meet)
	if err != nil {
		return nil, err
	}
	if err := l.noteConflicts(ctx, claims.conflicts(outcomes, l.conflicts)); err != nil {
		return nil, err
	}
	return changes, l.appendParts(ctx, all, idsAt(outcomes, repeats))
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
func (l *transaction) appendParts(ctx context.Context, all []batch.Batches, but []int64) error {
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

// without appends the rows of a batch to a list whose outcome, in the first column, is not one of these.
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
