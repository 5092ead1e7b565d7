package charge

import (
	"cmp"
	"context"
	"database/sql"
	_ "embed"
	"errors"
	"fmt"
	"strings"
	"time"

	"pbsduck/duckdb"
	"pbsduck/duckdb/records"
	"pbsduck/duckdb/warnings"
	"pbsduck/ingest/site"
)

// The days whose sums have to be made again are in the temporary table
// touched_day while a transaction lasts.

//go:embed sql/summarize_days.sql
var summarizeDays string

//go:embed sql/long_texts.sql
var longTexts string

//go:embed sql/key_texts.sql
var keyTexts string

//go:embed sql/name_sums.sql
var nameSums string

func BeginTouching(ctx context.Context, db *duckdb.DB) error {
	return db.Exec(ctx, "CREATE OR REPLACE TEMP TABLE touched_day AS SELECT machine, end_date FROM jobs LIMIT 0")
}

// Touch notes the days of jobs. Which is a condition on jobs j.
func Touch(ctx context.Context, db *duckdb.DB, which string) error {
	return db.Exec(ctx, "INSERT INTO touched_day SELECT DISTINCT j.machine, j.end_date FROM jobs j WHERE "+which+
		" EXCEPT SELECT machine, end_date FROM touched_day")
}

// SummarizeTouched adds up the touched days again.
func SummarizeTouched(ctx context.Context, db *duckdb.DB) error {
	err := db.Exec(ctx, "DELETE FROM daily_summary s USING touched_day t WHERE s.machine = t.machine AND s.day IS NOT DISTINCT FROM t.end_date")
	if err != nil {
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

// touchedDays covers the touched days by a few spans; an invalid first day is
// that of jobs whose end is not known.
func touchedDays(ctx context.Context, db *duckdb.DB) ([]daySpan, error) {
	days, err := duckdb.Column[sql.NullTime](ctx, db, "SELECT DISTINCT end_date FROM touched_day ORDER BY end_date")
	var all []daySpan
	for _, day := range days {
		if n := len(all); n > 0 && day.Valid && all[n-1].first.Valid && (n == duckdb.MostSpans || day.Time.Sub(all[n-1].last) <= nearDays) {
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

// summarizeSpan adds up the touched days within a span. Bounds are literals, by
// which DuckDB leaves out the row groups of other days: a join alone does not
// see to that while new rows are not committed.
func summarizeSpan(ctx context.Context, db *duckdb.DB, d daySpan) error {
	same, within := "j.end_date IS NULL AND t.end_date IS NULL", "j.end_date IS NULL"
	if d.first.Valid {
		within = fmt.Sprintf("j.end_date BETWEEN %s AND %s", duckdb.Date(d.first.Time), duckdb.Date(d.last))
		same = "j.end_date = t.end_date AND " + within
	}
	var from, until sql.NullInt64
	err := db.Conn().QueryRowContext(ctx, "SELECT min(j.id), max(j.id) FROM jobs j WHERE "+within).Scan(&from, &until)
	if err != nil || !from.Valid {
		return err
	}
	jobs := records.JobRange{From: from.Int64, To: until.Int64}
	long, err := db.Number(ctx, fmt.Sprintf(longTexts, jobs.From, jobs.To))
	if err != nil {
		return err
	}
	if long > heldTexts {
		return summarizeByKeys(ctx, db, same, jobs)
	}
	sums := fmt.Sprintf(summarizeDays, same, jobs.From, jobs.To, "jobs")
	return db.Exec(ctx, "INSERT INTO daily_summary SELECT * EXCLUDE (first_id) FROM ("+sums+")")
}

const (
	// heldTexts is how many bytes of long texts may be held to add up days by
	// them.
	heldTexts = 16 << 20

	// namedJobs is from how many jobs at a time texts are read then.
	namedJobs = 1 << 11
)

// summarizeByKeys adds up days by keys in place of the texts, which may be too
// many to be held all at once, and takes the texts of each row from a job.
func summarizeByKeys(ctx context.Context, db *duckdb.DB, same string, jobs records.JobRange) error {
	steps := []string{
		"CREATE OR REPLACE TEMP TABLE keyed_jobs AS\n" + fmt.Sprintf(keyTexts, jobs.From, jobs.To),
		"CREATE OR REPLACE TEMP TABLE summed_days AS\n" + fmt.Sprintf(summarizeDays, same, jobs.From, jobs.To, "keyed_jobs"),
	}
	for from := jobs.From; from <= jobs.To; from += namedJobs {
		steps = append(steps, fmt.Sprintf(nameSums, from, from+namedJobs-1))
	}
	for _, step := range append(steps, "DROP TABLE keyed_jobs", "DROP TABLE summed_days") {
		if err := db.Exec(ctx, step); err != nil {
			return err
		}
	}
	return nil
}

// A Range is a part of the jobs.
type Range struct {
	Machine      string    // empty: all
	Since, Until time.Time // first and last local day on which they ended; zero: open. Jobs of unknown end are in only if both are
}

// jobs is the condition that a job is in the range.
func (r Range) jobs() string { return r.condition("j.machine", "j.end_date") }

func (r Range) condition(machine, day string) string {
	parts := []string{"true"}
	if r.Machine != "" {
		parts = append(parts, machine+" = "+duckdb.Quote(r.Machine))
	}
	if !r.Since.IsZero() {
		parts = append(parts, day+" >= "+duckdb.Date(r.Since))
	}
	if !r.Until.IsZero() {
		parts = append(parts, day+" <= "+duckdb.Date(r.Until))
	}
	return strings.Join(parts, " AND ")
}

// Summarize adds up the days of a range again. It gives the number of rows
// they have.
func Summarize(ctx context.Context, db *duckdb.DB, r Range) (rows int64, err error) {
	if _, err := Machines(ctx, db, r); err != nil {
		return 0, err
	}
	err = db.Within(ctx, func() error {
		if err := summarizeRange(ctx, db, r); err != nil {
			return err
		}
		return warnings.Renew(ctx, db)
	})
	if err != nil {
		return 0, db.LoadError(err)
	}
	return db.Number(ctx, "SELECT count(*) FROM daily_summary WHERE "+r.condition("machine", "day"))
}

func summarizeRange(ctx context.Context, db *duckdb.DB, r Range) error {
	if err := db.Exec(ctx, "DELETE FROM daily_summary WHERE "+r.condition("machine", "day")); err != nil {
		return err
	}
	if err := BeginTouching(ctx, db); err != nil {
		return err
	}
	if err := Touch(ctx, db, r.jobs()); err != nil {
		return err
	}
	return SummarizeTouched(ctx, db)
}

// Recalculate applies today's rules to the jobs of a range again: those of the
// configuration, or without one those that the database knows. It gives the
// number of jobs. Other jobs keep their charges.
func Recalculate(ctx context.Context, db *duckdb.DB, c *site.Config, r Range) (jobs int64, err error) {
	machines, err := Machines(ctx, db, r)
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
	err = db.Within(ctx, func() error { return recalculate(ctx, db, c, r, machines) })
	var refused *site.Error
	switch {
	case errors.As(err, &refused):
		return 0, err
	case err != nil:
		return 0, db.LoadError(err)
	}
	return db.Number(ctx, "SELECT count(*) FROM jobs j WHERE "+r.jobs())
}

func recalculate(ctx context.Context, db *duckdb.DB, c *site.Config, r Range, machines []string) error {
	drop := "DELETE FROM job_charges"
	if r != (Range{}) {
		drop += " WHERE job_id IN (SELECT j.id FROM jobs j WHERE " + r.jobs() + ")"
	}
	if err := db.Exec(ctx, drop); err != nil {
		return err
	}
	for _, m := range machines {
		if configured := c.Machine(m); configured != nil {
			if err := AdoptRules(ctx, db, m, configured.Rules); err != nil {
				return err
			}
		}
		r.Machine = m
		if err := Jobs(ctx, db, m, r.jobs()); err != nil {
			return err
		}
		if err := summarizeRange(ctx, db, r); err != nil {
			return err
		}
	}
	return warnings.Renew(ctx, db)
}

// Machines lists those of the range that have jobs.
func Machines(ctx context.Context, db *duckdb.DB, r Range) ([]string, error) {
	machines, err := duckdb.Column[string](ctx, db, "SELECT DISTINCT j.machine FROM jobs j WHERE "+Range{Machine: r.Machine}.jobs()+" ORDER BY 1")
	if err != nil || len(machines) > 0 || r.Machine == "" {
		return machines, err
	}
	all, err := Machines(ctx, db, Range{})
	if err != nil {
		return nil, err
	}
	return nil, fmt.Errorf("%s has no jobs of a machine %s; those that have some: %s", db.Path(), r.Machine, cmp.Or(strings.Join(all, ", "), "none"))
}
