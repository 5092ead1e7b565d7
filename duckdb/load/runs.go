package load

import (
	"context"
	"database/sql"
	_ "embed"
	"fmt"
	"math"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"pbsduck/duckdb"
	"pbsduck/duckdb/charge"
	"pbsduck/ingest/schema"
)

// Of a few jobs more is known than that they ran once and held the same all the time: R, C, c, s, z and r records
// tell it, or E records that another one superseded. The table told_runs has the runs of these jobs, and job_runs
// shows them in place of the one that the row of the job is. It is kept here: while records arrive or go, the jobs
// are noted whose rows may be others then, in the temporary table retold; at the end of a load their rows are
// derived afresh from all that is there. So they do not depend on the order of the logs.
//
// Records of other kinds (S, T and u, and the E record of the job) have a say only where one of those tells of the job.
// Nearly all jobs have such records, so of these only the numbers are noted, from the least to the greatest: jobs among
// them of which something is told are found by SQL, if there are any.

//go:embed sql/derive_runs.sql
var deriveRuns string

//go:embed sql/find_told.sql
var findTold string

//go:embed sql/find_told_before.sql
var findToldBefore string

// ToldJobs is the question of which jobs more is told than by their own E record.
func ToldJobs() string { return findTold }

// RunsOfAsked is the question of the runs of all jobs in the table asked, with variables.
func RunsOfAsked() string { return deriveRuns }

// DeriveRuns makes the temporary table derived_runs of the rows that told_runs is to have of some jobs, which a
// question lists by machine, job_id and short_id.
func DeriveRuns(ctx context.Context, db *duckdb.DB, jobs string) error {
	if err := db.Exec(ctx, "CREATE OR REPLACE TEMP TABLE asked AS "+jobs); err != nil {
		return err
	}
	var first, last sql.NullInt64
	var unnumbered bool
	row := db.Conn().QueryRowContext(ctx, "SELECT min(short_id), max(short_id), count(*) > count(short_id) FROM asked")
	if err := row.Scan(&first, &last, &unnumbered); err != nil {
		return err
	}
	vars := duckdb.Vars{"first_number": first.Int64, "last_number": last.Int64, "unnumbered": unnumbered}
	return db.Exec(ctx, duckdb.With("CREATE OR REPLACE TEMP TABLE derived_runs AS\n"+deriveRuns, vars))
}

// tellers are the letters of events that tell of runs, and further those that have a say where one of them does.
const tellers, further = "RCcszr", "STu"

func isOneOf(letters, letter string) bool {
	return len(letter) == 1 && strings.Contains(letters, letter)
}

// retelling gathers whose rows in told_runs may change.
type retelling struct {
	jobs        *array.RecordBuilder // rows of the temporary table retold that are not there yet
	first, last int64                // numbers of jobs that got records of other kinds
	unnumbered  bool                 // as did some without a number
}

// heldJobs is from how many on jobs are put into the table.
const heldJobs = 1 << 16

var retoldSchema = arrow.NewSchema([]arrow.Field{
	schema.Outcomes.Columns[schema.Outcomes.Index("job_id")].Field(),
	schema.Outcomes.Columns[schema.Outcomes.Index("short_id")].Field(),
}, nil)

func newRetelling() retelling { return retelling{first: math.MaxInt64, last: math.MinInt64} }

// met notes that a job got a record of another kind.
func (r *retelling) met(numbers *array.Int64, row int) {
	if numbers.IsNull(row) {
		r.unnumbered = true
		return
	}
	n := numbers.Value(row)
	r.first, r.last = min(r.first, n), max(r.last, n)
}

// note notes a job of which a record tells.
func (r *retelling) note(job string, numbers *array.Int64, row int) {
	if r.jobs == nil {
		r.jobs = array.NewRecordBuilder(memory.DefaultAllocator, retoldSchema)
	}
	r.jobs.Field(0).(*array.StringBuilder).Append(job)
	if number := r.jobs.Field(1).(*array.Int64Builder); numbers.IsNull(row) {
		number.AppendNull()
	} else {
		number.Append(numbers.Value(row))
	}
}

// meetRecords notes of which jobs records arrived that have to do with their runs.
func (l *transaction) meetRecords(ctx context.Context, events, outcomes []arrow.RecordBatch) error {
	for _, rec := range outcomes {
		numbers := rec.Column(duckdb.IndexOf(rec, "short_id")).(*array.Int64)
		for i := range numbers.Len() {
			l.retells.met(numbers, i)
		}
	}
	for _, rec := range events {
		numbers := rec.Column(duckdb.IndexOf(rec, "short_id")).(*array.Int64)
		types := rec.Column(duckdb.IndexOf(rec, "type")).(*array.String)
		l.months.meet(rec.Column(duckdb.IndexOf(rec, "time")).(*array.Timestamp))
		ids := rec.Column(duckdb.IndexOf(rec, "object_id")).(*array.String)
		for i := range types.Len() {
			switch letter := types.Value(i); {
			case isOneOf(tellers, letter):
				l.retells.note(ids.Value(i), numbers, i)
			case isOneOf(further, letter):
				l.retells.met(numbers, i)
			}
		}
	}
	if b := l.retells.jobs; b != nil && b.Field(0).Len() >= heldJobs {
		return l.insertRetold(ctx)
	}
	return nil
}

