package load

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"pbsduck/duckdb"
	"pbsduck/ingest/batch"
	"pbsduck/ingest/schema"
	"pbsduck/ingest/source"
)

// A LogFile is a row of the ledger: a log, how far it was read, and what became of its lines.
type LogFile struct {
	ID        int64
	Machine   string
	Name      string // base name without compression suffix
	Path      string // identity: absolute path without compression suffix
	File      string // as last read
	Size      int64
	Modified  time.Time // zero for standard input
	ReadBytes int64     // of the decompressed log
	UnsureAt  int64     // where in them the first record begins whose reading more of the log may change; -1: none
	Digest    string    // of those bytes

	batch.Tally

	RecordsCheck          int64 // of the records, wherever their rows are: see schema.LogFiles
	ZoneFits, ZoneMisfits int64 // E records whose head agrees with their end=, and does not
	ZoneOffset            int64 // seconds, of the last that does not

	FirstTime, LastTime int64 // epoch seconds; 0: none
	TimeZone            string

	FirstNewLine int64 // from where on lines are new in this load
	known        bool  // the ledger has a row already
}

// at is the row of the log that is found at path now.
func (f *LogFile) at(path string) *LogFile {
	found := *f
	found.Path = path
	return &found
}

// IsBeginningOf tells whether a log that is found begins with what was read of the row's.
func (f *LogFile) IsBeginningOf(ctx context.Context, l source.Log) bool {
	in, err := l.Open(ctx)
	if err != nil {
		return false
	}
	var digest source.Digest
	err = digest.ReadPrefix(ctx, in, f.ReadBytes)
	return errors.Join(err, in.Close()) == nil && digest.Sum() == f.Digest
}

// reset clears the tally of a log that is read again from its beginning. It leaves the rest alone, which others may be
// reading meanwhile.
func (f *LogFile) reset() {
	f.Tally = batch.Tally{}
	f.RecordsCheck = 0
	f.ZoneFits, f.ZoneMisfits, f.ZoneOffset = 0, 0, 0
	f.FirstTime, f.LastTime, f.FirstNewLine, f.known = 0, 0, 1, false
}

const ledgerColumns = `file_id, machine, name, path, file, size_bytes, modified_at, read_bytes, unsure_at, digest,
	lines, jobs, superseded, events, repeats, rejects, continuation_lines, records_check, failed_values,
	zone_fits, zone_misfits, zone_offset_s, first_time, last_time, time_zone`

// Ledger reads the rows of a machine, or of all where machine is empty.
func Ledger(ctx context.Context, db *duckdb.DB, machine string) ([]*LogFile, error) {
	return ledger(ctx, db, "machine = $1 OR $1 = ''", machine)
}

// ledgerOf reads the rows of some logs, by their numbers.
func ledgerOf(ctx context.Context, db *duckdb.DB, ids []int64) (map[int64]*LogFile, error) {
	files, err := ledger(ctx, db, "file_id IN (SELECT unnest($1::BIGINT[]))", ids)
	byID := make(map[int64]*LogFile, len(files))
	for _, f := range files {
		byID[f.ID] = f
	}
	return byID, err
}

func ledger(ctx context.Context, db *duckdb.DB, where string, args ...any) ([]*LogFile, error) {
	question := "SELECT " + ledgerColumns + " FROM log_files WHERE " + where + " ORDER BY machine, name, path"
	rows, err := db.Conn().QueryContext(ctx, question, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var files []*LogFile
	for rows.Next() {
		f, err := scanLogFile(rows)
		if err != nil {
			return nil, err
		}
		files = append(files, f)
	}
	return files, rows.Err()
}

func scanLogFile(rows *sql.Rows) (*LogFile, error) {
	f := &LogFile{known: true}
	var modified, first, last sql.NullTime
	var unsure, offset sql.NullInt64
	err := rows.Scan(&f.ID, &f.Machine, &f.Name, &f.Path, &f.File, &f.Size, &modified, &f.ReadBytes, &unsure, &f.Digest,
		&f.Lines, &f.Jobs, &f.Superseded, &f.Events, &f.Repeats, &f.Rejects, &f.Continuations, &f.RecordsCheck,
		&f.FailedValues, &f.ZoneFits, &f.ZoneMisfits, &offset, &first, &last, &f.TimeZone)
	f.Modified, f.ZoneOffset, f.UnsureAt = modified.Time, offset.Int64, -1
	if unsure.Valid {
		f.UnsureAt = unsure.Int64
	}
	if first.Valid {
		f.FirstTime, f.LastTime = first.Time.Unix(), last.Time.Unix()
	}
	return f, err
}

// nextFileID is the first number not given to a log.
func nextFileID(ctx context.Context, db *duckdb.DB) (int64, error) {
	last, err := db.Number(ctx, "SELECT max(file_id) FROM log_files")
	return last + 1, err
}

// ledgerRows is how many rows of the ledger one statement writes.
const ledgerRows = 64

// writeLedger writes the rows of these logs.
func (l *transaction) writeLedger(ctx context.Context, files []*LogFile) error {
	var known []int64
	for _, f := range files {
		if f.known {
			known = append(known, f.ID)
		}
	}
	err := l.db.Exec(ctx, "DELETE FROM log_files WHERE file_id IN (SELECT unnest($1::BIGINT[]))", known)
	for some := range slices.Chunk(files, ledgerRows) {
		if err == nil {
			err = l.addToLedger(ctx, some)
		}
	}
	if err != nil {
		return fmt.Errorf("cannot write the ledger: %w", err)
	}
	return l.db.Check(ctx, schema.LogFiles)
}

func (l *transaction) addToLedger(ctx context.Context, files []*LogFile) error {
	var args []any
	for _, f := range files {
		var modified, offset, first, last, unsure any
		if f.UnsureAt >= 0 {
			unsure = f.UnsureAt
		}
		if !f.Modified.IsZero() {
			modified = f.Modified.UTC()
		}
		if f.ZoneMisfits > 0 {
			offset = f.ZoneOffset
		}
		if f.FirstTime != 0 {
			first, last = time.Unix(f.FirstTime, 0).UTC(), time.Unix(f.LastTime, 0).UTC()
		}
		args = append(
			args, f.ID, f.Machine, f.Name, f.Path, f.File, f.Size, modified, f.ReadBytes, unsure, f.Digest, f.Lines,
			f.Jobs, f.Superseded, f.Events, f.Repeats, f.Rejects, f.Continuations, f.RecordsCheck, f.FailedValues,
			f.ZoneFits, f.ZoneMisfits, offset, first, last, f.TimeZone, l.db.Version(),
		)
		f.known = true
	}
	row := "(" + strings.Repeat("?, ", len(args)/len(files)-1) + "now(), ?)"
	rows := row + strings.Repeat(", "+row, len(files)-1)
	return l.db.Exec(ctx, "INSERT INTO log_files ("+ledgerColumns+", loaded_at, loaded_by) VALUES "+rows, args...)
}
