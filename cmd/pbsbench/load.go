package main

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"pbsduck/duckdb"
	"pbsduck/duckdb/dbfile"
	"pbsduck/duckdb/load"
	"pbsduck/duckdb/rebuild"
	"pbsduck/duckdb/verify"
	"pbsduck/ingest"
	"pbsduck/ingest/source"
)

//go:embed read_csv.sql
var readCSVSQL string

//go:embed parse_logs.py
var pbsparseScript string

func ingestWithRecords(ctx context.Context, o *options) (measure, error) {
	return loadLogs(ctx, o, o.logs, ingest.CodecZstd)
}

func ingestWithoutRecords(ctx context.Context, o *options) (measure, error) {
	return loadLogs(ctx, o, o.logs, ingest.CodecNone)
}

func ingestPacked(ctx context.Context, o *options) (measure, error) {
	return loadLogs(ctx, o, filepath.Join(o.dir, "gz"), ingest.CodecZstd)
}

// loadLogs takes the logs into a new database, up to its last checkpoint.
func loadLogs(ctx context.Context, o *options, folder, how string) (m measure, err error) {
	logs, err := source.Find([]string{folder}, source.FindOptions{})
	if err != nil {
		return m, err
	}
	workers := load.Tune()
	return timed(o, func(path string) (m measure, err error) {
		db, err := duckdb.Open(ctx, path, duckdb.Options{Threads: 1, Memory: load.DuckDBMemory})
		if err != nil {
			return m, err
		}
		summary, err := load.Run(
			ctx, db, logs, load.Options{Machine: machine, Zone: zone, Codec: how, Workers: workers},
		)
		if err != nil {
			return m, err
		}
		if len(summary.Failed) > 0 {
			return m, summary.Failed[0]
		}
		m.Rows = summary.Jobs
		m.Bytes, err = size(o.logs)
		if err != nil {
			return m, err
		}
		return m, db.Close()
	})
}

// rebuildFromRecords makes the rows of the loaded database again. The checks that come then are no part of it.
func rebuildFromRecords(ctx context.Context, o *options) (m measure, err error) {
	workers := load.Tune()
	path := filepath.Join(o.dir, "step.duckdb")
	if err := os.Link(filepath.Join(o.dir, "full.duckdb"), path); err != nil {
		return m, err
	}
	start, cpu := time.Now(), cpuTime()
	made := func(verify.Check) {
		if m.Seconds == 0 {
			m.Seconds, m.CPU = time.Since(start).Seconds(), cpuTime()-cpu
		}
	}
	s, err := rebuild.FromRecords(ctx, path, rebuild.RecordsOptions{Workers: workers, Options: rebuild.Options{
		Threads: 1, Memory: load.DuckDBMemory, Verify: verify.Options{Quick: true, Checking: made}}})
	if err != nil {
		return m, err
	}
	m.Rows = s.Jobs
	return m, errors.Join(os.Remove(path), os.Remove(path+dbfile.PreviousSuffix))
}

// insertFloor copies what an ingest gave into another database, by all cores.
func insertFloor(ctx context.Context, o *options) (measure, error) {
	return timed(o, func(path string) (m measure, err error) {
		tables := []string{"outcomes", "outcome_records", "outcome_nodes", "events"}
		statements := []string{
			"ATTACH '" + filepath.Join(o.dir, "full.duckdb") + "' AS loaded (READ_ONLY)", "CREATE SCHEMA copied",
		}
		for _, t := range tables {
			statements = append(statements, "CREATE TABLE copied."+t+" AS SELECT * FROM loaded."+t)
		}
		if err := execute(ctx, path, statements); err != nil {
			return m, err
		}
		m.Bytes, err = size(o.logs)
		return m, err
	})
}

func readCSV(ctx context.Context, o *options) (measure, error) {
	files, err := logFiles(o.logs)
	if err != nil {
		return measure{}, err
	}
	list := "['" + strings.Join(files, "', '") + "']"
	return timed(o, func(path string) (m measure, err error) {
		if err := execute(ctx, path, []string{"CREATE SCHEMA read", fmt.Sprintf(readCSVSQL, list)}); err != nil {
			return m, err
		}
		m.Bytes, err = size(o.logs)
		return m, err
	})
}

// execute runs statements on a new database.
func execute(ctx context.Context, path string, statements []string) error {
	db, err := duckdb.Open(ctx, path, duckdb.Options{})
	if err != nil {
		return err
	}
	for _, s := range statements {
		result, err := db.Query(ctx, s)
		if err != nil {
			return fmt.Errorf("%s: %w", s, err)
		}
		result.Release()
	}
	return db.Close()
}

// timed measures do on the path of a database that is removed in the end.
func timed(o *options, do func(path string) (measure, error)) (measure, error) {
	path := filepath.Join(o.dir, "step.duckdb")
	start, cpu := time.Now(), cpuTime()
	m, err := do(path)
	m.Seconds, m.CPU = time.Since(start).Seconds(), cpuTime()-cpu
	return m, errors.Join(err, os.Remove(path))
}
