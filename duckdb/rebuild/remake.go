package rebuild

import (
	"context"
	"errors"

	"github.com/apache/arrow-go/v18/arrow"

	"pbsduck/duckdb"
	"pbsduck/duckdb/charge"
	"pbsduck/duckdb/load"
	"pbsduck/ingest/batch"
	"pbsduck/ingest/schema"
	"pbsduck/ingest/site"
)

// A remake fills the tables that seed left empty: with rows that are made from raw records, and with what the old
// database has where there are none. Numbers of outcomes stay what they were.
type remake struct {
	old, fresh *duckdb.DB
	lifted     bool  // old was made of a database of an earlier version
	open       bool  // a transaction is
	rows       int64 // of outcomes in it

	unusable []int64  // outcomes whose raw record gives no row
	rejected int64    // those that became rejects instead
	unfilled []string // columns that rows lack which were kept
}

// transactionRows is from how many outcomes on a transaction ends: enough to fill row groups, few enough for memory.
const transactionRows = 1 << 20

// newRemake begins to fill a database, which seed made of the old one. Of the configuration the columns are those that
// it was made with; c is nil if there is none.
func newRemake(ctx context.Context, old, fresh *duckdb.DB, c *site.Config) (*remake, error) {
	r := &remake{old: old, fresh: fresh}
	if err := fresh.Exec(ctx, "ATTACH "+duckdb.QuoteFile(old.File())+" AS previous (TYPE duckdb, READ_ONLY)"); err != nil {
		return nil, err
	}
	return r, r.takeSettings(ctx, c)
}

// takeSettings copies what the old database knows of its machines, but for those that the configuration speaks of.
func (r *remake) takeSettings(ctx context.Context, c *site.Config) error {
	for _, step := range []string{
		"INSERT INTO queue_types SELECT * FROM previous.queue_types",
		"INSERT INTO charge_rules SELECT * FROM previous.charge_rules WHERE is_current AND version <> " +
			duckdb.Quote(site.Default().Version),
	} {
		if err := r.fresh.Exec(ctx, step); err != nil {
			return err
		}
	}
	if err := r.fresh.ReadSite(ctx); err != nil || c == nil {
		return err
	}
	machines, err := r.old.MachineNames(ctx)
	if err != nil {
		return err
	}
	for _, m := range machines {
		if err := charge.Configure(ctx, r.fresh, c, m); err != nil {
			return err
		}
	}
	return nil
}

// insert inserts rows of outcomes and outcome_nodes. It releases the batches.
func (r *remake) insert(ctx context.Context, all []batch.Batches) error {
	var outcomes, nodes []arrow.RecordBatch
	for _, b := range all {
		defer b.Release()
		outcomes = append(outcomes, b.Outcomes)
		nodes = append(nodes, b.Nodes)
		r.rows += b.Outcomes.NumRows()
	}
	if err := r.begin(ctx); err != nil {
		return err
	}
	err := r.fresh.Insert(ctx, schema.Outcomes.Name, outcomes)
	if err == nil {
		err = r.fresh.Insert(ctx, schema.OutcomeNodes.Name, nodes)
	}
	if err == nil && r.rows >= transactionRows {
		err = r.commit(ctx)
	}
	if err != nil {
		return r.fresh.LoadError(err)
	}
	return nil
}

func (r *remake) begin(ctx context.Context) error {
	if r.open {
		return nil
	}
	r.open = true
	return r.fresh.Exec(ctx, "BEGIN")
}

func (r *remake) commit(ctx context.Context) error {
	if !r.open {
		return nil
	}
	r.open, r.rows = false, 0
	return r.fresh.Exec(ctx, "COMMIT")
}

