package load

import (
	"context"
	_ "embed"
	"fmt"

	"pbsduck/ingest/batch"
	"pbsduck/ingest/schema"
)

// Forgetting takes out of the tables what a log gave, as if it had never been
// read. A record that stands in another log too stays: it passes to that log.
// Of jobs whose row goes while they have other E records it is asked again which
// of these is the row.

//go:embed sql/find_forgotten.sql
var findForgotten string

//go:embed sql/find_owners.sql
var findOwners string

//go:embed sql/pass_on.sql
var passOn string

//go:embed sql/find_freed.sql
var findFreed string

// Forget takes out what the log gave in earlier loads.
func (l *Load) Forget(ctx context.Context, f *LogFile) error {
	if err := l.forgottenHours(ctx, f); err != nil {
		return err
	}
	if err := l.db.Exec(ctx, "DELETE FROM repeats WHERE file_id = ?", f.ID); err != nil {
		return err
	}
	delete(l.changes, f.ID)
	for _, step := range []func(context.Context, *LogFile) error{l.forgetEvents, l.forgetOutcomes, l.forgetRejects} {
		if err := step(ctx, f); err != nil {
			return fmt.Errorf("cannot take back what %s gave: %w", f.File, err)
		}
	}
	return l.db.Exec(ctx, "DELETE FROM log_files WHERE file_id = ?", f.ID)
}

// Reset clears the tally of a log that is read again from its beginning. It
// leaves the rest alone, which others may be reading meanwhile.
func (f *LogFile) Reset() {
	f.Tally = batch.Tally{}
	f.RecordsCheck = 0
	f.ZoneFits, f.ZoneMisfits, f.ZoneOffset = 0, 0, 0
	f.FirstTime, f.LastTime, f.FirstNewLine, f.known = 0, 0, 1, false
}

// passOn gives the records of a log that stand in another log too to that log,
// with their count; the temporary table owner says which. Two that do not have
// the same instant are none of an event. Also says what else of a row tells the
// log.
func (l *Load) passOn(ctx context.Context, k *kind, f *LogFile, instant, also string) error {
	if err := l.db.Exec(ctx, fmt.Sprintf(findForgotten, k.table.Name, k.object, instant), f.ID); err != nil {
		return err
	}
	if err := l.db.Exec(ctx, findOwners); err != nil {
		return err
	}
	found, err := Tally(ctx, l.db, "SELECT file_id, count(*) FROM owner GROUP BY file_id", k.repeated().Times(-1))
	if err != nil || len(found) == 0 {
		return err
	}
	l.changes.Add(found)
	err = l.db.Exec(ctx, `DELETE FROM repeats r USING owner o
		WHERE r.file_id = o.file_id AND r.line = o.line AND r.record_hash = o.record_hash`)
	if err != nil {
		return err
	}
	return l.db.Exec(ctx, fmt.Sprintf(passOn, k.table.Name, also))
}

const noInstant = "NULL::TIMESTAMPTZ"

func (l *Load) forgetEvents(ctx context.Context, f *LogFile) error {
	if err := l.passOn(ctx, &eventKind, f, "t.time", ""); err != nil {
		return err
	}
	return l.db.Exec(ctx, "DELETE FROM events WHERE file_id = ?", f.ID)
}

// forgetRejects passes on rejects without the place of their bytes, which nobody
// noted of repeats.
func (l *Load) forgetRejects(ctx context.Context, f *LogFile) error {
	if err := l.passOn(ctx, &rejectKind, f, noInstant, ", byte_offset = NULL, file = f.file, row_check = NULL"); err != nil {
		return err
	}
	if err := l.db.Exec(ctx, "DELETE FROM rejects WHERE file_id = ?", f.ID); err != nil {
		return err
	}
	return l.db.Check(ctx, schema.Rejects)
}

func (l *Load) forgetOutcomes(ctx context.Context, f *LogFile) error {
	if err := l.passOn(ctx, &outcomeKind, f, noInstant, ""); err != nil {
		return err
	}
	passed, err := Tally(ctx, l.db, "SELECT o.file_id, count(*) FROM owner o JOIN outcomes t ON t.rowid = o.row WHERE NOT t.is_job GROUP BY o.file_id", Superseded)
	if err != nil {
		return err
	}
	l.changes.Add(passed)
	if err := l.rezone(ctx, "SELECT t.id FROM owner o JOIN outcomes t ON t.rowid = o.row WHERE "+otherZone(f)); err != nil {
		return err
	}
	if err := l.db.Exec(ctx, findFreed, f.ID, l.machine); err != nil {
		return err
	}
	return dropOutcomes(ctx, l.db, fmt.Sprintf("file_id = %d", f.ID))
}

// otherZone is the condition that the log of a row o was read in another time
// zone than this one was.
func otherZone(f *LogFile) string {
	return fmt.Sprintf("o.file_id IN (SELECT l.file_id FROM log_files l JOIN log_files g ON g.file_id = %d WHERE l.time_zone <> g.time_zone)", f.ID)
}

// Discard takes out what this load brought of a log that can't be read to its
// end.
func (l *Load) Discard(ctx context.Context, f *LogFile) error {
	delete(l.changes, f.ID)
	brought := fmt.Sprintf("file_id = %d AND line >= %d", f.ID, f.FirstNewLine)
	if err := dropOutcomes(ctx, l.db, brought); err != nil {
		return err
	}
	tables := []string{schema.Events.Name, schema.Rejects.Name, schema.Repeats.Name}
	if l.hours.staged {
		tables = append(tables, "undated_events")
	}
	for _, t := range tables {
		if err := l.db.Exec(ctx, "DELETE FROM "+t+" WHERE "+brought); err != nil {
			return err
		}
	}
	return nil
}
