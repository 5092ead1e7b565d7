package rebuild

import (
	"context"
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"

	"pbsduck/duckdb"
	"pbsduck/duckdb/charge"
	"pbsduck/duckdb/load"
	"pbsduck/ingest/batch"
	"pbsduck/ingest/schema"
	"pbsduck/ingest/site"
)

// Remaking fills an empty database with what another one holds, while the rows
// of outcomes and outcome_nodes are made again from the raw records. Numbers of jobs
// stay what they were.

//go:embed sql/keep_outcomes.sql
var keepOutcomes string

//go:embed sql/keep_nodes.sql
var keepNodes string

// copiedTables do not depend on the configuration.
var copiedTables = []schema.Table{schema.OutcomeRecords, schema.Events, schema.LogFiles, schema.Warnings, schema.Rejects, schema.Repeats, schema.RecordDictionaries, schema.Allocations}

// remakeRows is from how many jobs on a transaction ends: enough to fill row
// groups, few enough for memory.
const remakeRows = 1 << 20

// A Remake is the filling of a fresh database.
type Remake struct {
	db, old *duckdb.DB
	open    bool // a transaction is
	seeded  bool // what does not depend on the configuration is there
	rows    int64
}

// newRemake begins to fill an empty or seeded database from another, which nobody writes
// to. Of the configuration the columns are those that the database was made
// with; c is nil if there is none.
func newRemake(ctx context.Context, db *duckdb.DB, old *duckdb.DB, c *site.Config) (*Remake, error) {
	n, err := db.Number(ctx, "SELECT count(*) FROM outcomes")
	if err != nil {
		return nil, err
	}
	r := &Remake{db: db, old: old}
	if r.seeded, err = isSeeded(ctx, db); err != nil {
		return nil, err
	}
	if n > 0 {
		return nil, fmt.Errorf("%s: rows can be made again only in an empty database", db.Path())
	}
	if err := db.Exec(ctx, "ATTACH "+duckdb.QuoteFile(old.File())+" AS previous (TYPE duckdb, READ_ONLY)"); err != nil {
		return nil, err
	}
	return r, takeSettings(ctx, db, old, c)
}

// isSeeded tells whether Seed made the database: what does not depend on the
// configuration is there. If there is no such thing, it makes no difference.
func isSeeded(ctx context.Context, db *duckdb.DB) (bool, error) {
	var counts []string
	for _, t := range copiedTables {
		counts = append(counts, "(SELECT count(*) FROM "+t.Name+")")
	}
	n, err := db.Number(ctx, "SELECT "+strings.Join(counts, " + "))
	return n > 0, err
}

// takeSettings copies what the old database knows of its machines, but for
// those that the configuration speaks of.
func takeSettings(ctx context.Context, db *duckdb.DB, old *duckdb.DB, c *site.Config) error {
	for _, table := range []string{schema.QueueTypes.Name, schema.ChargeRules.Name} {
		if err := db.Exec(ctx, fmt.Sprintf("INSERT INTO %[1]s SELECT * FROM previous.%[1]s", table)); err != nil {
			return err
		}
	}
	if err := db.Exec(ctx, "DELETE FROM charge_rules WHERE NOT is_current OR version = ?", site.Default().Version); err != nil {
		return err
	}
	if err := db.ReadSite(ctx); err != nil || c == nil {
		return err
	}
	machines, err := charge.Machines(ctx, old, charge.Range{})
	if err != nil {
		return err
	}
	for _, m := range machines {
		if err := charge.Configure(ctx, db, c, m); err != nil {
			return err
		}
	}
	return nil
}

// Append inserts rows of outcomes and outcome_nodes. It releases the batches.
func (r *Remake) Append(ctx context.Context, all []batch.Batches) error {
	var outcomes, nodes []arrow.RecordBatch
	for _, b := range all {
		defer b.Release()
		outcomes = load.AppendFilled(outcomes, b.Outcomes)
		nodes = load.AppendFilled(nodes, b.Nodes)
		r.rows += b.Outcomes.NumRows()
	}
	if err := r.begin(ctx); err != nil {
		return err
	}
	err := r.db.Insert(ctx, schema.Outcomes.Name, outcomes)
	if err == nil {
		err = r.db.Insert(ctx, schema.OutcomeNodes.Name, nodes)
	}
	if err == nil && r.rows >= remakeRows {
		err = r.commit(ctx)
	}
	if err != nil {
		return r.db.LoadError(err)
	}
	return nil
}

func (r *Remake) begin(ctx context.Context) error {
	if r.open {
		return nil
	}
	r.open = true
	return r.db.Exec(ctx, "BEGIN")
}

