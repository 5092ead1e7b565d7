package load

import (
	"context"
	_ "embed"
	"fmt"

	"pbsduck/duckdb"
	"pbsduck/duckdb/charge"
	"pbsduck/ingest/schema"
)

//go:embed sql/settle_unsure.sql
var settleUnsure string

// resolveUnsure has jobs that qhist told of, and of which it could not tell in which of the two hours that autumn
// repeats they were submitted, be those that a log tells of: else one job would have two rows.
func (l *transaction) resolveUnsure(ctx context.Context) (Tallies, error) {
	n, err := l.db.Number(ctx,
		"SELECT count(*) FROM outcomes WHERE file_id IS NULL AND machine = ? AND contains(flags, ?)", l.machine,
		schema.RepeatedHour)
	if err != nil || n == 0 {
		return nil, err
	}
	if err := l.db.Exec(ctx, duckdb.With(settleUnsure, duckdb.Vars{"machine": l.machine})); err != nil {
		return nil, fmt.Errorf("cannot compare what qhist told with logs: %w", err)
	}
	if n, err = l.db.Number(ctx, "SELECT count(*) FROM told_hour"); err != nil || n == 0 {
		return nil, err
	}
	if err := charge.Touch(ctx, l.db, "j.id IN (SELECT id FROM told_hour)"); err != nil {
		return nil, err
	}
	if err := l.db.Exec(ctx,
		"UPDATE outcomes SET submit_time = t.submit_time FROM told_hour t WHERE t.id = outcomes.id"); err != nil {
		return nil, err
	}
	return nil, l.db.Exec(ctx, "INSERT INTO conflict SELECT job_id, submit_time FROM told_hour")
}
