package duckdb

import (
	"context"
	_ "embed"
	"fmt"

	"pbsduck/ingest/batch"
	"pbsduck/ingest/pbs"
	"pbsduck/ingest/schema"
)

// Forgetting takes out of the tables what a log gave, as if it had never been
// read. A record that stands in another log too stays: it passes to that log.
// A job that stays without a row, while an E record of it was superseded,
// gets the best of those.

//go:embed sql/find_gone_jobs.sql
var findGoneJobs string

//go:embed sql/find_heirs.sql
var findHeirs string

//go:embed sql/pass_job_sources.sql
var passJobSources string

//go:embed sql/find_gone_events.sql
var findGoneEvents string

//go:embed sql/pass_events.sql
var passEvents string

//go:embed sql/find_promoted.sql
var findPromoted string

//go:embed sql/find_gone_rejects.sql
var findGoneRejects string

//go:embed sql/pass_rejects.sql
var passRejects string

// Forget takes out what the log gave in earlier loads.
func (l *Load) Forget(ctx context.Context, f *LogFile) error {
	counts := newBook()
	if err := l.forgottenHours(ctx, f); err != nil {
		return err
	}
	if err := l.db.exec(ctx, "DELETE FROM repeats WHERE file_id = ?", f.ID); err != nil {
		return err
	}
	for _, step := range []func(context.Context, *book, *LogFile) error{l.forgetEvents, l.forgetJobs, l.forgetRejects} {
		if err := step(ctx, counts, f); err != nil {
			return fmt.Errorf("cannot take back what %s gave: %w", f.File, err)
		}
	}
	if err := l.db.exec(ctx, "DELETE FROM log_files WHERE file_id = ?", f.ID); err != nil {
		return err
	}
	older, err := counts.close(ctx, l.db, nil)
	l.Older.Adopt(&older)
	return err
}

// Reset clears the counts of a log that is read again from its beginning. It
// leaves the rest alone, which others may be reading meanwhile.
func (f *LogFile) Reset() {
	f.Lines, f.Jobs, f.Superseded, f.Events, f.Repeats, f.Rejects, f.Continuations, f.FailedValues = 0, 0, 0, 0, 0, 0, 0, 0
	f.RecordsCheck = 0
	f.ZoneFits, f.ZoneMisfits, f.ZoneOffset = 0, 0, 0
	f.FirstTime, f.LastTime, f.FirstNewLine, f.known = 0, 0, 1, false
}

// heirs finds, for the records listed in gone (row, machine, object_id,
// record_hash), the repeat in another log that takes each one's place, and
// moves the count.
func (l *Load) heirs(ctx context.Context, book *book, count func(*LogFile, int64)) error {
	if err := l.db.exec(ctx, findHeirs); err != nil {
		return err
	}
	err := l.db.exec(ctx, `DELETE FROM repeats r USING heir h
		WHERE r.file_id = h.file_id AND r.line = h.line AND r.record_hash = h.record_hash`)
	if err != nil {
		return err
	}
	return book.count(ctx, l.db, "SELECT file_id, count(*) FROM heir GROUP BY file_id", func(f *LogFile, n int64) { count(f, -n) })
}

func (l *Load) forgetEvents(ctx context.Context, book *book, f *LogFile) error {
	for _, superseded := range []bool{false, true} {
		count := (*LogFile).eventRepeated
		if superseded {
			count = (*LogFile).supersededRepeated
		}
		if err := l.db.exec(ctx, findGoneEvents, f.ID, superseded); err != nil {
			return err
		}
		if err := l.heirs(ctx, book, count); err != nil {
			return err
		}
		if err := l.passEvents(ctx, f, superseded); err != nil {
			return err
		}
		err := l.db.exec(ctx, "DELETE FROM events WHERE file_id = ? AND is_superseded = ?", f.ID, superseded)
		if err != nil {
			return err
		}
	}
	return nil
}

// passEvents gives the events in heir to the logs that hold them too. A
// superseded record is made again where that log was read in another time zone;
// of other events, those that have another instant there are no repeats.
func (l *Load) passEvents(ctx context.Context, f *LogFile, superseded bool) error {
	if superseded {
		if err := l.rezoneSuperseded(ctx, "SELECT row, file_id, line FROM heir WHERE "+otherZone(f)); err != nil {
			return err
		}
	}
	return l.db.exec(ctx, passEvents)
}

// otherZone is the condition that the log of a row was read in another time
// zone than this one was.
func otherZone(f *LogFile) string {
	return fmt.Sprintf("file_id IN (SELECT o.file_id FROM log_files o JOIN log_files g ON g.file_id = %d WHERE o.time_zone <> g.time_zone)", f.ID)
}

