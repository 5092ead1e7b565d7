package verify

import (
	"context"
	_ "embed"
	"fmt"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"

	"pbsduck/duckdb"
	"pbsduck/ingest/batch"
)

//go:embed sql/end_days.sql
var endDays string

// endDayCheck counts days as the load does, not as DuckDB does: the two have lists of time zones of their own.
var endDayCheck = Check{
	Name: "end_days", Meaning: "Every end_date is the day of end_time in the time zone of the job's log",
	find: findWrongDays,
}

func findWrongDays(ctx context.Context, db *duckdb.DB, o Options) (int64, []string, error) {
	reader, err := db.Query(ctx, endDays)
	if err != nil {
		return 0, nil, err
	}
	v := verdict{limit: o.Limit}
	days := calendars{}
	for reader.Next() && err == nil {
		err = days.check(reader.RecordBatch(), &v)
	}
	if err == nil {
		err = reader.Err()
	}
	reader.Release()
	if err != nil {
		return v.rows, nil, err
	}
	first, err := v.describe(ctx, db)
	return v.rows, first, err
}

// calendars are those of the time zones met so far, by name.
type calendars map[string]*batch.Calendar

func (c calendars) of(zone string) (*batch.Calendar, error) {
	if known := c[zone]; known != nil {
		return known, nil
	}
	loc, err := time.LoadLocation(zone)
	if err != nil {
		return nil, fmt.Errorf("log_files.time_zone: %w", err)
	}
	c[string([]byte(zone))] = batch.NewCalendar(loc) // the name lies in memory of the batch
	return c[zone], nil
}

// check looks at the rows of end_days.sql.
func (c calendars) check(rows arrow.RecordBatch, v *verdict) error {
	id, end := rows.Column(0).(*array.Int64), rows.Column(1).(*array.Timestamp)
	date, zone := rows.Column(2).(*array.Date32), rows.Column(3).(*array.String)
	for i := range int(rows.NumRows()) {
		if end.IsNull(i) || date.IsNull(i) {
			if end.IsNull(i) != date.IsNull(i) {
				v.fail(id.Value(i), "only one of end_time and end_date is known")
			}
			continue
		}
		calendar, err := c.of(zone.Value(i))
		if err != nil {
			return err
		}
		seconds := int64(end.Value(i)) / 1_000_000
		if day := calendar.Day(seconds); day != int64(date.Value(i)) {
			v.fail(id.Value(i), fmt.Sprintf("end_date is %s, but it ended on %s (%s)", date.Value(i).FormattedString(),
				arrow.Date32(day).FormattedString(), time.Unix(seconds, 0).UTC().Format(time.RFC3339)))
		}
	}
	return nil
}
