package load

import (
	"context"
	"fmt"
	"time"

	"pbsduck/duckdb"
	"pbsduck/ingest/source"
)

// forgetAnswer takes out what qhist told of a day: the jobs whose records are of that day's log and that no log gave,
// unless another answer tells of the day, too.
func (l *transaction) forgetAnswer(ctx context.Context, f *LogFile) error {
	const byOthers = "SELECT count(*) FROM log_files " +
		"WHERE machine = ? AND name = ? AND starts_with(path, ?) AND file_id <> ?"
	others, err := l.db.Number(ctx, byOthers, l.machine, f.Name, qhistPrefix, f.ID)
	if err != nil {
		return err
	}
	if day, wrong := time.Parse(source.DayLayout, f.Name); others == 0 && wrong == nil {
		if err := l.forgetDay(ctx, day, f.TimeZone); err != nil {
			return fmt.Errorf("cannot take back what %s gave: %w", f.File, err)
		}
	}
	return l.db.Exec(ctx, "DELETE FROM log_files WHERE file_id = ?", f.ID)
}

// forgetDay takes out the jobs that were recorded on a local day and that no log gave. One that ended just before
// midnight may have been recorded after it: then it is of the next day's log, and the next day's answer told it.
func (l *transaction) forgetDay(ctx context.Context, day time.Time, zone string) error {
	return l.takeOut(ctx, fmt.Sprintf("file_id IS NULL AND machine = %s AND (logged_time AT TIME ZONE %s)::DATE = %s",
		duckdb.Literal(l.machine), duckdb.Literal(zone), duckdb.Date(day)))
}
