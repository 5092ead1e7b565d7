package load

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"slices"

	"pbsduck/duckdb"
	"pbsduck/duckdb/warnings"
	"pbsduck/ingest/batch"
	"pbsduck/ingest/schema"
)

// Forgotten says what a database has less of.
type Forgotten struct {
	Logs        int
	batch.Tally // of jobs, superseded records, events and rejects
}

// ForgetLogs takes out what logs of one machine gave, as if they had never been read, in one transaction. Records that
// stand in another log of the machine too stay. With dryRun it counts, and takes it back.
func ForgetLogs(ctx context.Context, db *duckdb.DB, machine string, logs []*LogFile, dryRun bool) (*Forgotten, error) {
	return forget(ctx, db, machine, len(logs), dryRun, func() error {
		for _, f := range logs {
			const about = "DELETE FROM warnings WHERE machine = ? AND (path = ? OR file_id = ?)"
			if err := db.Exec(ctx, about, machine, f.Path, f.ID); err != nil {
				return err
			}
		}
		left, err := leftOf(ctx, db, machine)
		if err != nil {
			return err
		}
		if left == int64(len(logs)) {
			return dropMachine(ctx, db, machine)
		}
		if err := forgetLogs(ctx, db, machine, logs); err != nil {
			return err
		}
		if left, err = leftOf(ctx, db, machine); err != nil || left > 0 {
			return err
		}
		return dropMachine(ctx, db, machine)
	})
}

// leftOf counts the logs of a machine, and its jobs that no log told of.
func leftOf(ctx context.Context, db *duckdb.DB, machine string) (int64, error) {
	return db.Number(ctx, `SELECT (SELECT count(*) FROM log_files WHERE machine = $1)
		+ (SELECT count(*) FROM outcomes WHERE machine = $1 AND file_id IS NULL)`, machine)
}

// forgetLogs forgets some of a machine's logs, and resolves what stays.
func forgetLogs(ctx context.Context, db *duckdb.DB, machine string, logs []*LogFile) error {
	l, err := resume(ctx, db, machine)
	if err != nil {
		return err
	}
	for _, f := range logs {
		if err := l.forget(ctx, f); err != nil {
			return err
		}
	}
	if err := l.resolve(ctx, nil); err != nil {
		return err
	}
	return l.chargeNew(ctx)
}

// ForgetMachine takes out all that a machine's logs gave, and what else the database knows of it but for allocations,
// which the site loads by itself.
func ForgetMachine(ctx context.Context, db *duckdb.DB, machine string, dryRun bool) (*Forgotten, error) {
	logs, err := db.Number(ctx, "SELECT count(*) FROM log_files WHERE machine = ?", machine)
	if err != nil {
		return nil, err
	}
	return forget(ctx, db, machine, int(logs), dryRun, func() error { return dropMachine(ctx, db, machine) })
}

// errTakeBack ends a transaction that was only tried.
var errTakeBack = errors.New("only tried")

// forget does the work in a transaction, and counts what went.
func forget(
	ctx context.Context, db *duckdb.DB, machine string, logs int, dryRun bool, work func() error,
) (*Forgotten, error) {
	done := &Forgotten{Logs: logs}
	err := db.Within(ctx, func() error {
		before, err := rowsOf(ctx, db, machine)
		if err == nil {
			err = work()
		}
		if err == nil {
			err = warnings.Forget(ctx, db)
		}
		if err != nil {
			return err
		}
		after, err := rowsOf(ctx, db, machine)
		done.Tally = before.Minus(after)
		if err == nil && dryRun {
			err = errTakeBack
		}
		return err
	})
	if err != nil && !errors.Is(err, errTakeBack) {
		return nil, db.LoadError(err)
	}
	return done, nil
}

// rowsOf counts what there is of a machine.
func rowsOf(ctx context.Context, db *duckdb.DB, machine string) (t batch.Tally, err error) {
	for question, n := range map[string]*int64{
		"outcomes WHERE is_job AND":     &t.Jobs,
		"outcomes WHERE NOT is_job AND": &t.Superseded,
		"events WHERE":                  &t.Events,
		"rejects WHERE":                 &t.Rejects,
	} {
		if *n, err = db.Number(ctx, "SELECT count(*) FROM "+question+" machine = ?", machine); err != nil {
			return t, err
		}
	}
	return t, nil
}

// dropMachine deletes the rows of a machine from all tables.
func dropMachine(ctx context.Context, db *duckdb.DB, machine string) error {
	if err := deleteOutcomes(ctx, db, "machine = "+duckdb.Literal(machine)); err != nil {
		return err
	}
	for _, t := range db.Site().Tables() {
		isMachines := slices.ContainsFunc(t.Columns, func(c schema.Column) bool { return c.Name == "machine" })
		if !isMachines || t.Name == schema.Allocations.Name {
			continue
		}
		if err := db.Exec(ctx, fmt.Sprintf("DELETE FROM %s WHERE machine = ?", t.Name), machine); err != nil {
			return err
		}
	}
	return nil
}
