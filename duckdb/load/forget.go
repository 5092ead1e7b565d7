package load

import (
	"context"
	_ "embed"
	"fmt"

	"pbsduck/duckdb"
	"pbsduck/duckdb/charge"
	"pbsduck/ingest/schema"
)

// Forgetting takes out of the tables what a log gave, as if it had never been read. A record that stands in another log
// too stays: it passes to that log. Of jobs whose row goes while they have other E records it is asked again which of
// these is the row.

//go:embed sql/find_owners.sql
var findOwners string

// forget takes out what the log gave in earlier loads.
func (l *transaction) forget(ctx context.Context, f *LogFile) error {
	if IsQhist(f.Path) {
		return l.forgetAnswer(ctx, f)
	}
	if err := l.forgottenHours(ctx, f); err != nil {
		return err
	}
	if err := l.db.Exec(ctx, "DELETE FROM repeats WHERE file_id = ?", f.ID); err != nil {
		return err
	}
	delete(l.changes, f.ID)
	for _, step := range []func(context.Context, *LogFile) (Tallies, error){
		l.forgetEvents, l.forgetOutcomes, l.forgetRejects,
	} {
		changes, err := step(ctx, f)
		if err != nil {
			return fmt.Errorf("cannot take back what %s gave: %w", f.File, err)
		}
		l.changes.Add(changes)
	}
	return l.db.Exec(ctx, "DELETE FROM log_files WHERE file_id = ?", f.ID)
}

// passOn gives the records of a log that stand in another log too to that log, with their count; the temporary table
// owner says which. Two that do not have the same instant are none of an event (instant is NULL where that makes no
// difference). Also sets what else of a row tells the log.
func (l *transaction) passOn(ctx context.Context, k *kind, f *LogFile, instant, also string) (Tallies, error) {
	table := k.table.Name
	err := l.db.Exec(ctx, fmt.Sprintf(`CREATE OR REPLACE TEMP TABLE forgotten AS
		SELECT t.rowid AS row, t.machine, %s AS object_id, t.record_hash, %s AS time, f.time_zone
		FROM %s t JOIN log_files f ON f.file_id = t.file_id
		WHERE t.file_id = ?`, k.object, instant, table), f.ID)
	if err != nil {
		return nil, err
	}
	if err := l.db.Exec(ctx, findOwners); err != nil {
		return nil, err
	}
	changes, err := TalliesOf(ctx, l.db, "SELECT file_id, count(*) FROM owner GROUP BY file_id", k.repeated().Times(-1))
	if err != nil || len(changes) == 0 {
		return nil, err
	}
	if err := l.db.Exec(ctx, "DELETE FROM repeats WHERE rowid IN (SELECT repeat FROM owner)"); err != nil {
		return nil, err
	}
	return changes, l.db.Exec(ctx, fmt.Sprintf(`UPDATE %[1]s SET file_id = o.file_id, line = o.line%[2]s
		FROM owner o JOIN log_files f ON f.file_id = o.file_id
		WHERE %[1]s.rowid = o.row`, table, also))
}

const noInstant = "NULL::TIMESTAMPTZ"

func (l *transaction) forgetEvents(ctx context.Context, f *LogFile) (Tallies, error) {
	if err := charge.TouchMonths(ctx, l.db, "time", fmt.Sprintf("FROM events WHERE file_id = %d", f.ID)); err != nil {
		return nil, err
	}
	changes, err := l.passOn(ctx, &eventKind, f, "t.time", "")
	if err != nil {
		return nil, err
	}
	if err := l.retellEvents(ctx, fmt.Sprintf("e.file_id = %d", f.ID)); err != nil {
		return nil, err
	}
	return changes, l.db.Exec(ctx, "DELETE FROM events WHERE file_id = ?", f.ID)
}

