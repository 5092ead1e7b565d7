package charge

import (
	"cmp"
	"context"
	"database/sql"
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"time"

	"pbsduck/duckdb"
	"pbsduck/ingest/site"
)

//go:embed sql/unknown_charges.sql
var unknownCharges string

//go:embed sql/unknown_hours.sql
var unknownHours string

// Unknown says which charges are not known, and why. A job can have several reasons.
type Unknown struct {
	Jobs    int64
	Reasons []Reason // the most frequent first
}

// A Reason is why the charges of some jobs are not known. It names values of records, which may hold any bytes.
type Reason struct {
	What string
	Jobs int64
}

// CountUnknown tells of the jobs that a filter means.
func CountUnknown(ctx context.Context, db *duckdb.DB, f duckdb.Filter) (Unknown, error) {
	n, err := db.Number(ctx, "SELECT sum(unknown_charges)::BIGINT FROM daily_summary WHERE "+f.On("machine", "day"))
	if err != nil || n == 0 {
		return Unknown{}, err
	}
	return unknownOf(ctx, db, f.Jobs())
}

// CountUnknownFrom tells of the jobs of a machine that have this number or a higher one.
func CountUnknownFrom(ctx context.Context, db *duckdb.DB, machine string, id int64) (Unknown, error) {
	const unknown = "SELECT count(*) FROM job_charges " +
		"WHERE job_id >= ? AND cpu_hours * gpu_hours * memory_hours * qos_factor IS NULL"
	if n, err := db.Number(ctx, unknown, id); err != nil ||
		n == 0 { // which takes a fraction of the time that reasons take
		return Unknown{}, err
	}
	return unknownOf(
		ctx, db, fmt.Sprintf("j.id >= %d AND c.job_id >= %[1]d AND j.machine = %s", id, duckdb.Literal(machine)),
	)
}

// An unknownGroup is a row of unknown_charges.sql.
type unknownGroup struct {
	machine, version, qos    string
	noQoS, noFactor, noHours bool
	first, last              sql.NullTime
	jobs                     int64
}

// unknownOf tells of some jobs. Which is a condition on jobs j and their charges c.
func unknownOf(ctx context.Context, db *duckdb.DB, which string) (Unknown, error) {
	groups, err := unknownGroups(ctx, db, which)
	if err != nil {
		return Unknown{}, err
	}
	u := Unknown{}
	jobs := map[string]int64{} // by reason
	withoutHours := map[[2]string]bool{}
	for _, g := range groups {
		u.Jobs += g.jobs
		switch {
		case g.version == "":
			jobs["no rules for "+daysText(g.first.Time, g.last.Time)] += g.jobs
			continue
		case g.noFactor && g.noQoS:
			jobs["no quality of service"] += g.jobs
		case g.noFactor:
			jobs["no factor for "+cmp.Or(g.qos, "''")] += g.jobs
		}
		if g.noHours {
			withoutHours[[2]string{g.machine, g.version}] = true
		}
	}
	for rules := range withoutHours {
		if err := addUnknownHours(ctx, db, rules[0], rules[1], which, jobs); err != nil {
			return Unknown{}, err
		}
	}
	for what, n := range jobs {
		u.Reasons = append(u.Reasons, Reason{what, n})
	}
	slices.SortFunc(
		u.Reasons, func(a, b Reason) int { return cmp.Or(cmp.Compare(b.Jobs, a.Jobs), cmp.Compare(a.What, b.What)) },
	)
	return u, nil
}

func daysText(first, last time.Time) string {
	if first.Equal(last) {
		return first.Format(time.DateOnly)
	}
	return first.Format(time.DateOnly) + " to " + last.Format(time.DateOnly)
}

func unknownGroups(ctx context.Context, db *duckdb.DB, which string) ([]unknownGroup, error) {
	rows, err := db.Conn().QueryContext(ctx, meant(which, "")+unknownCharges)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []unknownGroup
	for rows.Next() {
		var g unknownGroup
		if err := rows.Scan(&g.machine, &g.version, &g.noQoS, &g.noFactor, &g.qos, &g.noHours, &g.first, &g.last,
			&g.jobs); err != nil {
			return nil, err
		}
		all = append(all, g)
	}
	return all, rows.Err()
}

// meant are the jobs that are meant, with their charges, for a question behind it, and what they lack, which is SQL;
// which and lacking read jobs j and charges c.
func meant(which, lacking string) string {
	if lacking != "" {
		lacking = ", " + lacking + " AS lacking"
	}
	return "WITH meant AS (SELECT j.id, j.machine, j.job_id, j.end_date, c.* EXCLUDE (job_id)" + lacking +
		" FROM jobs j JOIN job_charges c ON c.job_id = j.id WHERE " + which + ")\n"
}

// addUnknownHours adds what jobs lack that rules of a version gave no hours for.
func addUnknownHours(ctx context.Context, db *duckdb.DB, machine, version, which string, jobs map[string]int64) error {
	_, all, err := AllRules(ctx, db, machine)
	if err != nil {
		return err
	}
	lacking := "''"
	if i := slices.IndexFunc(all, func(r site.Rule) bool { return r.Version == version }); i >= 0 {
		if lacking, err = whatLacks(ctx, db, all[i]); err != nil {
			return err
		}
	}
	rows, err := db.Conn().QueryContext(
		ctx, duckdb.With(meant(which, lacking)+unknownHours, duckdb.Vars{"machine": machine, "version": version}),
	)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var hours, columns, example string
		var n int64
		if err := rows.Scan(&hours, &columns, &example, &n); err != nil {
			return err
		}
		if columns = strings.TrimPrefix(columns, ", "); columns != "" {
			jobs[fmt.Sprintf("no %s for %s", columns, hours)] += n
		} else {
			jobs[fmt.Sprintf("no finite number for %s, as of %s", hours, example)] += n
		}
	}
	return rows.Err()
}

// whatLacks is SQL, which is made of the columns that a rule names, and names the columns which a rule reads for hours
// that are unknown, and which are NULL.
func whatLacks(ctx context.Context, db *duckdb.DB, r site.Rule) (string, error) {
	readers := map[string][]string{} // hours, by the column that they read
	for _, f := range r.Fields() {
		e, problem, err := parseExpression(ctx, db, f.SQL)
		if err != nil || problem != "" {
			return "''", err
		}
		for _, name := range e.needs() {
			readers[name] = append(readers[name], fmt.Sprintf("c.%s IS NULL", f.Name))
		}
	}
	var b strings.Builder
	b.WriteString("concat_ws(', ', ''")
	for _, c := range db.Site().Jobs().Columns {
		if hours := readers[c.Name]; hours != nil && !c.NotNull {
			fmt.Fprintf(
				&b, ", CASE WHEN j.%[1]s IS NULL AND (%[2]s) THEN '%[1]s' END", c.Name, strings.Join(hours, " OR "),
			)
		}
	}
	return b.String() + ")", nil
}
