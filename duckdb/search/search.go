// Package search finds jobs: which, in what order, and what of them.
//
// What enters: an open database, a filter, names of columns. What leaves: rows, or how many there would be.
//
// Promises: rows and their number are those of the same condition; the order is the same whenever the same jobs are
// found. It only reads.
package search

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/apache/arrow-go/v18/arrow/array"

	"pbsduck/duckdb"
	"pbsduck/ingest/schema"
)

// A Search is what is asked for.
type Search struct {
	Jobs      duckdb.Filter
	Columns   []string // of job_details, which has those of jobs; empty: the usual ones
	Order     []Order  // by which rows come first; empty: the latest to end
	Limit     int64    // how many rows at most; 0: all
	ForPeople bool     // the usual columns under short names, as people read times; plain instants without their zone
	Local     bool     // instants in the time zone of the machine, as text with its offset, not in UTC
}

// An Order is a column by which rows are put in order. What is unknown comes last.
type Order struct {
	Column     string
	Descending bool
}

// usual are the columns that one wants of a job, and what people call them.
var usual = []struct{ column, short string }{
	{"machine", "machine"}, {"job_id", "job_id"}, {"user_name", "user"}, {"queue", "queue"}, {"nodect", "nodes"},
	{"walltime_used_s", "elapsed"}, {"exit_status", "exit"}, {"eligible_wait_s", "wait"}, {"ncpus", "cpus"},
	{"ngpus", "gpus"}, {"end_time", "end"}, {"start_time", "start"}, {"submit_time", "submit"}, {"account", "account"},
}

// latest is the usual order.
var latest = []Order{{Column: "end_time", Descending: true}}

// key tells jobs apart, whatever number their row has.
var key = []Order{{Column: "machine"}, {Column: "job_id"}, {Column: "submit_time"}}

// Found are the jobs of a search, whose rows and number can be asked for.
type Found struct {
	search Search
	db     *duckdb.DB
	from   string // where they are, as j, and under which condition
	kept   bool   // in the temporary table found: their numbers, and what they are ordered by first
}

// Find looks for jobs. Those on some nodes take long to find, and are kept, as several questions ask for them if there
// is a limit.
func (s Search) Find(ctx context.Context, db *duckdb.DB) (*Found, error) {
	f := &Found{search: s, db: db, from: s.table(db.Site()) + " j WHERE " + s.Jobs.Jobs()}
	if s.Limit == 0 || !duckdb.Mentions(f.from, schema.OutcomeNodes.Name) {
		return f, nil
	}
	err := db.Exec(ctx, fmt.Sprintf("CREATE OR REPLACE TEMP TABLE found AS SELECT j.id, %s FROM %s",
		s.order()[0].name(), f.from))
	f.from, f.kept = "found j WHERE true", true
	return f, err
}

// Rows are as many of them as the search wants. The caller releases the reader before the next statement.
func (f *Found) Rows(ctx context.Context) (array.RecordReader, error) {
	machines, err := f.db.Machines(ctx)
	if err != nil {
		return nil, err
	}
	bound, err := f.bound(ctx)
	if err != nil {
		return nil, err
	}
	return f.db.Query(ctx, f.question(machines, bound))
}

// Count is how many they all are, whatever the limit.
func (f *Found) Count(ctx context.Context) (all int64, err error) {
	if f.kept {
		return f.db.Number(ctx, "SELECT count(*) FROM found")
	}
	all, _, err = Count(ctx, f.db, f.search.Jobs)
	return all, err
}

// bound is a condition on the column that rows are ordered by first, which all have that are among as many as are asked
// for: so the order of the others need not be found. It is empty if all rows are wanted, or if there are no more.
func (f *Found) bound(ctx context.Context) (string, error) {
	s := f.search
	if s.Limit == 0 {
		return "", nil
	}
	first := s.order()[0]
	column := details(f.db.Site(), first.Column)
	var last sql.NullString
	question := fmt.Sprintf("SELECT %s::VARCHAR FROM %s ORDER BY %s LIMIT 1 OFFSET %d",
		first.name(), f.from, first.sql(), s.Limit-1)
	err := f.db.Conn().QueryRowContext(ctx, question).Scan(&last)
	switch {
	case errors.Is(err, sql.ErrNoRows) || err == nil && !last.Valid:
		return "", nil
	case err != nil:
		return "", err
	}
	than := ">="
	if !first.Descending {
		than = "<="
	}
	return fmt.Sprintf("%s %s %s::%s", first.name(), than, duckdb.Quote(last.String), column.Type.SQL()), nil
}

