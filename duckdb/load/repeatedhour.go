package load

import (
	"context"
	"database/sql"
	_ "embed"
	"fmt"
	"slices"
	"time"

	"pbsduck/duckdb"
	"pbsduck/ingest/pbs"
	"pbsduck/ingest/schema"
)

// In the hour that autumn repeats a stamp stands for two instants, and many events do not tell which is meant. The
// order in which records were written does: most others name an instant of their own, and the clock goes back by an
// hour only once. So events that are not sure (schema.RepeatedHour) wait until a load is resolved, and then all that is
// known of that hour is looked at: every record of it, in the order of the logs (by their names, then line by line),
// also those of earlier loads, whose events move if what came now tells so. So their times depend neither on how logs
// are cut, nor on when they are read.

//go:embed sql/find_undated.sql
var findUndated string

//go:embed sql/hour_records.sql
var hourRecords string

//go:embed sql/order_hour.sql
var orderHour string

//go:embed sql/take_undated.sql
var takeUndated string

//go:embed sql/move_events.sql
var moveEvents string

// forgottenHours notes that a log goes whose records may have told the hour of others.
func (l *transaction) forgottenHours(ctx context.Context, f *LogFile) error {
	var first, last sql.NullTime
	row := l.db.Conn().QueryRowContext(ctx, "SELECT first_time, last_time FROM log_files WHERE file_id = ?", f.ID)
	if err := row.Scan(&first, &last); err != nil || !first.Valid {
		return err
	}
	return l.hoursAround(ctx, first.Time, last.Time)
}

// othersHours notes the hours of which logs of this load may tell what logs of other time zones left open. Those of
// their own time zone came with their rows.
func (l *transaction) othersHours(ctx context.Context) error {
	mixed, err := l.mixedZones(ctx)
	if err != nil || !mixed {
		return err
	}
	var first, last int64
	for _, f := range l.files {
		if f.FirstTime != 0 && (first == 0 || f.FirstTime < first) {
			first = f.FirstTime
		}
		last = max(last, f.LastTime)
	}
	if first == 0 {
		return nil
	}
	return l.hoursAround(ctx, time.Unix(first, 0), time.Unix(last, 0))
}

// hoursAround notes the hours of events that are there, and are not sure, each in the time zone of its log, which
// records between two instants may tell.
func (l *transaction) hoursAround(ctx context.Context, first, last time.Time) error {
	const more = 24 * time.Hour // than clocks are set back
	around := duckdb.Vars{"machine": l.machine, "since": first.Add(-more), "before": last.Add(more)}
	rows, err := l.db.Conn().QueryContext(ctx, duckdb.With(findUndated, around))
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var zone string
		var quarter int64
		if err := rows.Scan(&zone, &quarter); err != nil {
			return err
		}
		fold, ok, err := foldIn(zone, quarter)
		if err != nil {
			return err
		}
		if ok {
			l.hours.add(fold)
		}
	}
	return rows.Err()
}

// foldIn is the hour of a time zone that an instant lies in, if it repeats.
func foldIn(zone string, epoch int64) (pbs.Fold, bool, error) {
	loc, err := time.LoadLocation(zone)
	if err != nil {
		return pbs.Fold{}, false, fmt.Errorf("log_files.time_zone: %w", err)
	}
	fold, ok := pbs.FoldAt(loc, epoch)
	return fold, ok, nil
}

// resolveHours finds out about the hours that autumn repeats.
func (l *transaction) resolveHours(ctx context.Context) (Tallies, error) {
	if err := l.othersHours(ctx); err != nil {
		return nil, err
	}
	if len(l.hours.folds) == 0 {
		return nil, nil
	}
	if err := l.makeUndated(ctx); err != nil {
		return nil, err
	}
	changes, err := l.repeatedUndated(ctx)
	if err == nil {
		err = l.db.Exec(ctx, "CREATE OR REPLACE TEMP TABLE moved_event (kind BIGINT, row BIGINT, seconds BIGINT)")
	}
	for _, fold := range l.hours.folds {
		l.months.note(fold.Begin * 1e6)
		l.months.note((fold.Begin+2*fold.Length)*1e6 - 1)
		if err == nil {
			err = l.dateHour(ctx, fold)
		}
	}
	for _, step := range []string{takeUndated, moveEvents} {
		if err == nil {
			err = l.db.Exec(ctx, step)
		}
	}
	if err == nil {
		err = l.retellEvents(ctx, "e.rowid IN (SELECT row FROM moved_event WHERE kind = 0)")
	}
	if err == nil {
		err = l.db.Check(ctx, schema.Events)
	}
	if err != nil {
		return nil, fmt.Errorf("cannot tell the hours that the clock passed twice: %w", err)
	}
	l.hours = repeatedHours{}
	return changes, nil
}

// cover is a condition on a column of instants: that it lies in one of the hours.
func (h *repeatedHours) cover(column string) string {
	conditions := make([]string, len(h.folds))
	for i, f := range h.folds {
		conditions[i] = foldSpan(f).Covers(column)
	}
	return anyOf(conditions)
}

// foldSpan is both passes of the hour.
func foldSpan(f pbs.Fold) duckdb.Span {
	return duckdb.Span{From: f.Begin * 1e6, Until: (f.Begin + 2*f.Length) * 1e6}
}

// dateHour lists in moved_event by how much the times of events change.
func (l *transaction) dateHour(ctx context.Context, fold pbs.Fold) error {
	within := foldSpan(fold)
	bounds := duckdb.Vars{
		"machine": l.machine, "since": time.UnixMicro(within.From), "before": time.UnixMicro(within.Until),
	}
	if err := l.db.Exec(ctx, duckdb.With(hourRecords, bounds)); err != nil {
		return err
	}
	if err := l.orderLogs(ctx, fold); err != nil {
		return err
	}
	var h hour
	h.Fold = fold
	if err := l.db.EachBatch(ctx, orderHour, h.read); err != nil {
		return err
	}
	moved := h.moved()
	defer moved.Release()
	return l.db.Insert(ctx, "moved_event", appendFilled(nil, moved))
}

// orderLogs lists the logs of hour_record in the temporary table hour_log: with their places in order, and whether
// their clock passed this hour twice.
func (l *transaction) orderLogs(ctx context.Context, fold pbs.Fold) error {
	holding, err := duckdb.Column[int64](ctx, l.db, "SELECT DISTINCT file_id FROM hour_record")
	if err != nil {
		return err
	}
	logs, err := l.logs(ctx)
	if err != nil {
		return err
	}
	var ids, places []int64
	var twice []bool
	for place, f := range logs {
		if !slices.Contains(holding, f.ID) {
			continue
		}
		own, ok, err := foldIn(f.TimeZone, fold.Begin)
		if err != nil {
			return err
		}
		ids, places, twice = append(ids, f.ID), append(places, int64(place)), append(twice, ok && own == fold)
	}
	return l.db.Exec(ctx, `CREATE OR REPLACE TEMP TABLE hour_log AS
		SELECT unnest($1::BIGINT[]) AS file_id, unnest($2::BIGINT[]) AS place, unnest($3::BOOLEAN[]) AS has_hour`,
		ids, places, twice)
}
