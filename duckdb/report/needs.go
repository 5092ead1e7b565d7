package report

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"pbsduck/duckdb"
)

// Lacks says what is missing for the report to tell all of the machines that are meant, and where it is added; it is
// empty if nothing is.
func (r Report) Lacks(ctx context.Context, db *duckdb.DB, f duckdb.Filter) (string, error) {
	switch r.Needs {
	case "":
		return "", nil
	case "capacity":
		return lacksCapacity(ctx, db, f)
	case "allocations":
		n, err := db.Number(ctx, "SELECT count(*) FROM allocations")
		if err != nil || n > 0 {
			return "", err
		}
		return "there are no allocations", nil
	}
	jobs := db.Site().Jobs()
	if slices.Contains(duckdb.ColumnNames(jobs), r.Needs) {
		return "", nil
	}
	return fmt.Sprintf("jobs have no column %s, so nothing is known: add it to pbsduck.toml as one of [[columns]]",
		r.Needs), nil
}

func lacksCapacity(ctx context.Context, db *duckdb.DB, f duckdb.Filter) (string, error) {
	machines, err := duckdb.Column[string](ctx, db, "SELECT machine FROM machines WHERE "+
		duckdb.Filter{Machines: f.Machines}.On("machine", "")+
		" AND machine NOT IN (SELECT machine FROM capacity) ORDER BY machine")
	if err != nil || len(machines) == 0 {
		return "", err
	}
	const told = "what %s has is not configured, so nothing is measured against it: " +
		"add [[machines.capacity]] to pbsduck.toml"
	return fmt.Sprintf(told, strings.Join(machines, ", ")), nil
}

// Waitless says of which machines no job tells the wait that a report is about: that which PBS counts, where no other
// is chosen. It is empty if there are none.
func (r Report) Waitless(ctx context.Context, db *duckdb.DB, o Options) (string, error) {
	isKind := func(c Choice) bool { return c.Name == "wait_kind" }
	if kind := o.Set["wait_kind"]; !slices.ContainsFunc(r.Choices, isKind) || kind != "" && kind != "eligible" {
		return "", nil
	}
	machines, err := duckdb.Column[string](ctx, db, "SELECT machine FROM jobs j WHERE "+o.Filter.Jobs()+
		" AND NOT is_array_parent AND end_time IS NOT NULL "+
		"GROUP BY machine HAVING count(eligible_wait_s) = 0 ORDER BY machine")
	if err != nil || len(machines) == 0 {
		return "", err
	}
	return fmt.Sprintf("no job of %s says its eligible_time, which Torque does not count, and OpenPBS only if told to",
		strings.Join(machines, ", ")), nil
}

// Gaps says of which days that a report on hours is about there are no logs; it is empty if there are none.
func (r Report) Gaps(ctx context.Context, db *duckdb.DB, f duckdb.Filter) (string, error) {
	if !r.asks("report_days") {
		return "", nil
	}
	own, err := All("")
	if err != nil {
		return "", err
	}
	days := own[slices.IndexFunc(own, func(r Report) bool { return r.Name == "days" })]
	p, err := days.plan(Options{Filter: duckdb.Filter{Machines: f.Machines, Since: f.Since, Until: f.Until}})
	if err != nil {
		return "", err
	}
	for _, statement := range slices.Concat(p.settings, p.views(db.Site())) {
		if err := db.Exec(ctx, statement); err != nil {
			return "", err
		}
	}
	missing, err := duckdb.Column[string](ctx, db, "SELECT sum(days)::BIGINT || ' of ' || machine FROM (\n"+days.SQL+
		"\n) WHERE what = 'missing' GROUP BY machine ORDER BY machine")
	if err != nil || len(missing) == 0 {
		return "", err
	}
	return fmt.Sprintf("there is no log of some days (%s): jobs that ended then are not known, or seem to run for their "+
		"walltime, and no percentage is of these days; the report days lists them", strings.Join(missing, ", ")), nil
}

// Untold says why a report on hours has no rows: what is in use or waits is reckoned from the first record of a
// machine's logs to the last one, and there may be no time between them on the days that are asked for. It is empty if
// there is some, or no log.
func (r Report) Untold(ctx context.Context, db *duckdb.DB, f duckdb.Filter) (string, error) {
	if !r.asks("report_days") {
		return "", nil
	}
	var logs, told int64
	var first, last sql.NullString
	err := db.Conn().QueryRowContext(ctx, "SELECT count(*), count(*) FILTER (last_time > first_time AND "+
		duckdb.Filter{Since: f.Since}.On("machine", "(last_time AT TIME ZONE time_zone)::DATE")+" AND "+
		duckdb.Filter{Until: f.Until}.On("machine", "(first_time AT TIME ZONE time_zone)::DATE")+
		"), min(first_time)::VARCHAR, max(last_time)::VARCHAR FROM machines WHERE first_time IS NOT NULL AND "+
		duckdb.Filter{Machines: f.Machines}.On("machine", "")).Scan(&logs, &told, &first, &last)
	switch {
	case err != nil || logs == 0 || told > 0:
		return "", err
	case first == last:
		return fmt.Sprintf("the logs tell of one moment, %s, and not how long anything was in use or waited: "+
			"load those before and after it", first.String), nil
	}
	return fmt.Sprintf("the logs tell of %s to %s, and of no time within the days that are asked for",
		first.String, last.String), nil
}
