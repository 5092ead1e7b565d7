package rebuild

import (
	"context"
	"math"
	"time"

	"pbsduck/duckdb"
	"pbsduck/duckdb/dbfile"
	"pbsduck/duckdb/load"
	"pbsduck/ingest/source"
)

// Readings are what one who rebuilds a database has to know of it before.
type Readings struct {
	Path  string
	Logs  []*load.LogFile // which were read, of which machines, how far, and in which time zone
	Bytes int64           // in use in the file
	Older bool            // its tables are of an earlier version
}

// ReadReadings asks the database at path; it is empty if there is none. The tables may be of an earlier version of the
// program. The error is ErrCorrupt if the database can't be read, which is no reason not to rebuild it from logs.
func ReadReadings(ctx context.Context, path string, wait time.Duration) (r Readings, err error) {
	r.Path = path
	if _, _, err := dbfile.Look(path); err != nil {
		return r, err
	}
	err = reading(ctx, path, wait, func(db *duckdb.DB) error {
		if r.Logs, err = readingsOf(ctx, db); err != nil {
			return err
		}
		older, err := oldVersion(ctx, db)
		if err != nil {
			return db.ReadError(err)
		}
		r.Older = older > 0
		r.Bytes, err = db.UsedBytes(ctx)
		return db.ReadError(err)
	})
	return r, err
}

// readingsOf reads of the ledger which logs were read how far: columns that every version of the tables has.
func readingsOf(ctx context.Context, db *duckdb.DB) (files []*load.LogFile, err error) {
	defer func() { err = db.ReadError(err) }()
	if version, err := db.SchemaVersion(ctx); version == 0 {
		return nil, err
	}
	rows, err := db.Conn().QueryContext(ctx, `SELECT machine, name, path, file, read_bytes, digest, time_zone
		FROM log_files ORDER BY machine, name, path`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		f := &load.LogFile{}
		if err := rows.Scan(&f.Machine, &f.Name, &f.Path, &f.File, &f.ReadBytes, &f.Digest, &f.TimeZone); err != nil {
			return nil, err
		}
		files = append(files, f)
	}
	return files, rows.Err()
}

// Covered is a *LostError if logs that were read for the database are not among those that are given now, by machine,
// as far as that can be told before they are read.
func (r Readings) Covered(given map[string][]source.Log) error {
	known := map[place]*load.LogFile{}
	for _, f := range r.Logs {
		known[place{f.Machine, f.Path}] = f
	}
	var has []*load.LogFile
	for machine, logs := range given {
		for _, l := range logs {
			has = append(has, &load.LogFile{Machine: machine, Name: l.Name, Path: l.Key, ReadBytes: math.MaxInt64})
		}
	}
	return lost(r.Path, r.Logs, has, func(now, before *load.LogFile) bool {
		was := known[place{now.Machine, now.Path}] // another one, if it was read as far
		return was == nil || was.ReadBytes != before.ReadBytes || was.Digest == before.Digest
	})
}
