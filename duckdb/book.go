package duckdb

import (
	"context"
	_ "embed"
	"fmt"
)

//go:embed sql/change_counts.sql
var changeCounts string

// A book keeps the counts of the ledger right while rows move: by how much
// those of each log change. Those of the logs of this load are changed in
// memory, before their rows of the ledger are written; those of earlier ones
// in the table.
type book struct{ changes map[int64]*LogFile }

func newBook() *book { return &book{changes: make(map[int64]*LogFile)} }

func (f *LogFile) jobRepeated(n int64)        { f.Jobs, f.Repeats = f.Jobs-n, f.Repeats+n }
func (f *LogFile) eventRepeated(n int64)      { f.Events, f.Repeats = f.Events-n, f.Repeats+n }
func (f *LogFile) rejectRepeated(n int64)     { f.Rejects, f.Repeats = f.Rejects-n, f.Repeats+n }
func (f *LogFile) jobSuperseded(n int64)      { f.Jobs, f.Superseded = f.Jobs-n, f.Superseded+n }
func (f *LogFile) supersededRepeated(n int64) { f.Superseded, f.Repeats = f.Superseded-n, f.Repeats+n }

// Adopt adds the counts of another row of the ledger, as far as they change when
// records move between logs.
func (f *LogFile) Adopt(change *LogFile) {
	f.Jobs += change.Jobs
	f.Superseded += change.Superseded
	f.Events += change.Events
	f.Repeats += change.Repeats
	f.Rejects += change.Rejects
}

// Moved is by how much these counts differ from what they were.
func (f *LogFile) Moved(was *LogFile) LogFile {
	return LogFile{Jobs: f.Jobs - was.Jobs, Superseded: f.Superseded - was.Superseded, Events: f.Events - was.Events,
		Repeats: f.Repeats - was.Repeats, Rejects: f.Rejects - was.Rejects}
}

func (b *book) file(id int64) *LogFile {
	if b.changes[id] == nil {
		b.changes[id] = &LogFile{ID: id}
	}
	return b.changes[id]
}

// forget drops what was noted of a log.
func (b *book) forget(id int64) { delete(b.changes, id) }

// repeats files the rows of a question (machine, file, line, hash, object) as exact
// repeats, and counts them by log.
func (b *book) repeats(ctx context.Context, db *DB, question string, change func(*LogFile, int64)) error {
	if err := db.exec(ctx, "INSERT INTO repeats "+question); err != nil {
		return err
	}
	return b.count(ctx, db, fmt.Sprintf("SELECT file_id, count(*) FROM (%s) GROUP BY file_id", question), change)
}

// count applies a change to each log by the number that a question (file,
// number) gives for it.
func (b *book) count(ctx context.Context, db *DB, question string, change func(*LogFile, int64)) error {
	rows, err := db.conn.QueryContext(ctx, question)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var id, n int64
		if err := rows.Scan(&id, &n); err != nil {
			return err
		}
		change(b.file(id), n)
	}
	return rows.Err()
}

// close brings the counts in files, which are the logs of this load, up to
// date, and those of earlier loads in the table. It gives the sum of the
// latter changes, and leaves the book empty.
func (b *book) close(ctx context.Context, db *DB, files []*LogFile) (older LogFile, err error) {
	for _, f := range files {
		if change := b.changes[f.ID]; change != nil {
			f.Adopt(change)
			b.forget(f.ID)
		}
	}
	if len(b.changes) == 0 {
		return older, nil
	}
	var ids []int64
	var by [5][]int64
	for id, f := range b.changes {
		older.Adopt(f)
		ids = append(ids, id)
		for i, n := range [...]int64{f.Jobs, f.Superseded, f.Events, f.Repeats, f.Rejects} {
			by[i] = append(by[i], n)
		}
	}
	err = db.exec(ctx, changeCounts, ids, by[0], by[1], by[2], by[3], by[4])
	clear(b.changes)
	return older, err
}
