package overview

import (
	"context"
	_ "embed"
	"slices"
	"time"

	"pbsduck/duckdb"
)

//go:embed sql/spans.sql
var spansSQL string

// findSpans finds the days that the page tells of.
func (w *writer) findSpans() error {
	rows, err := w.db.Conn().QueryContext(w.ctx,
		duckdb.With(spansSQL, duckdb.Vars{"since": duckdb.Day(w.Filter.Since), "until": duckdb.Day(w.Filter.Until)}))
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var s span
		var zone string
		if err := rows.Scan(&s.machine, &zone, &s.first, &s.last); err != nil {
			return err
		}
		if len(w.Filter.Machines) > 0 && !slices.Contains(w.Filter.Machines, s.machine) {
			continue
		}
		if s.zone, err = time.LoadLocation(zone); err != nil {
			return err
		}
		w.spans = append(w.spans, s)
	}
	return rows.Err()
}

// LastDays is the first of the last days that the logs of any machine tell of; zero if there are none.
func LastDays(ctx context.Context, db *duckdb.DB, days int) (time.Time, error) {
	w := &writer{ctx: ctx, db: db}
	if err := w.findSpans(); err != nil {
		return time.Time{}, err
	}
	var last time.Time
	for _, s := range w.spans {
		if s.last.After(last) {
			last = s.last
		}
	}
	if last.IsZero() {
		return last, nil
	}
	return last.AddDate(0, 0, 1-days), nil
}
