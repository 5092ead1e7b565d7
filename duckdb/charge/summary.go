package charge

import (
	"context"
	"database/sql"
	_ "embed"
	"errors"
	"fmt"
	"maps"
	"time"

	"pbsduck/duckdb"
	"pbsduck/duckdb/warnings"
	"pbsduck/ingest/site"
)

// The days whose sums have to be made again are in the temporary table touched_day while a transaction lasts; months of
// which other rows change are in touched_month. At its end changed_months says which months it changed.

//go:embed sql/summarize_days.sql
var summarizeDays string

//go:embed sql/touched_months.sql
var touchedMonths string

//go:embed sql/long_texts.sql
var longTexts string

//go:embed sql/key_texts.sql
var keyTexts string

//go:embed sql/name_sums.sql
var nameSums string

// BeginTouching makes the temporary tables touched_day and touched_month empty, as a transaction begins in which jobs
// come or go.
func BeginTouching(ctx context.Context, db *duckdb.DB) error {
	return db.Exec(ctx, `CREATE OR REPLACE TEMP TABLE touched_day (machine VARCHAR, end_date DATE, utc_day DATE);
		CREATE OR REPLACE TEMP TABLE touched_month (machine VARCHAR, month DATE)`)
}

// utcDay is the day of an instant in UTC, in SQL. It takes a tenth of the time of a cast, which asks for the session's
// time zone.
func utcDay(instant string) string { return "make_timestamp(epoch_us(" + instant + "))::DATE" }

// TouchMonths notes months of other rows than jobs: those of an instant of rows that a question's FROM and WHERE give,
// which have a machine.
func TouchMonths(ctx context.Context, db *duckdb.DB, instant, from string) error {
	return db.Exec(
		ctx, "INSERT INTO touched_month SELECT DISTINCT machine, date_trunc('month', "+utcDay(instant)+")::DATE "+from,
	)
}

// Touch notes the days of jobs. Which is a condition on jobs j.
func Touch(ctx context.Context, db *duckdb.DB, which string) error {
	return db.Exec(
		ctx,
		"INSERT INTO touched_day SELECT DISTINCT j.machine, j.end_date, "+utcDay("coalesce(j.end_time, j.submit_time)")+
			" FROM jobs j WHERE "+which+" EXCEPT FROM touched_day",
	)
}

// markTouched has changed_months say that what was touched is changed.
func markTouched(ctx context.Context, db *duckdb.DB) error {
	for _, step := range []string{
		"CREATE OR REPLACE TEMP TABLE marked AS\n" + touchedMonths,
		"DELETE FROM changed_months c USING marked m WHERE c.machine = m.machine AND c.month = m.month",
		"INSERT INTO changed_months FROM marked",
	} {
		if err := db.Exec(ctx, step); err != nil {
			return fmt.Errorf("cannot note which months changed: %w", err)
		}
	}
	return nil
}

// MarkAll has changed_months say that all that is there changed.
func MarkAll(ctx context.Context, db *duckdb.DB) error {
	err := db.Exec(ctx, "CREATE OR REPLACE TEMP TABLE touched_month AS SELECT machine, month FROM changed_months")
	if err == nil {
		err = markTouched(ctx, db)
	}
	return err
}

// SummarizeTouched adds up the touched days again, and says what changed.
func SummarizeTouched(ctx context.Context, db *duckdb.DB) error {
	err := db.Exec(
		ctx,
		"DELETE FROM daily_summary s USING touched_day t "+
			"WHERE s.machine = t.machine AND s.day IS NOT DISTINCT FROM t.end_date",
	)
	if err != nil {
		return err
	}
	if err := markTouched(ctx, db); err != nil {
		return err
	}
	days, err := touchedDays(ctx, db)
	if err != nil {
		return err
	}
	for _, d := range days {
		if err := summarizeSpan(ctx, db, d); err != nil {
			return fmt.Errorf("cannot add up days: %w", err)
		}
	}
	return nil
}

// touchedDays covers the touched days by a few spans; an invalid first day is that of jobs whose end is not known.
func touchedDays(ctx context.Context, db *duckdb.DB) ([]daySpan, error) {
	days, err := duckdb.Column[sql.NullTime](ctx, db, "SELECT DISTINCT end_date FROM touched_day ORDER BY end_date")
	var all []daySpan
	for _, day := range days {
		if n := len(all); n > 0 && day.Valid && all[n-1].first.Valid &&
			(n == duckdb.MostSpans || day.Time.Sub(all[n-1].last) <= nearDays) {
			all[n-1].last = day.Time
		} else {
			all = append(all, daySpan{day, day.Time})
		}
	}
	return all, err
}

// nearDays is the gap from where two spans of days are better than one.
const nearDays = 7 * 24 * time.Hour

// A daySpan is a range of local days.
type daySpan struct {
	first sql.NullTime
	last  time.Time
}

