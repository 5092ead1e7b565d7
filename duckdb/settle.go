package duckdb

import (
	"context"
	_ "embed"
	"fmt"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"

	"pbsduck/ingest/schema"
)

// Settling makes the new rows of a load agree with each other and with what
// was there before: no job twice, no exact repeat kept twice. It looks first,
// which is cheap, and works only where it found something.

//go:embed sql/find_candidates.sql
var findCandidates string

//go:embed sql/find_job_repeats.sql
var findJobRepeats string

//go:embed sql/find_losers.sql
var findLosers string

//go:embed sql/find_known_events.sql
var findKnownEvents string

//go:embed sql/find_event_repeats.sql
var findEventRepeats string

//go:embed sql/find_reject_repeats.sql
var findRejectRepeats string

// Settle finds exact repeats and superseded records among the new rows, moves
// them to where they belong, and corrects the counts in files. Commit does it.
func (l *Load) Settle(ctx context.Context, files []*LogFile) error {
	l.files = files
	if err := l.insertHeld(ctx); err != nil {
		return err
	}
	if err := l.settleJobs(ctx); err != nil {
		return err
	}
	if err := l.dateHours(ctx); err != nil {
		return err
	}
	if err := l.settleRejects(ctx, files); err != nil {
		return err
	}
	if err := l.settleZones(ctx); err != nil {
		return err
	}
	older, err := l.book.close(ctx, l.db, files)
	l.Older.Adopt(&older)
	return err
}

// settleJobs decides about the jobs that were set aside.
func (l *Load) settleJobs(ctx context.Context) error {
	if !l.staged {
		return nil
	}
	if err := l.db.exec(ctx, findCandidates, l.machine); err != nil {
		return fmt.Errorf("cannot look for repeated jobs: %w", err)
	}
	if err := l.db.exec(ctx, findJobRepeats); err != nil {
		return fmt.Errorf("cannot look for exact repeats: %w", err)
	}
	err := l.book.repeats(ctx, l.db, "SELECT machine, file_id, line, record_hash, object_id FROM job_repeat", (*LogFile).jobRepeated)
	if err != nil {
		return err
	}
	if err := l.db.exec(ctx, findLosers); err != nil {
		return fmt.Errorf("cannot compare repeated jobs: %w", err)
	}
	if err := l.supersede(ctx); err != nil {
		return err
	}
	err = l.book.count(ctx, l.db, "SELECT file_id, count(*) FROM loser GROUP BY file_id", (*LogFile).jobSuperseded)
	if err != nil {
		return err
	}
	if n, err := l.db.number(ctx, "SELECT count(*) FROM loser WHERE NOT is_staged"); err != nil {
		return err
	} else if n > 0 {
		if err := l.dropJobs(ctx, "loser"); err != nil {
			return err
		}
	}
	return l.takeStaged(ctx)
}

// takeStaged inserts the jobs that were set aside and stay.
func (l *Load) takeStaged(ctx context.Context) error {
	const gone = "(SELECT id FROM job_repeat UNION ALL SELECT id FROM loser)"
	if err := l.db.exec(ctx, "INSERT INTO jobs SELECT * FROM staged_jobs WHERE id NOT IN "+gone); err != nil {
		return err
	}
	for _, t := range heldTables[1:] {
		if err := l.db.exec(ctx, fmt.Sprintf("INSERT INTO %[1]s SELECT * FROM staged_%[1]s WHERE job_id NOT IN %[2]s", t, gone)); err != nil {
			return err
		}
	}
	l.staged = false
	return nil
}

// jobTables are the tables with rows that belong to a job, by job_id; jobs
// itself goes last.
var jobTables = append(heldTables[1:], schema.JobCharges.Name)

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

var (
	eventTime = schema.Events.Index("time")
	eventHash = schema.Events.Index("record_hash")
)

// appendDated inserts events, but sets aside those whose hour is not sure, if
// there are any.
func (l *Load) appendDated(ctx context.Context, events []arrow.RecordBatch, undated bool) error {
	if !undated {
		return l.appendEvents(ctx, events)
	}
	dated, err := l.setUndatedAside(ctx, events)
	defer func() {
		for _, rec := range dated {
			rec.Release()
		}
	}()
	if err != nil {
		return err
	}
	return l.appendEvents(ctx, dated)
}

