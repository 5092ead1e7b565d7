package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/klauspost/compress/gzip"

	"pbsduck/ingest/generate"
)

// A workspace is a folder with all that the steps read: logs, packed and plain, many small ones, and databases of both.
type workspace struct {
	dir, logs, program, python string
	runs, small                int // rounds, and how many small logs
	logFiles                   []string

	Bytes, Jobs, Records, Database int64
	Asked                          int64 // jobs of the database that is asked
	JobID                          string
}

func (w *workspace) path(name string) string { return filepath.Join(w.dir, name) }

func prepare(ctx context.Context, o *options) (w *workspace, err error) {
	w = &workspace{dir: o.dir, logs: o.logs, program: o.program, python: o.python, runs: o.rounds, small: o.files}
	if w.dir == "" {
		w.dir, err = os.MkdirTemp("", "pbsbench")
	} else {
		err = os.Mkdir(w.dir, 0o777)
	}
	if err != nil {
		return nil, err
	}
	for _, fill := range []func(context.Context, *options) error{w.makeLogs, w.pack, w.makeDatabases, w.count, w.grow} {
		if err := fill(ctx, o); err != nil {
			return nil, errors.Join(err, os.RemoveAll(w.dir))
		}
	}
	return w, nil
}

func (w *workspace) makeLogs(ctx context.Context, o *options) (err error) {
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	made := generate.Options{
		Dir: w.path("made"), Profiles: []string{machine}, Days: o.days, Jobs: o.jobs, Seed: 1, Start: start, NoTruth: true,
	}
	if w.logs == "" {
		if _, err := generate.Run(ctx, made); err != nil {
			return err
		}
		w.logs = filepath.Join(made.Dir, machine)
	}
	made.Dir, made.Days, made.Jobs = w.path("few"), o.files, 3
	if _, err := generate.Run(ctx, made); err != nil {
		return err
	}
	if err := os.Rename(filepath.Join(made.Dir, machine), w.path("small")); err != nil {
		return err
	}
	if w.logFiles, err = logFiles(w.logs); err != nil {
		return err
	}
	w.Bytes, err = size(w.logs)
	return err
}

// pack makes gzip'd copies of the logs.
func (w *workspace) pack(context.Context, *options) error {
	if err := os.Mkdir(w.path("gz"), 0o777); err != nil {
		return err
	}
	for _, path := range w.logFiles {
		if err := packFile(path, filepath.Join(w.path("gz"), filepath.Base(path)+".gz")); err != nil {
			return err
		}
	}
	return nil
}

func packFile(from, to string) error {
	text, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	if _, err := z.Write(text); err != nil {
		return err
	}
	if err := z.Close(); err != nil {
		return err
	}
	return os.WriteFile(to, packed.Bytes(), 0o666)
}

func (w *workspace) makeDatabases(ctx context.Context, _ *options) error {
	for name, logs := range map[string]string{"full.duckdb": w.logs, "small.duckdb": w.path("small")} {
		if _, _, err := child(ctx, append([]string{w.program}, ingestArgs(w.path(name), logs)...)); err != nil {
			return err
		}
	}
	return nil
}

// count asks the database what the logs hold.
func (w *workspace) count(ctx context.Context, _ *options) error {
	_, out, err := child(ctx, []string{w.program, "query", "--db", w.path("full.duckdb"), "--format", "csv",
		"SELECT (SELECT count(*) FROM jobs), (SELECT sum(lines) FROM log_files), " +
			"(SELECT job_id FROM jobs ORDER BY end_time DESC, job_id LIMIT 1)"})
	if err != nil {
		return err
	}
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	cells := strings.Split(lines[len(lines)-1], ",")
	if len(cells) != 3 {
		return fmt.Errorf("unexpected answer %q", out)
	}
	if w.Jobs, err = strconv.ParseInt(cells[0], 10, 64); err != nil {
		return err
	}
	if w.Records, err = strconv.ParseInt(cells[1], 10, 64); err != nil {
		return err
	}
	w.JobID = cells[2]
	w.Database, err = size(w.path("full.duckdb"))
	return err
}

// logFiles are the files of a folder, in order.
func logFiles(folder string) (files []string, err error) {
	err = filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			files = append(files, path)
		}
		return err
	})
	slices.Sort(files)
	if err == nil && len(files) == 0 {
		err = fmt.Errorf("%s: no logs", folder)
	}
	return files, err
}

// size is how many bytes the files of a folder, or a file, hold.
func size(folder string) (n int64, err error) {
	files, err := logFiles(folder)
	for _, f := range files {
		info, err := os.Stat(f)
		if err != nil {
			return 0, err
		}
		n += info.Size()
	}
	return n, err
}
