package rebuild

import (
	"context"
	"fmt"
	"path/filepath"
	"time"

	"pbsduck/duckdb"
	"pbsduck/duckdb/dbfile"
	"pbsduck/duckdb/load"
)

// A LostError says that logs would be lost by a rebuild.
type LostError struct {
	Path string
	Logs []*load.LogFile // that the old database has and the new one lacks
}

func (e *LostError) Error() string {
	first := e.Logs[0]
	name := first.File
	if name == "-" {
		name = "a log from standard input"
	}
	more := ""
	if n := len(e.Logs) - 1; n > 0 {
		more = fmt.Sprintf(" and %d more", n)
	}
	return fmt.Sprintf("%s has %s of %s%s, which the logs given now do not hold, or not as far, so nothing was changed",
		e.Path, name, first.Machine, more)
}

// refuseLoss compares the ledgers: what was read for the old database must
// have been read for the new one.
func (r *rebuild) refuseLoss(ctx context.Context) error {
	if r.old == nil || r.options.Lose {
		return nil
	}
	had, err := readingsOf(ctx, r.old)
	if err != nil {
		return r.tolerate(err)
	}
	fresh, err := duckdb.OpenFile(ctx, r.Path, duckdb.Options{ReadOnly: true, Threads: 1})
	if err != nil {
		return err
	}
	defer fresh.Close()
	has, err := readingsOf(ctx, fresh)
	if err != nil {
		return err
	}
	if lost := lostLogs(had, has); len(lost) > 0 {
		return &LostError{Path: filepath.Clean(r.Place), Logs: lost}
	}
	return nil
}

// lostLogs are the logs of one ledger that were not read as far for the other.
// A log that moved is known by its name.
func lostLogs(had, has []*load.LogFile) (lost []*load.LogFile) {
	type key struct{ machine, name string }
	read := map[key]int64{}
	for _, f := range has {
		for _, name := range []string{f.Name, f.Path} {
			read[key{f.Machine, name}] = max(read[key{f.Machine, name}], f.ReadBytes)
		}
	}
	for _, f := range had {
		if max(read[key{f.Machine, f.Name}], read[key{f.Machine, f.Path}]) < f.ReadBytes {
			lost = append(lost, f)
		}
	}
	return lost
}

// readingsOf reads of the ledger which logs were read how far: columns that
// every version of the tables has.
func readingsOf(ctx context.Context, db *duckdb.DB) (files []*load.LogFile, err error) {
	defer func() { err = db.ReadError(err) }()
	if version, err := db.SchemaVersion(ctx); version == 0 {
		return nil, err
	}
	rows, err := db.Conn().QueryContext(ctx, "SELECT machine, name, path, file, read_bytes, time_zone FROM log_files ORDER BY machine, name, path")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		f := &load.LogFile{}
		if err := rows.Scan(&f.Machine, &f.Name, &f.Path, &f.File, &f.ReadBytes, &f.TimeZone); err != nil {
			return nil, err
		}
		files = append(files, f)
	}
	return files, rows.Err()
}

// Readings are what a rebuild has to know of the database there is.
type Readings struct {
	Logs  []*load.LogFile // which were read, of which machines, how far, and in which time zone
	Bytes int64           // in use in the file
}

// ReadReadings asks the database at path; it is empty if there is none. The
// tables may be of an earlier version of the program. The error is ErrCorrupt
// if the database can't be read, which is no reason not to rebuild it from logs.
func ReadReadings(ctx context.Context, path string, wait time.Duration) (r Readings, err error) {
	if _, _, err := dbfile.Look(path); err != nil {
		return r, err
	}
	err = reading(ctx, path, wait, func(db *duckdb.DB) error {
		if r.Logs, err = readingsOf(ctx, db); err != nil {
			return err
		}
		r.Bytes, err = db.Number(ctx, "SELECT block_size * used_blocks FROM pragma_database_size() WHERE database_name = current_database()")
		return db.ReadError(err)
	})
	return r, err
}