// insertRetold puts the jobs that are noted into the table.
func (l *transaction) insertRetold(ctx context.Context) error {
	if l.retells.jobs == nil {
		return nil
	}
	rec := l.retells.jobs.NewRecordBatch()
	defer rec.Release()
	return l.db.Insert(ctx, "retold", appendFilled(nil, rec))
}

// retell notes jobs that a question lists by job_id and short_id.
func (l *transaction) retell(ctx context.Context, which string) error {
	return l.db.Exec(ctx, "INSERT INTO retold SELECT DISTINCT job_id, short_id FROM ("+which+")")
}

// retellEvents notes the jobs of events e. Which is a condition on these.
func (l *transaction) retellEvents(ctx context.Context, which string) error {
	return l.retell(ctx,
		fmt.Sprintf("SELECT e.object_id AS job_id, e.short_id FROM events e WHERE %s AND list_contains(%s, e.type)",
			which, duckdb.Literal(strings.Split(tellers+further, ""))))
}

// retellMet notes jobs that got records of other kinds, and of which something is told that was there before.
func (l *transaction) retellMet(ctx context.Context) error {
	if l.retells.first > l.retells.last && !l.retells.unnumbered {
		return nil
	}
	numbers := duckdb.Vars{
		"machine": l.machine, "first_number": l.retells.first, "last_number": l.retells.last,
		"unnumbered": l.retells.unnumbered,
	}
	if err := l.db.Exec(ctx, duckdb.With(findToldBefore, numbers)); err != nil {
		return err
	}
	n, err := l.db.Number(ctx, "SELECT count(*) FROM told_before")
	if err != nil || n == 0 {
		return err
	}
	const told = "SELECT job_id, short_id FROM told_before SEMI JOIN "
	err = l.retell(ctx, fmt.Sprintf(told+"(SELECT job_id FROM outcomes WHERE id >= %d) USING (job_id)", l.firstID))
	if err != nil || len(l.files) == 0 {
		return err
	}
	var files, lines []int64
	for _, f := range l.files {
		files, lines = append(files, f.ID), append(lines, f.FirstNewLine)
	}
	return l.retell(ctx, fmt.Sprintf(told+`(
		SELECT e.object_id AS job_id
		FROM events e JOIN (SELECT unnest(%s) AS file_id, unnest(%s) AS line) f ON e.file_id = f.file_id AND e.line >= f.line
		WHERE list_contains(%s, e.type)) USING (job_id)`,
		duckdb.Literal(files), duckdb.Literal(lines), duckdb.Literal(strings.Split(further, ""))))
}

// resolveRuns has told_runs say what all records that are there tell.
func (l *transaction) resolveRuns(ctx context.Context) (Tallies, error) {
	err := l.insertRetold(ctx)
	if err == nil {
		err = l.retellMet(ctx)
	}
	if err != nil {
		return nil, err
	}
	l.retells = newRetelling()
	if n, err := l.db.Number(ctx, "SELECT count(*) FROM retold"); err != nil || n == 0 {
		return nil, err
	}
	machine := duckdb.Literal(l.machine)
	these := "machine = " + machine + " AND job_id IN (SELECT job_id FROM retold)"
	for _, step := range []func() error{
		func() error {
			return DeriveRuns(ctx, l.db, "SELECT DISTINCT "+machine+" AS machine, job_id, short_id FROM retold")
		},
		func() error { return l.rechargeRuns(ctx, "told_runs WHERE "+these) },
		func() error { return l.touchRuns(ctx, these) },
		func() error { return l.db.Exec(ctx, "DELETE FROM told_runs WHERE "+these) },
		func() error { return l.db.Exec(ctx, "INSERT INTO told_runs FROM derived_runs") },
		func() error { return l.rechargeRuns(ctx, "derived_runs") },
	} {
		if err == nil {
			err = step()
		}
	}
	if err != nil {
		return nil, fmt.Errorf("cannot tell the runs of jobs: %w", err)
	}
	return nil, nil
}

// touchRuns notes the months of the rows of told_runs that go, of those that come, and of the jobs that they are of.
func (l *transaction) touchRuns(ctx context.Context, these string) error {
	const ended = "coalesce(end_time, submit_time)"
	err := charge.TouchMonths(ctx, l.db, ended, "FROM (SELECT machine, end_time, submit_time FROM told_runs WHERE "+these+
		" UNION ALL SELECT machine, end_time, submit_time FROM derived_runs)")
	if err != nil {
		return err
	}
	return charge.TouchMonths(ctx, l.db, ended,
		"FROM outcomes WHERE id IN (SELECT id FROM told_runs WHERE "+these+" UNION SELECT id FROM derived_runs)")
}

// rechargeRuns notes jobs of earlier loads that are charged over their runs, where these are in a table.
func (l *transaction) rechargeRuns(ctx context.Context, from string) error {
	if !l.overRuns {
		return nil
	}
	return l.recharge(ctx, "SELECT DISTINCT id FROM "+from)
}
