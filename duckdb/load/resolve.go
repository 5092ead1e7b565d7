package load

import (
	"context"
	_ "embed"
	"fmt"

	"pbsduck/duckdb"
	"pbsduck/duckdb/charge"
	"pbsduck/ingest/batch"
	"pbsduck/ingest/schema"
)

// Several outcomes may claim one job: the E records of its runs, one from a log and one from elsewhere. All are kept,
// and flags say which of them is the row of the job (rank_outcomes.sql). While outcomes arrive, and when some go, the
// jobs are noted about which that has to be asked; resolve asks it of all of them at once. So the content does not
// depend on the order of the logs.

//go:embed sql/rank_outcomes.sql
var rankOutcomes string

// RankOutcomes is the question which outcome is the row of each of some jobs, which a question lists by machine, job_id
// and submit_time.
func RankOutcomes(jobs string) string { return "WITH asked AS (" + jobs + ")\n" + rankOutcomes }

// resolveOutcomes decides of which outcomes in conflict each is the row of its job.
func (l *transaction) resolveOutcomes(ctx context.Context) (Tallies, error) {
	if n, err := l.db.Number(ctx, "SELECT count(*) FROM conflict"); err != nil || n == 0 {
		return nil, err
	}
	jobs := "SELECT DISTINCT " + duckdb.Literal(l.machine) + " AS machine, job_id, submit_time FROM conflict"
	changes, err := Flag(ctx, l.db, jobs)
	if err != nil {
		return nil, fmt.Errorf("cannot compare the E records of a job: %w", err)
	}
	// what is superseded may be a run of the job
	if err := l.retell(ctx, "SELECT job_id, short_id FROM resolved"); err != nil {
		return nil, err
	}
	return changes, l.recharge(ctx, "SELECT id FROM resolved WHERE is_best AND NOT is_job")
}

// outcomeTables have a row or more for each outcome, with its number and is_job.
var outcomeTables = []struct{ name, id string }{
	{schema.Outcomes.Name, "id"}, {schema.OutcomeRecords.Name, "outcome_id"}, {schema.OutcomeNodes.Name, "outcome_id"},
}

// Flag flags the right ones of the outcomes of jobs (a question for their machine, job_id and submit_time), which the
// temporary table resolved lists then. What loses its job loses its charge. It says what that changes.
func Flag(ctx context.Context, db *duckdb.DB, jobs string) (Tallies, error) {
	err := db.Exec(ctx, "CREATE OR REPLACE TEMP TABLE resolved AS "+RankOutcomes(jobs))
	if err == nil {
		err = charge.Touch(ctx, db, "j.id IN (SELECT id FROM resolved WHERE NOT is_best)")
	}
	for _, t := range outcomeTables {
		if err == nil {
			err = db.Exec(ctx, fmt.Sprintf(`UPDATE %[1]s SET is_job = r.is_best FROM resolved r
				WHERE %[1]s.%[2]s = r.id AND %[1]s.is_job <> r.is_best`, t.name, t.id))
		}
	}
	if err == nil {
		err = db.Exec(ctx, "DELETE FROM job_charges WHERE job_id IN (SELECT id FROM resolved WHERE NOT is_best)")
	}
	if err == nil {
		err = charge.Touch(ctx, db, "j.id IN (SELECT id FROM resolved WHERE is_best AND NOT is_job)")
	}
	if err != nil {
		return nil, err
	}
	changes := Tallies{}
	for which, change := range map[string]batch.Tally{
		"is_job AND NOT is_best": Superseded,
		"is_best AND NOT is_job": Superseded.Times(-1),
	} {
		changed := "SELECT file_id, count(*) FROM resolved WHERE file_id IS NOT NULL AND " + which + " GROUP BY file_id"
		some, err := TalliesOf(ctx, db, changed, change)
		if err != nil {
			return nil, err
		}
		changes.Add(some)
	}
	return changes, nil
}

// recharge notes that outcomes of earlier loads, which a question lists by their numbers, are to be charged, if they
// are jobs.
func (l *transaction) recharge(ctx context.Context, which string) error {
	n, err := l.db.Number(ctx, fmt.Sprintf("SELECT count(*) FROM (%s) WHERE id < %d", which, l.firstID))
	if err != nil || n == 0 {
		return err
	}
	l.recharges = true
	return l.db.Exec(ctx, fmt.Sprintf("INSERT INTO recharged SELECT id FROM (%s) WHERE id < %d", which, l.firstID))
}
