package duckdb

import (
	"context"
	"errors"
	"time"

	"github.com/apache/arrow-go/v18/arrow"

	"pbsduck/ingest/batch"
)

// A Load is one transaction that takes in the records of a group of logs, with
// their rows of the ledger.
type Load struct {
	db      *DB
	machine string
	zone    *time.Location
	firstID int64 // jobs from this number on are new
	done    bool
	revived bool // earlier jobs got another record: they are listed in the temporary table revived

	// Older is by how much the counts of logs of earlier loads changed, as
	// records of this one superseded theirs.
	Older LogFile

	// UnknownCharges counts the new jobs with a charge that no rule could tell.
	UnknownCharges int64
}

// Begin starts a load for the logs of one machine; its server's time zone is
// needed where a record is read once more.
func (db *DB) Begin(ctx context.Context, machine string, zone *time.Location) (*Load, error) {
	if err := db.exec(ctx, "BEGIN"); err != nil {
		return nil, err
	}
	l := &Load{db: db, machine: machine, zone: zone}
	var err error
	l.firstID, err = db.NextJobID(ctx)
	if err == nil {
		err = db.beginTouching(ctx)
	}
	if err == nil {
		err = db.exec(ctx, "CREATE OR REPLACE TEMP TABLE revived (id BIGINT)")
	}
	if err != nil {
		return nil, errors.Join(err, l.Rollback())
	}
	return l, nil
}

// NextJobID is the first number not given to a job.
func (db *DB) NextJobID(ctx context.Context) (int64, error) {
	last, err := db.number(ctx, "SELECT max(id) FROM jobs")
	return last + 1, err
}

// Append inserts batches. It releases them.
func (l *Load) Append(ctx context.Context, all []batch.Batches) error {
	var pending [len(batch.Arriving)][]arrow.RecordBatch
	for _, b := range all {
		defer b.Release()
		for i, rec := range b.All() {
			if rec.NumRows() > 0 {
				pending[i] = append(pending[i], rec)
			}
		}
	}
	for i, batches := range pending {
		if err := l.db.insert(ctx, batch.Arriving[i].Name, batches); err != nil {
			return l.db.loadError(err)
		}
	}
	return nil
}

// Commit settles repeats and superseded records, charges the jobs, adds up
// their days, writes the ledger, and makes
// the load lasting. The counts in files are brought up to date.
func (l *Load) Commit(ctx context.Context, files []*LogFile) error {
	err := l.Settle(ctx, files)
	if err == nil {
		err = l.chargeNew(ctx)
	}
	if err == nil {
		err = l.writeLedger(ctx, files)
	}
	if err == nil {
		err = l.db.exec(ctx, "COMMIT")
	}
	if err != nil {
		return errors.Join(l.db.loadError(err), l.Rollback())
	}
	l.done = true
	return nil
}

// Rollback takes the load back. After a Commit it does nothing.
func (l *Load) Rollback() error {
	if l.done {
		return nil
	}
	l.done = true
	// A context that was cancelled must not keep the transaction open.
	_, err := l.db.conn.ExecContext(context.Background(), "ROLLBACK")
	if isOver(err) {
		return nil
	}
	return err
}
