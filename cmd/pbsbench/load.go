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
	"pbsduck/duckdb/load"
	"pbsduck/duckdb/rebuild"
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
	where, err := time.LoadLocation(zone)
	if err != nil {
		return m, err
	}
	logs, err := source.Find([]string{folder}, source.FindOptions{})
	if err != nil {
		return m, err
	}
	workers := ingest.Tune()
	return timed(o, func(path string) (m measure, err error) {
		db, err := duckdb.Open(ctx, path, duckdb.Options{Threads: 1, Memory: ingest.DuckDBMemory})
		if err != nil {
			return m, err
		}
		summary, err := load.Run(ctx, db, logs, load.Options{Machine: machine, Location: where, Zone: zone, Codec: how, Workers: workers})
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

// rebuildFromRecords makes the rows of the loaded database again.
func rebuildFromRecords(ctx context.Context, o *options) (measure, error) {
	workers := ingest.Tune()
	return timed(o, func(path string) (m measure, err error) {
		old, err := duckdb.Open(ctx, filepath.Join(o.dir, "full.duckdb"), duckdb.Options{ReadOnly: true})
		if err != nil {
			return m, err
		}
		defer old.Close()
		fresh, err := rebuild.Seed(ctx, old, path, duckdb.Options{Threads: 1, Memory: ingest.DuckDBMemory})
		if err != nil {
			return m, err
		}
		summary, err := rebuild.FromRecords(ctx, old, fresh, rebuild.FromRecordsOptions{Workers: workers})
		if err != nil {
			return m, err
		}
		m.Rows = summary.Jobs
		return m, fresh.Close()
	})
}

// insertFloor copies what an ingest gave into another database, by all cores.
func insertFloor(ctx context.Context, o *options) (measure, error) {
	return timed(o, func(path string) (m measure, err error) {
		tables := []string{"outcomes", "outcome_records", "outcome_nodes", "events"}
		statements := []string{"ATTACH '" + filepath.Join(o.dir, "full.duckdb") + "' AS loaded (READ_ONLY)", "CREATE SCHEMA copied"}
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