// appendEvents inserts events, but not those that are exact repeats.
func (l *Load) appendEvents(ctx context.Context, events []arrow.RecordBatch) error {
	suspect, err := l.suspects(ctx, events)
	if err != nil {
		return fmt.Errorf("cannot look for repeated events: %w", err)
	}
	if len(suspect) == 0 {
		return l.db.insert(ctx, schema.Events.Name, events)
	}
	var direct, aside []part
	first := make(map[uint64]bool, len(suspect))
	for _, rec := range events {
		direct, aside = divide(rec, suspectRows(rec, suspect, first), direct, aside)
	}
	if err := l.db.insertParts(ctx, schema.Events.Name, direct); err != nil {
		return err
	}
	return l.settleEvents(ctx, aside)
}

// suspects lists the hashes that more than one of these events has, or one of
// them and one that is there. The value tells whether it is there.
func (l *Load) suspects(ctx context.Context, events []arrow.RecordBatch) (map[uint64]bool, error) {
	rows := 0
	for _, rec := range events {
		rows += int(rec.NumRows())
	}
	set := newHashSet(rows)
	times := make([]int64, 0, rows)
	suspect := map[uint64]bool{}
	for _, rec := range events {
		for _, h := range rec.Column(eventHash).(*array.Int64).Int64Values() {
			if !set.add(uint64(h)) {
				suspect[uint64(h)] = false
			}
		}
		for _, t := range rec.Column(eventTime).(*array.Timestamp).TimestampValues() {
			times = append(times, int64(t))
		}
	}
	for _, s := range spans(times) {
		where := s.covers("e.time")
		join, err := l.narrow(ctx, schema.Events.Name+" e", where, events, eventHash)
		if err != nil {
			return nil, err
		}
		err = l.db.eachBatch(ctx, fmt.Sprintf(findKnownEvents, join, where), func(rec arrow.RecordBatch) {
			for _, h := range rec.Column(0).(*array.Int64).Int64Values() {
				if set.has(uint64(h)) {
					suspect[uint64(h)] = true
				}
			}
		})
		if err != nil {
			return nil, err
		}
	}
	return suspect, nil
}

// suspectRows lists the rows of a batch that may repeat an event that is there
// or that came before it; first remembers which came.
func suspectRows(rec arrow.RecordBatch, suspect, first map[uint64]bool) []span {
	var rows []span
	for i, h := range rec.Column(eventHash).(*array.Int64).Int64Values() {
		there, doubted := suspect[uint64(h)]
		if !doubted {
			continue
		}
		if there || first[uint64(h)] {
			rows = appendSpan(rows, int64(i), int64(i)+1)
		}
		first[uint64(h)] = true
	}
	return rows
}

// settleEvents files those of the events that are exact repeats as such, and
// inserts the others.
func (l *Load) settleEvents(ctx context.Context, events []part) error {
	if err := l.db.exec(ctx, "CREATE OR REPLACE TEMP TABLE staged_events AS SELECT * FROM events LIMIT 0"); err != nil {
		return err
	}
	if err := l.db.insertParts(ctx, "staged_events", events); err != nil {
		return err
	}
	if err := l.db.exec(ctx, findEventRepeats); err != nil {
		return fmt.Errorf("cannot look for repeated events: %w", err)
	}
	err := l.book.repeats(ctx, l.db, "SELECT machine, file_id, line, record_hash, object_id FROM event_repeat", (*LogFile).eventRepeated)
	if err != nil {
		return err
	}
	return l.db.exec(ctx, "INSERT INTO events SELECT * FROM staged_events WHERE rowid NOT IN (SELECT row FROM event_repeat)")
}

func (l *Load) settleRejects(ctx context.Context, files []*LogFile) error {
	if n, err := l.db.number(ctx, "SELECT count(*) FROM rejects"); err != nil || n == 0 {
		return err
	}
	if err := l.markNew(ctx, files); err != nil {
		return err
	}
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
	return l.book.repeats(ctx, l.db, "SELECT machine, file_id, line, record_hash, NULL FROM reject_repeat", (*LogFile).rejectRepeated)
}

// markNew lists which lines of which logs this load brought.
func (l *Load) markNew(ctx context.Context, files []*LogFile) error {
	var ids, lines []int64
	for _, f := range files {
		ids, lines = append(ids, f.ID), append(lines, f.FirstNewLine)
	}
	return l.db.exec(ctx, "CREATE OR REPLACE TEMP TABLE arrived AS SELECT unnest($1::BIGINT[]) AS file_id, unnest($2::BIGINT[]) AS first_line", ids, lines)
}
