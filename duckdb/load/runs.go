package load

import (
	"context"
	"fmt"
	"strings"

	"pbsduck/duckdb"
	"pbsduck/duckdb/charge"
)

// Where a site charges jobs over their runs, a job has to be charged again when
// a record that tells of its runs comes or goes, in whatever order. Which
// jobs that are is noted in the table recharged, from the records' ids.

// rechargeTold notes the jobs of earlier loads of whose runs records of this one
// may tell.
func (l *Load) rechargeTold(ctx context.Context) error {
	var fresh []string
	for _, f := range l.files {
		fresh = append(fresh, fmt.Sprintf("(%d, %d)", f.ID, f.FirstNewLine))
	}
	if fresh == nil {
		return nil
	}
	return l.rechargeRuns(ctx, "EXISTS (SELECT 1 FROM (VALUES "+strings.Join(fresh, ", ")+") f(file_id, line) WHERE e.file_id = f.file_id AND e.line >= f.line)")
}

// rechargeRuns notes the jobs of earlier loads that events e may tell runs of.
// Which is a condition on these.
func (l *Load) rechargeRuns(ctx context.Context, which string) error {
	if !l.overRuns {
		return nil
	}
	return l.recharge(ctx, fmt.Sprintf("SELECT id FROM jobs WHERE machine = %s AND job_id IN (SELECT e.object_id FROM events e WHERE %s AND list_contains(['R', 'C', 'T', 'S', 'u', 'c', 's'], e.type))",
		duckdb.Literal(l.machine), which))
}

// rechargeSuperseding notes the jobs of which a log gave an E record that they
// superseded.
func (l *Load) rechargeSuperseding(ctx context.Context, f *LogFile) error {
	if !l.overRuns {
		return nil
	}
	return l.recharge(ctx, fmt.Sprintf("SELECT j.id FROM jobs j SEMI JOIN (SELECT * FROM superseded WHERE file_id = %d) s USING (machine, job_id, submit_time)", f.ID))
}

// dropCharges takes away what jobs were charged that are charged again.
func (l *Load) dropCharges(ctx context.Context) error {
	if !l.overRuns {
		return nil
	}
	const these = "(SELECT id FROM recharged)"
	if err := charge.Touch(ctx, l.db, "j.id IN "+these); err != nil {
		return err
	}
	return l.db.Exec(ctx, "DELETE FROM job_charges WHERE job_id IN "+these)
}
