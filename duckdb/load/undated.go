package load

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"

	"pbsduck/duckdb"
	"pbsduck/ingest/pbs"
	"pbsduck/ingest/schema"
)

// repeatedHours are those that a load has to look at.
type repeatedHours struct {
	folds   []pbs.Fold
	waiting bool // there is a table undated_events
}

func (h *repeatedHours) add(folds ...pbs.Fold) {
	for _, f := range folds {
		if !slices.Contains(h.folds, f) {
			h.folds = append(h.folds, f)
		}
	}
}

// makeUndated makes the temporary table for events that wait.
func (l *transaction) makeUndated(ctx context.Context) error {
	if l.hours.waiting {
		return nil
	}
	l.hours.waiting = true
	return l.db.Exec(ctx, "CREATE OR REPLACE TEMP TABLE undated_events AS SELECT * FROM events LIMIT 0")
}

// appendEvents inserts events, but has those wait whose hour is not sure, if there are any.
func (l *transaction) appendEvents(ctx context.Context, events []arrow.RecordBatch, undated bool) (Tallies, error) {
	if !undated {
		return l.appendNew(ctx, eventKind, events)
	}
	dated, err := l.divideUndated(ctx, events)
	defer func() {
		for _, rec := range dated {
			rec.Release()
		}
	}()
	if err != nil {
		return nil, err
	}
	return l.appendNew(ctx, eventKind, dated)
}

// divideUndated has those of the events wait whose hour is not sure, and gives the others. It releases nothing; the
// caller releases what it gives.
func (l *transaction) divideUndated(
	ctx context.Context, events []arrow.RecordBatch,
) (dated []arrow.RecordBatch, err error) {
	if err := l.makeUndated(ctx); err != nil {
		return nil, err
	}
	var sure, undated []duckdb.Part
	for _, rec := range events {
		var rows []duckdb.Span
		flags := rec.Column(eventFlags).(*array.String)
		for i := range flags.Len() {
			if flags.IsValid(i) && slices.Contains(strings.Fields(flags.Value(i)), schema.RepeatedHour) {
				rows = duckdb.AppendSpan(rows, int64(i), int64(i)+1)
			}
		}
		sure, undated = duckdb.Divide(rec, rows, sure, undated)
	}
	if err := l.db.InsertParts(ctx, "undated_events", undated); err != nil {
		return nil, err
	}
	return duckdb.JoinAll(sure)
}

var eventFlags = schema.Events.Index("flags")

// repeatedUndated files those of the events that wait that are exact repeats, of one that is there or of one before
// them, and lists them in the temporary table repeated. Their time does not tell repeats: the hour is not known yet.
func (l *transaction) repeatedUndated(ctx context.Context) (Tallies, error) {
	const same = "machine, type, object_id, record_hash"
	err := l.db.Exec(ctx, fmt.Sprintf(`CREATE OR REPLACE TEMP TABLE repeated AS
		WITH candidates AS (
			SELECT rowid AS row, file_id, line, %[1]s, row_number() OVER (PARTITION BY %[1]s ORDER BY rowid) AS nth
			FROM undated_events
		)
		SELECT row, machine, file_id, line, record_hash, object_id
		FROM candidates SEMI JOIN (SELECT %[1]s FROM events WHERE %[2]s) there USING (%[1]s)
		UNION
		SELECT row, machine, file_id, line, record_hash, object_id
		FROM candidates
		WHERE nth > 1`, same, l.hours.cover("time")))
	if err != nil {
		return nil, err
	}
	changes, err := TalliesOf(ctx, l.db, "SELECT file_id, count(*) FROM repeated GROUP BY file_id", eventKind.repeated())
	if err != nil || len(changes) == 0 {
		return nil, err
	}
	const file = "INSERT INTO repeats SELECT machine, file_id, line, record_hash, object_id FROM repeated"
	return changes, l.db.Exec(ctx, file)
}