func (r *Remake) commit(ctx context.Context) error {
	if !r.open {
		return nil
	}
	r.open, r.rows = false, 0
	return r.db.Exec(ctx, "COMMIT")
}

// Finish keeps the rows of jobs that gave none, charges the jobs and adds up
// their days; all else is copied by then. Unusable are jobs whose raw record gave no row;
// failed says by log how many more values did not convert. It gives the number of
// jobs.
func (r *Remake) Finish(ctx context.Context, unusable []int64, failed map[int64]int64) (jobs int64, err error) {
	err = r.commit(ctx)
	for _, step := range []func() error{
		func() error { return r.keep(ctx, unusable) },
		func() error { return r.flag(ctx) },
		func() error { return r.countFailed(ctx, failed) },
		func() error { return r.db.Exec(ctx, "DETACH previous") },
		func() (err error) { jobs, err = charge.Recalculate(ctx, r.db, nil, charge.Range{}); return err },
	} {
		if err == nil {
			err = step()
		}
	}
	if err != nil {
		return 0, r.db.LoadError(err)
	}
	return jobs, nil
}

// Close takes back what was not finished.
func (r *Remake) Close() error {
	if !r.open {
		return nil
	}
	r.open = false
	_, err := r.db.Conn().ExecContext(context.Background(), "ROLLBACK")
	if duckdb.IsOver(err) {
		return nil
	}
	return err
}

// Copy takes over the tables that do not depend on the configuration. It has a
// connection of its own, and may run while rows are appended. Where the
// database was made by Seed, there is nothing to do.
func (r *Remake) Copy(ctx context.Context) error {
	if r.seeded {
		return nil
	}
	session, err := r.db.Session(ctx)
	if err != nil {
		return err
	}
	defer session.Conn().Close()
	for _, t := range copiedTables {
		if err := session.Exec(ctx, fmt.Sprintf("INSERT INTO %[1]s SELECT * FROM previous.%[1]s", t.Name)); err != nil {
			return r.db.LoadError(fmt.Errorf("cannot copy %s: %w", t.Name, err))
		}
	}
	return nil
}

// keep takes over the rows of jobs that have no raw record, or an unusable one.
// The site's own columns are NULL there, but for those that they had.
func (r *Remake) keep(ctx context.Context, unusable []int64) error {
	if err := r.db.Exec(ctx, "CREATE OR REPLACE TEMP TABLE unusable AS SELECT unnest($1::BIGINT[]) AS id", unusable); err != nil {
		return err
	}
	var names []string
	for _, c := range r.db.Site().Outcomes().Columns {
		if slices.ContainsFunc(r.old.Site().Outcomes().Columns, func(o schema.Column) bool { return o.Name == c.Name && o.Type == c.Type }) {
			names = append(names, c.Name)
		}
	}
	if err := r.db.Exec(ctx, fmt.Sprintf(keepOutcomes, strings.Join(names, ", "))); err != nil {
		return err
	}
	return r.db.Exec(ctx, keepNodes)
}

// flag flags the outcomes that are jobs: today's columns may say otherwise than
// the old database which they are.
func (r *Remake) flag(ctx context.Context) error {
	if err := charge.BeginTouching(ctx, r.db); err != nil {
		return err
	}
	if _, err := load.Flag(ctx, r.db, "SELECT DISTINCT machine, job_id, submit_time FROM previous.outcomes WHERE NOT is_job"); err != nil {
		return err
	}
	changes := load.Tallies{}
	for which, change := range map[string]batch.Tally{"p.is_job AND NOT o.is_best": load.Superseded, "o.is_best AND NOT p.is_job": load.Superseded.Times(-1)} {
		some, err := load.Tally(ctx, r.db, "SELECT p.file_id, count(*) FROM resolved o JOIN previous.outcomes p USING (id) WHERE p.file_id IS NOT NULL AND "+which+" GROUP BY p.file_id", change)
		if err != nil {
			return err
		}
		changes.Add(some)
	}
	return load.Change(ctx, r.db, changes)
}

func (r *Remake) countFailed(ctx context.Context, failed map[int64]int64) error {
	var files, numbers []int64
	for file, n := range failed {
		files, numbers = append(files, file), append(numbers, n)
	}
	err := r.db.Exec(ctx, `UPDATE log_files SET failed_values = failed_values + c.n, row_check = NULL
		FROM (SELECT unnest($1::BIGINT[]) AS file_id, unnest($2::BIGINT[]) AS n) c WHERE log_files.file_id = c.file_id`, files, numbers)
	if err != nil {
		return err
	}
	return r.db.Check(ctx, schema.LogFiles)
}
