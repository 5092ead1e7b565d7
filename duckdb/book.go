package duckdb

import (
	"context"
	"fmt"
)

// A book keeps the counts of the ledger right while rows move: those of the
// logs of this load in memory, those of earlier ones in the table.
type book struct {
	load  *Load
	files map[int64]*LogFile
	older map[int64]*LogFile // changes to the counts of logs of earlier loads
}

func newBook(l *Load, files []*LogFile) *book {
	b := &book{load: l, files: make(map[int64]*LogFile), older: make(map[int64]*LogFile)}
	for _, f := range files {
		b.files[f.ID] = f
	}
	return b
}

func (f *LogFile) jobRepeated(n int64)        { f.Jobs, f.Repeats = f.Jobs-n, f.Repeats+n }
func (f *LogFile) eventRepeated(n int64)      { f.Events, f.Repeats = f.Events-n, f.Repeats+n }
func (f *LogFile) rejectRepeated(n int64)     { f.Rejects, f.Repeats = f.Rejects-n, f.Repeats+n }
func (f *LogFile) jobSuperseded(n int64)      { f.Jobs, f.Superseded = f.Jobs-n, f.Superseded+n }
func (f *LogFile) supersededRepeated(n int64) { f.Superseded, f.Repeats = f.Superseded-n, f.Repeats+n }

func (b *book) file(id int64) *LogFile {
	if f := b.files[id]; f != nil {
		return f
	}
	if b.older[id] == nil {
		b.older[id] = &LogFile{ID: id}
	}
	return b.older[id]
}

// repeats files the rows of a question (machine, file, line, hash, object) as exact
// repeats, and counts them by log.
func (b *book) repeats(ctx context.Context, question string, change func(*LogFile, int64)) error {
	if err := b.load.db.exec(ctx, "INSERT INTO repeats "+question); err != nil {
		return err
	}
	return b.count(ctx, fmt.Sprintf("SELECT file_id, count(*) FROM (%s) GROUP BY file_id", question), change)
}

// count applies a change to each log by the number that a question (file,
// number) gives for it.
func (b *book) count(ctx context.Context, question string, change func(*LogFile, int64)) error {
	rows, err := b.load.db.conn.QueryContext(ctx, question)
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

// close writes the changes to logs of earlier loads, and adds them up for the
// load.
func (b *book) close(ctx context.Context) error {
	for _, f := range b.older {
		b.load.Older.Jobs += f.Jobs
		b.load.Older.Superseded += f.Superseded
		b.load.Older.Events += f.Events
		b.load.Older.Repeats += f.Repeats
		b.load.Older.Rejects += f.Rejects
		err := b.load.db.exec(ctx, `UPDATE log_files SET jobs = jobs + ?, superseded = superseded + ?, events = events + ?,
			repeats = repeats + ?, rejects = rejects + ? WHERE file_id = ?`,
			f.Jobs, f.Superseded, f.Events, f.Repeats, f.Rejects, f.ID)
		if err != nil {
			return err
		}
	}
	return nil
}