// forgetRejects passes on rejects without the place of their bytes, which nobody noted of repeats.
func (l *transaction) forgetRejects(ctx context.Context, f *LogFile) (Tallies, error) {
	changes, err := l.passOn(ctx, &rejectKind, f, noInstant, ", byte_offset = NULL, file = f.file, row_check = NULL")
	if err != nil {
		return nil, err
	}
	if err := l.db.Exec(ctx, "DELETE FROM rejects WHERE file_id = ?", f.ID); err != nil {
		return nil, err
	}
	return changes, l.db.Check(ctx, schema.Rejects)
}

func (l *transaction) forgetOutcomes(ctx context.Context, f *LogFile) (Tallies, error) {
	changes, err := l.passOn(ctx, &outcomeKind, f, noInstant, "")
	if err != nil {
		return nil, err
	}
	const owned = "FROM owner o JOIN outcomes t ON t.rowid = o.row WHERE "
	passed := "SELECT o.file_id, count(*) " + owned + "NOT t.is_job GROUP BY o.file_id"
	superseded, err := TalliesOf(ctx, l.db, passed, Superseded)
	if err != nil {
		return nil, err
	}
	superseded.Add(changes)
	if err := l.rezone(ctx, "SELECT t.id "+owned+otherZone(f)); err != nil {
		return nil, err
	}
	return superseded, l.takeOut(ctx, fmt.Sprintf("file_id = %d", f.ID))
}

// takeOut deletes outcomes of the machine, and notes the jobs that lose their row while they have other E records, and
// those whose runs may be others then. Which is a condition on them.
func (l *transaction) takeOut(ctx context.Context, which string) error {
	if err := l.db.Exec(ctx, fmt.Sprintf(`INSERT INTO conflict
		SELECT job_id, submit_time FROM outcomes WHERE %s AND is_job
		INTERSECT
		SELECT job_id, submit_time FROM outcomes WHERE machine = ? AND NOT is_job`, which), l.machine); err != nil {
		return err
	}
	if err := l.retell(ctx, "SELECT job_id, short_id FROM outcomes WHERE "+which); err != nil {
		return err
	}
	return dropOutcomes(ctx, l.db, which)
}

// otherZone is the condition that the log of a row o was read in another time zone than this one was.
func otherZone(f *LogFile) string {
	return fmt.Sprintf(`o.file_id IN (
		SELECT l.file_id FROM log_files l JOIN log_files g ON g.file_id = %d WHERE l.time_zone <> g.time_zone)`, f.ID)
}

// discard takes out what this load brought of a log that can't be read to its end.
func (l *transaction) discard(ctx context.Context, f *LogFile) error {
	delete(l.changes, f.ID)
	brought := fmt.Sprintf("file_id = %d AND line >= %d", f.ID, f.FirstNewLine)
	if err := dropOutcomes(ctx, l.db, brought); err != nil {
		return err
	}
	tables := []string{schema.Events.Name, schema.Rejects.Name, schema.Repeats.Name}
	if l.hours.waiting {
		tables = append(tables, "undated_events")
	}
	for _, t := range tables {
		if err := l.db.Exec(ctx, "DELETE FROM "+t+" WHERE "+brought); err != nil {
			return err
		}
	}
	return nil
}

// dropOutcomes deletes outcomes, and touches their days. Which is a condition on them.
func dropOutcomes(ctx context.Context, db *duckdb.DB, which string) error {
	if err := charge.Touch(ctx, db, "j.id IN (SELECT id FROM outcomes WHERE "+which+")"); err != nil {
		return err
	}
	return deleteOutcomes(ctx, db, which)
}

// deleteOutcomes deletes outcomes, with all that is theirs.
func deleteOutcomes(ctx context.Context, db *duckdb.DB, which string) error {
	err := db.Exec(ctx, "CREATE OR REPLACE TEMP TABLE dropped AS SELECT id FROM outcomes WHERE "+which)
	if err == nil {
		err = db.Exec(ctx, "DELETE FROM job_charges WHERE job_id IN (SELECT id FROM dropped)")
	}
	for _, t := range outcomeTables {
		if err == nil {
			err = db.Exec(ctx, fmt.Sprintf("DELETE FROM %s WHERE %s IN (SELECT id FROM dropped)", t.name, t.id))
		}
	}
	return err
}