// order is what rows are ordered by, before what tells jobs apart.
func (s Search) order() []Order {
	if len(s.Order) == 0 {
		return latest
	}
	return s.Order
}

// Count is how many jobs there are that the filter means, and how many of these rows are arrays as a whole.
func Count(ctx context.Context, db *duckdb.DB, jobs duckdb.Filter) (all, parents int64, err error) {
	err = db.Conn().QueryRowContext(ctx,
		"SELECT count(*), count(*) FILTER (is_array_parent) FROM jobs j WHERE "+jobs.Jobs()).Scan(&all, &parents)
	return all, parents, err
}

// question is the search in SQL, among the jobs that are within a bound. What people see is made of those rows only
// that are among the first.
func (f *Found) question(machines []duckdb.Machine, bound string) string {
	s, site, within := f.search, f.db.Site(), ""
	if bound != "" {
		within = " AND " + bound
	}
	found := "SELECT * FROM " + f.from + within
	if f.kept { // of both few are compared
		found = fmt.Sprintf("SELECT * FROM %s j WHERE j.id IN (SELECT j.id FROM %s)%s", s.table(site), f.from+within, within)
	}
	var order []string
	for _, o := range append(slices.Clone(s.order()), key...) {
		order = append(order, o.sql())
	}
	by := " ORDER BY " + strings.Join(order, ", ")
	if s.Limit > 0 {
		found += fmt.Sprintf("%s LIMIT %d", by, s.Limit)
	}
	return fmt.Sprintf("SELECT %s FROM (%s) j%s", strings.Join(s.values(site, machines), ", "), found, by)
}

func (o Order) sql() string {
	if o.Descending {
		return o.name() + " DESC NULLS LAST"
	}
	return o.name() + " NULLS LAST"
}

func (o Order) name() string { return "j." + duckdb.QuoteName(o.Column) }

// table is jobs, or where columns are asked for that it does not have, job_details, which costs more.
func (s Search) table(site schema.Site) string {
	jobs := duckdb.ColumnNames(site.Jobs())
	for _, o := range s.Order {
		if !slices.Contains(jobs, o.Column) {
			return "job_details"
		}
	}
	for _, c := range s.Columns {
		if !slices.Contains(jobs, c) {
			return "job_details"
		}
	}
	return schema.Jobs.Name
}

// details is a column of job_details.
func details(site schema.Site, name string) schema.Column {
	all := site.JobDetails()
	return all.Columns[all.Index(name)]
}

// values are the columns of the answer, as SQL.
func (s Search) values(site schema.Site, machines []duckdb.Machine) []string {
	column := func(name string) schema.Column { return details(site, name) }
	var all []string
	for _, name := range s.Columns {
		all = append(all, s.value(column(name), machines)+" AS "+duckdb.QuoteName(name))
	}
	if len(s.Columns) > 0 {
		return all
	}
	for _, u := range usual {
		switch {
		case !s.ForPeople:
			all = append(all, s.value(column(u.column), machines)+" AS "+u.column)
		case u.column == "machine" && (len(machines) < 2 || len(s.Jobs.Machines) == 1):
		case column(u.column).Unit == "s":
			all = append(all,
				fmt.Sprintf("printf('%%3d:%%02d:%%02d', j.%[1]s // 3600, j.%[1]s // 60 %% 60, j.%[1]s %% 60) AS %[2]s",
					u.column, u.short))
		default:
			all = append(all, s.value(column(u.column), machines)+" AS "+duckdb.QuoteName(u.short))
		}
	}
	return all
}

// value is a column as it is given.
func (s Search) value(c schema.Column, machines []duckdb.Machine) string {
	name := "j." + duckdb.QuoteName(c.Name)
	if !s.Local || c.Type != schema.Timestamp {
		return name
	}
	zone := duckdb.ZoneOf("j.machine", machines)
	local := fmt.Sprintf("timezone(%s, %s)", zone, name)
	ahead := fmt.Sprintf("date_diff('minute', timezone('UTC', %s), %s)", name, local)
	offset := fmt.Sprintf("CASE WHEN %[1]s < 0 THEN '-' ELSE '+' END || "+
		"printf('%%02d:%%02d', abs(%[1]s) // 60, abs(%[1]s) %% 60)", ahead)
	if s.ForPeople { // who need it in an hour that clocks show twice
		offset = fmt.Sprintf("CASE WHEN timezone(%s, %s) = %s THEN '' ELSE %s END", zone, local, name, offset)
	}
	return fmt.Sprintf("strftime(%s, '%%Y-%%m-%%dT%%H:%%M:%%S') || %s", local, offset)
}
