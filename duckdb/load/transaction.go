package load

import (
	"context"
	"errors"

	"github.com/apache/arrow-go/v18/arrow"

	"pbsduck/duckdb"
	"pbsduck/duckdb/charge"
	"pbsduck/duckdb/records"
	"pbsduck/duckdb/warnings"
	"pbsduck/ingest/batch"
)

// A transaction is one transaction that takes in the records of a group of logs, with their rows of the ledger.
//
// It appends only, if that can be helped: DuckDB writes the row groups of a large transaction to the file as they fill,
// but throws them away and starts afresh at the commit if one row of them was deleted. So exact repeats are found
// before they are inserted, and of several E records of a job all are inserted, and flags say which of them is its row;
// to change a flag throws nothing away.
type transaction struct {
	db      *duckdb.DB
	machine string
	files   []*LogFile // logs of this load, once resolve knows them
	firstID int64      // outcomes from this number on are new
	done    bool
	jobs    int64   // that were taken in
	changes Tallies // since records were counted, of any logs
	hours   repeatedHours
	retells retelling
	months  touchedMonths    // of events that arrived
	rows    map[string]int64 // of tables: see rowsOf

	// Jobs that several outcomes claim: the temporary table conflict has their keys, conflicts the hashes of those that
	// came from outcomes that arrived.
	conflicts map[uint64]bool

	recharges bool // earlier jobs got another record, or other runs: they are in the temporary table recharged
	overRuns  bool // jobs are, or were, charged over their runs

	// lookout is what the run met with its logs. commit keeps it, and gives what is to be told of it in warnings.
	lookout  warnings.Lookout
	warnings []warnings.Warning

	// earlier is by how much the tallies of logs of earlier loads changed, as records of this one superseded theirs.
	earlier batch.Tally

	room room // that DuckDB needs
}

// goodJobs is how many jobs one transaction takes in if there are as many: eight row groups. DuckDB writes full ones to
// the file as they fill, without a detour through its write-ahead log; those that a commit leaves half full it joins to
// the next ones later, which are then written again.
const goodJobs = 8 * 122_880

// begin starts a load for the logs of one machine.
func begin(ctx context.Context, db *duckdb.DB, machine string) (*transaction, error) {
	if err := db.Exec(ctx, "BEGIN"); err != nil {
		return nil, err
	}
	l, err := resume(ctx, db, machine)
	if err != nil {
		return nil, errors.Join(err, l.rollback())
	}
	return l, nil
}

// resume makes the transaction that there is a load.
func resume(ctx context.Context, db *duckdb.DB, machine string) (l *transaction, err error) {
	l = &transaction{db: db, machine: machine, changes: Tallies{}, conflicts: map[uint64]bool{},
		retells: newRetelling(), rows: map[string]int64{}}
	l.firstID, err = records.NextJobID(ctx, db)
	if err == nil {
		err = charge.BeginTouching(ctx, db)
	}
	if err == nil {
		l.overRuns, err = charge.OverRuns(ctx, db, machine)
	}
	for _, table := range []string{
		"conflict (job_id VARCHAR, submit_time TIMESTAMPTZ)", "retold (job_id VARCHAR, short_id BIGINT)",
		"recharged (id BIGINT)",
	} {
		if err == nil {
			err = db.Exec(ctx, "CREATE OR REPLACE TEMP TABLE "+table)
		}
	}
	return l, err
}

// append takes batches in, in the order of the logs. It releases them.
func (l *transaction) append(ctx context.Context, all []batch.Batches) error {
	if len(all) == 0 {
		return nil
	}
	defer func() {
		for _, b := range all {
			b.Release()
		}
	}()
	var events, rejects, outcomes []arrow.RecordBatch
	for class := range all[0].Events {
		for _, b := range all {
			events = appendFilled(events, b.Events[class])
		}
	}
	undated := int64(0)
	for _, b := range all {
		rejects = appendFilled(rejects, b.Rejects)
		outcomes = appendFilled(outcomes, b.Outcomes)
		l.jobs += b.Outcomes.NumRows()
		l.hours.add(b.Folds...)
		undated += b.Undated
	}
	if err := l.makeRoom(ctx, all); err != nil {
		return l.db.LoadError(err)
	}
	for _, step := range []func() (Tallies, error){
		func() (Tallies, error) { return nil, l.meetRecords(ctx, events, outcomes) },
		func() (Tallies, error) { return l.appendEvents(ctx, events, undated > 0) },
		func() (Tallies, error) { return l.appendNew(ctx, rejectKind, rejects) },
		func() (Tallies, error) { return l.appendOutcomes(ctx, outcomes, all) },
	} {
		changes, err := step()
		if err != nil {
			return l.db.LoadError(err)
		}
		l.changes.Add(changes)
	}
	return nil
}

// appendFilled appends a batch to a list if it has rows.
func appendFilled(list []arrow.RecordBatch, rec arrow.RecordBatch) []arrow.RecordBatch {
	if rec.NumRows() > 0 {
		list = append(list, rec)
	}
	return list
}

// full tells whether the load has taken in as many jobs as make a good transaction.
func (l *transaction) full() bool { return l.jobs >= goodJobs }

// resolve makes the new rows agree with each other and with what was there: times in hours that autumn repeats, records
// in logs of several time zones, which E record is the row of its job, and the runs of jobs. It corrects the tallies in
// files. It is part of commit.
func (l *transaction) resolve(ctx context.Context, files []*LogFile) error {
	l.files = files
	for _, step := range []func(context.Context) (Tallies, error){
		l.resolveHours, l.resolveZones, l.resolveUnsure, l.resolveOutcomes, l.resolveRuns,
	} {
		changes, err := step(ctx)
		if err != nil {
			return err
		}
		l.changes.Add(changes)
	}
	return l.correctTallies(ctx)
}

// commit resolves, charges the jobs, adds up their days, writes the ledger, keeps warnings, and makes the load lasting.
// The tallies in files are brought up to date.
func (l *transaction) commit(ctx context.Context, files []*LogFile) error {
	err := l.resolve(ctx, files)
	if err == nil {
		err = l.chargeNew(ctx)
	}
	if err == nil {
		err = l.note(ctx, files)
	}
	if err == nil {
		l.makeRoomToPack()
		err = l.db.Exec(ctx, "COMMIT")
	}
	if err != nil {
		return errors.Join(l.db.LoadError(err), l.rollback())
	}
	l.done = true
	return l.db.InPlace()
}

// note writes the ledger and keeps the warnings. It is part of commit.
func (l *transaction) note(ctx context.Context, files []*LogFile) error {
	var afresh []int64
	for _, f := range files {
		if f.FirstNewLine == 1 {
			afresh = append(afresh, f.ID)
		}
	}
	err := l.writeLedger(ctx, files)
	if err == nil {
		l.warnings, err = warnings.Keep(ctx, l.db, &l.lookout, afresh)
	}
	return err
}

// rollback takes the load back. After a commit it does nothing.
func (l *transaction) rollback() error {
	if l.done {
		return nil
	}
	l.done = true
	return l.db.Rollback()
}
