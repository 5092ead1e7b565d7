package duckdb

import (
	"context"
	"errors"

	"github.com/apache/arrow-go/v18/arrow"

	"pbsduck/ingest/batch"
	"pbsduck/ingest/schema"
)

// A Load is one transaction that takes in the records of a group of logs, with
// their rows of the ledger.
//
// Nothing that it inserts is deleted again, if that can be helped: DuckDB writes
// the row groups of a large transaction to the file as they fill, but throws
// them away and starts afresh at the commit if one row of them was deleted. So
// jobs are held for a while, to be compared with those that follow, and rows
// that may be repeats, or that contend with others for a job, are set aside,
// into temporary tables, until Settle says which of them stay.
type Load struct {
	db      *DB
	machine string
	files   []*LogFile // logs of this load, once Settle knows them
	firstID int64      // jobs from this number on are new
	done    bool
	book    *book
	held    heldJobs
	jobs    int64 // that were taken in
	staged  bool  // some jobs are set aside
	hours   repeatedHours
	revived bool // earlier jobs got another record: they are listed in the temporary table revived

	// Lookout is what the run met with its logs. Commit keeps it, and gives what
	// is to be told of it in Warnings.
	Lookout  Lookout
	Warnings []Warning

	// Older is by how much the counts of logs of earlier loads changed, as
	// records of this one superseded theirs.
	Older LogFile

	// UnknownCharges counts the new jobs with a charge that no rule could tell.
	UnknownCharges int64
}

// Begin starts a load for the logs of one machine.
func (db *DB) Begin(ctx context.Context, machine string) (*Load, error) {
	if err := db.exec(ctx, "BEGIN"); err != nil {
		return nil, err
	}
	l, err := db.resume(ctx, machine)
	if err != nil {
		return nil, errors.Join(err, l.Rollback())
	}
	return l, nil
}

// resume makes the transaction that there is a load.
func (db *DB) resume(ctx context.Context, machine string) (l *Load, err error) {
	l = &Load{db: db, machine: machine, book: newBook()}
	l.firstID, err = db.NextJobID(ctx)
	if err == nil {
		err = db.beginTouching(ctx)
	}
	if err == nil {
		err = db.exec(ctx, "CREATE OR REPLACE TEMP TABLE revived (id BIGINT)")
	}
	return l, err
}

// NextJobID is the first number not given to a job.
func (db *DB) NextJobID(ctx context.Context) (int64, error) {
	last, err := db.number(ctx, "SELECT max(id) FROM jobs")
	return last + 1, err
}

// Append takes batches in, in the order of the logs: events and rejects are
// inserted, jobs are held to be compared with each other. It releases the
// batches.
func (l *Load) Append(ctx context.Context, all []batch.Batches) error {
	if len(all) == 0 {
		return nil
	}
	defer func() {
		for _, b := range all {
			b.Release()
		}
	}()
	var events, rejects []arrow.RecordBatch
	for class := range all[0].Events {
		for _, b := range all {
			events = appendFilled(events, b.Events[class])
		}
	}
	undated := int64(0)
	for _, b := range all {
		rejects = appendFilled(rejects, b.Rejects)
		l.jobs += b.Jobs.NumRows()
		l.hours.add(b.Folds...)
		undated += b.Undated
	}
	err := l.appendDated(ctx, events, undated > 0)
	if err == nil {
		err = l.db.insert(ctx, schema.Rejects.Name, rejects)
	}
	if err == nil {
		err = l.held.add(all)
	}
	if err == nil && l.held.full(l.db.hold) {
		err = l.insertOlder(ctx)
	}
	if err != nil {
		return l.db.loadError(err)
	}
	return nil
}

func appendFilled(list []arrow.RecordBatch, rec arrow.RecordBatch) []arrow.RecordBatch {
	if rec.NumRows() > 0 {
		list = append(list, rec)
	}
	return list
}

// Full tells whether the load has taken in as many jobs as make a good
// transaction.
func (l *Load) Full() bool { return l.jobs >= goodJobs }

// Commit settles repeats and superseded records, charges the jobs, adds up
// their days, writes the ledger, keeps warnings, and makes
// the load lasting. The counts in files are brought up to date.
func (l *Load) Commit(ctx context.Context, files []*LogFile) error {
	err := l.Settle(ctx, files)
	if err == nil {
		err = l.chargeNew(ctx)
	}
	if err == nil {
		err = l.Note(ctx, files)
	}
	if err == nil {
		err = l.db.exec(ctx, "COMMIT")
	}
	if err != nil {
		return errors.Join(l.db.loadError(err), l.Rollback())
	}
	l.done = true
	return l.db.inPlace()
}

// Note writes the ledger and keeps the warnings. Commit does it.
func (l *Load) Note(ctx context.Context, files []*LogFile) error {
	var afresh []int64
	for _, f := range files {
		if f.FirstNewLine == 1 {
			afresh = append(afresh, f.ID)
		}
	}
	err := l.writeLedger(ctx, files)
	if err == nil {
		l.Warnings, err = l.db.keepWarnings(ctx, &l.Lookout, afresh)
	}
	return err
}

// Rollback takes the load back. After a Commit it does nothing.
func (l *Load) Rollback() error {
	if l.done {
		return nil
	}
	l.done = true
	l.held.release()
	// A context that was cancelled must not keep the transaction open.
	_, err := l.db.conn.ExecContext(context.Background(), "ROLLBACK")
	if isOver(err) {
		return nil
	}
	return err
}
