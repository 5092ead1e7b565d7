package rebuild

import (
	"cmp"
	"context"
	"errors"
	"runtime"
	"time"

	"pbsduck/duckdb"
	"pbsduck/duckdb/charge"
)

// RecordsOptions say how a database is made afresh from its raw records.
type RecordsOptions struct {
	Options
	Workers  int                     // goroutines that parse; 0: one per core
	Progress func(done, total int64) // jobs; called from one goroutine; may be nil
}

// RecordsSummary says what became of the jobs.
type RecordsSummary struct {
	Jobs           int64            // in the new database
	Made           int64            // outcomes whose row was made from their raw record
	Kept           int64            // outcomes whose row stays, as there is no raw record, or an unusable one
	Unfilled       []string         // columns that those lack: none of the old database's has what they are filled from
	Lacking        int64            // jobs that lack them
	Unusable       []int64          // outcomes (outcomes.id) whose raw record is damaged or not that of a job
	FailedBy       map[string]int64 // values that did not convert, by table.column, of jobs and job_nodes
	UnknownCharges charge.Unknown   // jobs with a charge that no rule could tell
	Took           time.Duration    // to make them, without the checks
	Older          int              // version of the old database's tables, if that is an earlier one; else 0
	Rejected       int64            // outcomes of such a one whose raw record is none of a job by today's rules
}

// FromRecords makes the database at path afresh without any log: the rows of outcomes are made again from the raw
// records that it keeps, with the columns that the configuration wants; all else stays. Jobs keep their numbers; all
// are charged by today's rules. Nobody can write to the old database meanwhile. The error is ErrNoDatabase if there is
// none, ErrCorrupt if its records can't be read, and *UnsoundError if the new one fails a check: then, too, there is a
// summary.
//
// The old one may be of any earlier version of the tables. Of such a one events, rejects, repeats and the ledger stay
// as it has them, in today's columns.
func FromRecords(ctx context.Context, path string, o RecordsOptions) (s *RecordsSummary, err error) {
	err = build(ctx, path, o.Options, func(b *building) (err error) {
		if err := b.hold(ctx, openOldRecords); err != nil {
			return err
		}
		if b.old == nil {
			return duckdb.NoDatabase(path)
		}
		if s, err = b.makeFromRecords(ctx, o); err != nil {
			return err
		}
		if err := b.old.Shed(ctx); err != nil { // it is only held
			return err
		}
		return b.verify(ctx, o.Verify)
	})
	return s, err
}

// openForRecords opens a database whose raw records are to be read.
func openForRecords(ctx context.Context, file string) (*duckdb.DB, error) {
	return duckdb.OpenFile(ctx, file, duckdb.Options{ReadOnly: true, Threads: 1, Open: true})
}

// openOldRecords opens the old database, of any version.
func openOldRecords(ctx context.Context, file string) (*duckdb.DB, error) {
	if err := takeInLog(ctx, file); err != nil {
		return nil, err
	}
	db, err := openAnyVersion(ctx, file)
	if err != nil {
		return nil, err
	}
	older, err := oldVersion(ctx, db)
	if err != nil || older > 0 {
		return db, err
	}
	if err := db.Close(); err != nil {
		return nil, err
	}
	return openForRecords(ctx, file)
}

// makeFromRecords fills the new database from the old one.
func (b *building) makeFromRecords(ctx context.Context, o RecordsOptions) (s *RecordsSummary, err error) {
	older, err := oldVersion(ctx, b.old)
	if err != nil {
		return nil, err
	}
	from := b.old
	if older > 0 {
		if from, err = b.lift(ctx); err != nil {
			return nil, err
		}
		defer func() { err = errors.Join(err, b.removeLifted(from)) }()
	}
	if s, err = b.fillFromRecords(ctx, from, older > 0, o); s != nil {
		s.Older = older
	}
	return s, err
}

// fillFromRecords fills the new database from one of today's tables.
func (b *building) fillFromRecords(
	ctx context.Context, from *duckdb.DB, lifted bool, o RecordsOptions,
) (*RecordsSummary, error) {
	fresh, err := seed(ctx, from, b.Path, b.opening(from.Site()))
	if err != nil {
		return nil, err
	}
	s, err := remakeRows(ctx, from, fresh, lifted, o)
	return s, errors.Join(err, fresh.Close())
}

// remakeRows makes the rows of outcomes, which fresh lacks, from the raw records of the old database.
func remakeRows(ctx context.Context, old, fresh *duckdb.DB, lifted bool, o RecordsOptions) (*RecordsSummary, error) {
	start := time.Now()
	r, err := newRemake(ctx, old, fresh, o.Config)
	if err != nil {
		return nil, err
	}
	r.lifted = lifted
	made, err := r.derive(ctx, cmp.Or(o.Workers, runtime.GOMAXPROCS(0)), o.Progress)
	var jobs int64
	if err == nil {
		jobs, err = r.finish(ctx, made.unusable, made.failedIn)
	}
	if err = errors.Join(err, r.close()); err != nil {
		return nil, err
	}
	s := &RecordsSummary{
		Jobs: jobs, Made: made.made, Kept: made.kept - r.rejected, Unfilled: r.unfilled,
		Unusable: r.unusable, FailedBy: made.failedBy, Rejected: r.rejected,
	}
	if len(s.Unfilled) > 0 {
		const kept = "is_job AND (id NOT IN (SELECT outcome_id FROM outcome_records) OR id IN (SELECT id FROM unusable))"
		if s.Lacking, err = fresh.Number(ctx, "SELECT count(*) FROM outcomes WHERE "+kept); err != nil {
			return nil, err
		}
	}
	s.UnknownCharges, err = charge.CountUnknown(ctx, fresh, duckdb.Filter{})
	s.Took = time.Since(start)
	return s, err
}