func (l *Load) forgetRejects(ctx context.Context, book *book, f *LogFile) error {
	if err := l.db.exec(ctx, findGoneRejects, f.ID); err != nil {
		return err
	}
	if err := l.heirs(ctx, book, (*LogFile).rejectRepeated); err != nil {
		return err
	}
	if err := l.db.exec(ctx, passRejects); err != nil {
		return err
	}
	if err := l.db.exec(ctx, "DELETE FROM rejects WHERE file_id = ?", f.ID); err != nil {
		return err
	}
	return l.db.check(ctx, schema.Rejects)
}

func (l *Load) forgetJobs(ctx context.Context, book *book, f *LogFile) error {
	if err := l.db.exec(ctx, findGoneJobs, f.ID); err != nil {
		return err
	}
	if err := l.heirs(ctx, book, (*LogFile).jobRepeated); err != nil {
		return err
	}
	if err := l.db.exec(ctx, passJobSources); err != nil {
		return err
	}
	if err := l.rezoneJobs(ctx, "SELECT row FROM heir WHERE "+otherZone(f)); err != nil {
		return err
	}
	if err := l.db.exec(ctx, findPromoted, f.ID); err != nil {
		return err
	}
	if err := l.db.exec(ctx, "CREATE OR REPLACE TEMP TABLE gone_job AS SELECT job_id AS id FROM job_sources WHERE file_id = ?", f.ID); err != nil {
		return err
	}
	if err := l.dropJobs(ctx, "gone_job"); err != nil {
		return err
	}
	return l.promote(ctx, book)
}

// promote makes the superseded E records that findPromoted chose the rows of
// their jobs, under the numbers of the rows that went.
func (l *Load) promote(ctx context.Context, book *book) error {
	rows, err := l.db.conn.QueryContext(ctx, "SELECT id, file_id, line, raw, coalesce(flags, '') FROM promoted ORDER BY id")
	if err != nil {
		return err
	}
	defer rows.Close()
	makers, err := l.newMakers(ctx)
	if err != nil {
		return err
	}
	makers.codec = plainZstd()
	promoted := 0
	for ; rows.Next(); promoted++ {
		var id, file, line int64
		var raw, flags []byte
		if err := rows.Scan(&id, &file, &line, &raw, &flags); err != nil {
			return err
		}
		maker, err := makers.of(file)
		if err != nil {
			return err
		}
		maker.Start(file, "", id)
		maker.Add(makers.split(raw, line, pbs.ParseFlags(flags)))
	}
	if err := rows.Err(); err != nil || promoted == 0 {
		return err
	}
	err = makers.each(func(fresh batch.Batches) error {
		for i, rec := range parts(fresh) {
			if err := l.db.insert(ctx, heldTables[i], appendFilled(nil, rec)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	l.revived = true
	if err := l.db.exec(ctx, "INSERT INTO revived SELECT id FROM promoted"); err != nil {
		return err
	}
	if err := l.db.touch(ctx, "j.id IN (SELECT id FROM promoted)"); err != nil {
		return err
	}
	err = book.count(ctx, l.db, "SELECT file_id, count(*) FROM promoted GROUP BY file_id", func(f *LogFile, n int64) { f.jobSuperseded(-n) })
	if err != nil {
		return err
	}
	return l.db.exec(ctx, "DELETE FROM events WHERE rowid IN (SELECT row FROM promoted)")
}

// Discard takes out what this load brought of a log that can't be read to its
// end.
func (l *Load) Discard(ctx context.Context, f *LogFile) error {
	l.held.drop(f.ID)
	l.book.forget(f.ID)
	if err := l.db.exec(ctx, "CREATE OR REPLACE TEMP TABLE gone_job AS SELECT job_id AS id FROM job_sources WHERE file_id = ? AND line >= ?",
		f.ID, f.FirstNewLine); err != nil {
		return err
	}
	if err := l.dropJobs(ctx, "gone_job"); err != nil {
		return err
	}
	if err := l.discardStaged(ctx, f); err != nil {
		return err
	}
	if l.hours.staged {
		if err := l.db.exec(ctx, "DELETE FROM undated_events WHERE file_id = ? AND line >= ?", f.ID, f.FirstNewLine); err != nil {
			return err
		}
	}
	for _, t := range []string{"events", "rejects", "repeats"} {
		if err := l.db.exec(ctx, "DELETE FROM "+t+" WHERE file_id = ? AND line >= ?", f.ID, f.FirstNewLine); err != nil {
			return err
		}
	}
	return nil
}

// discardStaged does the same for the jobs that were set aside.
func (l *Load) discardStaged(ctx context.Context, f *LogFile) error {
	if !l.staged {
		return nil
	}
	if err := l.db.exec(ctx, "DELETE FROM staged_jobs WHERE id IN (SELECT job_id FROM staged_job_sources WHERE file_id = ?)", f.ID); err != nil {
		return err
	}
	for _, t := range heldTables[1:] {
		if err := l.db.exec(ctx, fmt.Sprintf("DELETE FROM staged_%s WHERE job_id NOT IN (SELECT id FROM staged_jobs)", t)); err != nil {
			return err
		}
	}
	return nil
}
