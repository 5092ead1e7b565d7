package load

import (
	"context"
	"fmt"
	"time"

	"pbsduck/duckdb"
	"pbsduck/ingest/source"
)

// forgetAnswer takes out what qhist told of a day: the jobs that ended on it and that no log gave, unless another
// answer tells of the day, too.
func (l *transaction) forgetAnswer(ctx context.Context, f *LogFile) error {
	const byOthers = "SELECT count(*) FROM log_files " +
		"WHERE machine = ? AND name = ? AND starts_with(path, ?) AND file_id <> ?"
	others, err := l.db.Number(ctx, byOthers, l.machine, f.Name, qhistPrefix, f.ID)
	if err != nil {
		return err
	}
	if day, wrong := time.Parse(source.DayLayout, f.Name); others == 0 && wrong == nil {
		if err := l.forgetDay(ctx, day); err != nil {
			return fmt.Errorf("cannot take back what %s gave: %w", f.File, err)
		}
	}
	return l.db.Exec(ctx, "DELETE FROM log_files WHERE file_id = ?", f.ID)
}

// forgetDay takes out the jobs of a local day that no log gave.
func (l *transaction) forgetDay(ctx context.Context, day time.Time) error {
	return l.takeOut(ctx,
		fmt.Sprintf("file_id IS NULL AND machine = %s AND end_date = %s", duckdb.Literal(l.machine), duckdb.Date(day)))
}