// summarizeSpan adds up the touched days within a span. Days and jobs have bounds, by which DuckDB leaves out the row
// groups of others: a join alone does not see to that while new rows are not committed.
func summarizeSpan(ctx context.Context, db *duckdb.DB, d daySpan) error {
	within := "end_date IS NULL"
	if d.first.Valid {
		within = fmt.Sprintf("end_date BETWEEN %s AND %s", duckdb.Date(d.first.Time), duckdb.Date(d.last))
	}
	var first, last sql.NullInt64
	err := db.Conn().QueryRowContext(ctx, "SELECT min(id), max(id) FROM jobs WHERE "+within).Scan(&first, &last)
	if err != nil || !first.Valid {
		return err
	}
	jobs := duckdb.Vars{"first_id": first.Int64, "last_id": last.Int64}
	long, err := db.Number(ctx, duckdb.With(longTexts, jobs))
	if err != nil {
		return err
	}
	if long > heldTexts {
		return summarizeByKeys(ctx, db, d, jobs)
	}
	return db.Exec(ctx, d.sums("INSERT INTO daily_summary SELECT * EXCLUDE (first_id) FROM", "jobs", jobs))
}

// sums puts what the touched days of the span add up to where a statement says. Jobs are those of summarize_days.sql,
// which are in a table or a view.
func (d daySpan) sums(into, table string, jobs duckdb.Vars) string {
	all := duckdb.Vars{"jobs": table, "first_day": duckdb.Day(d.first.Time), "last_day": duckdb.Day(d.last)}
	maps.Copy(all, jobs)
	return duckdb.With(into+" (\n"+summarizeDays+")", all)
}

const (
	// heldTexts is how many bytes of long texts may be held to add up days by them.
	heldTexts = 16 << 20

	// namedJobs is from how many jobs at a time texts are read then.
	namedJobs = 1 << 11
)

// summarizeByKeys adds up days by keys in place of the texts, which may be too many to be held all at once, and takes
// the texts of each row from a job.
func summarizeByKeys(ctx context.Context, db *duckdb.DB, d daySpan, jobs duckdb.Vars) error {
	err := db.Exec(ctx, duckdb.With("CREATE OR REPLACE TEMP TABLE keyed_jobs AS\n"+keyTexts, jobs))
	if err != nil {
		return err
	}
	if err := db.Exec(ctx, d.sums("CREATE OR REPLACE TEMP TABLE summed_days AS FROM", "keyed_jobs", jobs)); err != nil {
		return err
	}
	last := jobs["last_id"].(int64)
	for first := jobs["first_id"].(int64); first <= last; first += namedJobs {
		named := duckdb.Vars{"first_id": first, "last_id": first + namedJobs - 1}
		if err := db.Exec(ctx, duckdb.With(nameSums, named)); err != nil {
			return err
		}
	}
	return db.Exec(ctx, "DROP TABLE keyed_jobs; DROP TABLE summed_days")
}

// Summarize adds up the days that a filter means again. It gives the number of rows they have.
func Summarize(ctx context.Context, db *duckdb.DB, f duckdb.Filter) (rows int64, err error) {
	if _, err := db.MachineNames(ctx, f.Machines...); err != nil {
		return 0, err
	}
	err = db.Within(ctx, func() error {
		if err := summarizeRange(ctx, db, f); err != nil {
			return err
		}
		return warnings.Renew(ctx, db)
	})
	if err != nil {
		return 0, db.LoadError(err)
	}
	return db.Number(ctx, "SELECT count(*) FROM daily_summary WHERE "+f.On("machine", "day"))
}

func summarizeRange(ctx context.Context, db *duckdb.DB, f duckdb.Filter) error {
	if err := db.Exec(ctx, "DELETE FROM daily_summary WHERE "+f.On("machine", "day")); err != nil {
		return err
	}
	if err := BeginTouching(ctx, db); err != nil {
		return err
	}
	if err := Touch(ctx, db, f.Jobs()); err != nil {
		return err
	}
	return SummarizeTouched(ctx, db)
}

// Recalculate applies today's rules to the jobs that a filter means again: those of the configuration, or without one
// those that the database knows. It gives the number of jobs. Other jobs keep their charges.
func Recalculate(ctx context.Context, db *duckdb.DB, c *site.Config, f duckdb.Filter) (jobs int64, err error) {
	machines, err := db.MachineNames(ctx, f.Machines...)
	if err != nil {
		return 0, err
	}
	for _, m := range machines {
		if c == nil {
			break
		}
		if err := AgreesWith(ctx, db, c, m); err != nil {
			return 0, err
		}
	}
	err = db.Within(ctx, func() error { return recalculate(ctx, db, c, f, machines) })
	var refused *site.Error
	switch {
	case errors.As(err, &refused):
		return 0, err
	case err != nil:
		return 0, db.LoadError(err)
	}
	return db.Number(ctx, "SELECT count(*) FROM jobs j WHERE "+f.Jobs())
}

func recalculate(ctx context.Context, db *duckdb.DB, c *site.Config, f duckdb.Filter, machines []string) error {
	drop := "DELETE FROM job_charges"
	if !f.All() {
		drop += " WHERE job_id IN (SELECT j.id FROM jobs j WHERE " + f.Jobs() + ")"
	}
	if err := db.Exec(ctx, drop); err != nil {
		return err
	}
	if c != nil {
		if err := adoptReporting(ctx, db, c); err != nil {
			return err
		}
	}
	for _, m := range machines {
		if configured := c.Machine(m); configured != nil {
			if err := AdoptRules(ctx, db, m, configured.Rules); err != nil {
				return err
			}
		}
		f.Machines = []string{m}
		if err := Jobs(ctx, db, m, f.Jobs()); err != nil {
			return err
		}
		if err := summarizeRange(ctx, db, f); err != nil {
			return err
		}
	}
	return warnings.Renew(ctx, db)
}