// finish keeps the rows of outcomes that gave none, flags those that are jobs, derives their runs, charges them and
// adds up their days. Unusable are outcomes whose raw record gave no row; failed says by log how many more values did
// not convert. It gives the number of jobs.
func (r *remake) finish(ctx context.Context, unusable []int64, failed map[int64]int64) (jobs int64, err error) {
	err = r.commit(ctx)
	for _, step := range []func() error{
		func() error { return r.reject(ctx, unusable) },
		func() error { return r.keep(ctx, r.unusable) },
		func() error { return r.flag(ctx) },
		func() error { return r.tellRuns(ctx) },
		func() error { return r.countFailed(ctx, failed) },
		func() error { return r.settle(ctx) },
		func() error { return r.detach(ctx) },
		func() (err error) { jobs, err = charge.Recalculate(ctx, r.fresh, nil, duckdb.Filter{}); return err },
		func() error { return r.markAll(ctx) },
	} {
		if err == nil {
			err = step()
		}
	}
	if err != nil && !errors.Is(err, duckdb.ErrReplaced) {
		err = r.fresh.LoadError(err)
	}
	return jobs, err
}

// markAll says that all that there is changed: also runs, and jobs that end in another month now.
func (r *remake) markAll(ctx context.Context) error {
	return r.fresh.Within(ctx, func() error {
		if err := charge.BeginTouching(ctx, r.fresh); err != nil {
			return err
		}
		return charge.MarkAll(ctx, r.fresh)
	})
}

// detach lets go of the old database. With its file DuckDB lets go of the lock on it, so that it must be held anew.
func (r *remake) detach(ctx context.Context) error {
	if err := r.fresh.Exec(ctx, "DETACH previous"); err != nil {
		return err
	}
	return apart(ctx, r.old, func() error { return nil })
}

// close takes back what was not finished.
func (r *remake) close() error {
	if !r.open {
		return nil
	}
	r.open = false
	return r.fresh.Rollback()
}

// flag flags the outcomes that are jobs: today's columns may say otherwise than the old database which they are.
func (r *remake) flag(ctx context.Context) error {
	if err := charge.BeginTouching(ctx, r.fresh); err != nil {
		return err
	}
	jobs := "SELECT DISTINCT machine, job_id, submit_time FROM previous.outcomes WHERE NOT is_job"
	if r.lifted {
		jobs = claimed
	}
	if _, err := load.Flag(ctx, r.fresh, jobs); err != nil {
		return err
	}
	changes := load.Tallies{}
	for which, change := range map[string]batch.Tally{
		"p.is_job AND NOT o.is_best": load.Superseded,
		"o.is_best AND NOT p.is_job": load.Superseded.Times(-1),
	} {
		some, err := load.TalliesOf(ctx, r.fresh, `SELECT p.file_id, count(*)
			FROM resolved o JOIN previous.outcomes p USING (id)
			WHERE p.file_id IS NOT NULL AND `+which+" GROUP BY p.file_id", change)
		if err != nil {
			return err
		}
		changes.Add(some)
	}
	return load.CorrectLedger(ctx, r.fresh, changes)
}

// tellRuns derives the runs of jobs of which more is told than by their own record: these may be others now, too.
func (r *remake) tellRuns(ctx context.Context) error {
	if err := load.DeriveRuns(ctx, r.fresh, load.ToldJobs()); err != nil {
		return err
	}
	return r.fresh.Exec(ctx, "INSERT INTO told_runs FROM derived_runs")
}

func (r *remake) countFailed(ctx context.Context, failed map[int64]int64) error {
	var files, numbers []int64
	for file, n := range failed {
		files, numbers = append(files, file), append(numbers, n)
	}
	err := r.fresh.Exec(ctx, `UPDATE log_files SET failed_values = failed_values + c.n, row_check = NULL
		FROM (SELECT unnest($1::BIGINT[]) AS file_id, unnest($2::BIGINT[]) AS n) c
		WHERE log_files.file_id = c.file_id`, files, numbers)
	if err != nil {
		return err
	}
	return r.fresh.Check(ctx, schema.LogFiles)
}
