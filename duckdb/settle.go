package duckdb

import (
	"context"
	_ "embed"
	"fmt"
)

// Settling makes the new rows of a load agree with each other and with what
// was there before: no job twice, no exact repeat kept twice. It looks first,
// which is cheap, and works only where it found something.

//go:embed sql/find_job_conflicts.sql
var findJobConflicts string

//go:embed sql/find_job_repeats.sql
var findJobRepeats string

//go:embed sql/find_losers.sql
var findLosers string

//go:embed sql/find_event_repeats.sql
var findEventRepeats string

//go:embed sql/find_reject_repeats.sql
var findRejectRepeats string

// Settle finds exact repeats and superseded records among the new rows, moves
// them to where they belong, and corrects the counts in files. Commit does it.
func (l *Load) Settle(ctx context.Context, files []*LogFile) error {
	if err := l.markNew(ctx, files); err != nil {
		return err
	}
	counts := newBook(l, files)
	if err := l.settleJobs(ctx, counts); err != nil {
		return err
	}
	if err := l.settleEvents(ctx, counts); err != nil {
		return err
	}
	if err := l.settleRejects(ctx, counts); err != nil {
		return err
	}
	return counts.close(ctx)
}

// markNew lists which lines of which logs this load brought.
func (l *Load) markNew(ctx context.Context, files []*LogFile) error {
	err := l.db.exec(ctx, "CREATE OR REPLACE TEMP TABLE arrived (file_id BIGINT, first_line BIGINT)")
	for _, f := range files {
		if err == nil {
			err = l.db.exec(ctx, "INSERT INTO arrived VALUES (?, ?)", f.ID, f.FirstNewLine)
		}
	}
	return err
}

func (l *Load) settleJobs(ctx context.Context, book *book) error {
	if err := l.db.exec(ctx, findJobConflicts, l.firstID, l.machine); err != nil {
		return fmt.Errorf("cannot look for repeated jobs: %w", err)
	}
	if n, err := l.db.number(ctx, "SELECT count(*) FROM conflict"); err != nil || n == 0 {
		return err
	}
	if err := l.db.exec(ctx, findJobRepeats); err != nil {
		return fmt.Errorf("cannot look for exact repeats: %w", err)
	}
	if err := l.dropJobs(ctx, "job_repeat"); err != nil {
		return err
	}
	if err := book.repeats(ctx, "SELECT machine, file_id, line, record_hash, object_id FROM job_repeat", (*LogFile).jobRepeated); err != nil {
		return err
	}
	if err := l.db.exec(ctx, findLosers); err != nil {
		return fmt.Errorf("cannot compare repeated jobs: %w", err)
	}
	if err := l.supersede(ctx); err != nil {
		return err
	}
	if err := book.count(ctx, "SELECT file_id, count(*) FROM loser GROUP BY file_id", (*LogFile).jobSuperseded); err != nil {
		return err
	}
	return l.dropJobs(ctx, "loser")
}

// jobTables are the tables with rows that belong to a job, by job_id; jobs
// itself goes last.
var jobTables = []string{"job_records", "job_sources", "job_nodes", "job_charges"}

// dropJobs deletes the jobs whose id the temporary table lists, with all that
// is theirs.
func (l *Load) dropJobs(ctx context.Context, list string) error {
	if err := l.db.touch(ctx, fmt.Sprintf("j.id IN (SELECT id FROM %s)", list)); err != nil {
		return err
	}
	for _, t := range jobTables {
		if err := l.db.exec(ctx, fmt.Sprintf("DELETE FROM %s WHERE job_id IN (SELECT id FROM %s)", t, list)); err != nil {
			return err
		}
	}
	return l.db.exec(ctx, fmt.Sprintf("DELETE FROM jobs WHERE id IN (SELECT id FROM %s)", list))
}

func (l *Load) settleEvents(ctx context.Context, book *book) error {
	if err := l.db.exec(ctx, findEventRepeats); err != nil {
		return fmt.Errorf("cannot look for repeated events: %w", err)
	}
	n, err := l.db.number(ctx, "SELECT count(*) FROM event_repeat")
	if err != nil || n == 0 {
		return err
	}
	if err := l.db.exec(ctx, "DELETE FROM events WHERE rowid IN (SELECT row FROM event_repeat)"); err != nil {
		return err
	}
	err = book.repeats(ctx, "SELECT machine, file_id, line, record_hash, object_id FROM event_repeat WHERE NOT is_superseded", (*LogFile).eventRepeated)
	if err != nil {
		return err
	}
	return book.repeats(ctx, "SELECT machine, file_id, line, record_hash, object_id FROM event_repeat WHERE is_superseded", (*LogFile).supersededRepeated)
}

func (l *Load) settleRejects(ctx context.Context, book *book) error {
	if err := l.db.exec(ctx, findRejectRepeats); err != nil {
		return fmt.Errorf("cannot look for repeated rejects: %w", err)
	}
	n, err := l.db.number(ctx, "SELECT count(*) FROM reject_repeat")
	if err != nil || n == 0 {
		return err
	}
	if err := l.db.exec(ctx, "DELETE FROM rejects WHERE rowid IN (SELECT row FROM reject_repeat)"); err != nil {
		return err
	}
	return book.repeats(ctx, "SELECT machine, file_id, line, record_hash, NULL FROM reject_repeat", (*LogFile).rejectRepeated)
}
