package duckdbtest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"pbsduck/duckdb"
	"pbsduck/duckdb/load"
	"pbsduck/duckdb/publish"
	"pbsduck/duckdb/rebuild"
	"pbsduck/ingest/source"
)

// childArg makes the test's program do one piece of work, in a process that can be killed: test CHILD WORK DATABASE
// [PATH...].
const childArg = "child-process"

func runChild(work string, args []string) error {
	ctx := context.Background()
	path, rest := args[0], args[1:]
	switch work {
	case "ingest":
		return Ingest(ctx, path, rest)
	case "crash": // after a commit to the write-ahead log, before what is there is written into the file
		db, err := duckdb.Open(ctx, path, duckdb.Options{Version: "test", Threads: 1})
		if err == nil {
			err = db.Exec(ctx, "SET checkpoint_threshold = '1GiB'")
		}
		if err == nil {
			err = Fill(ctx, db, rest)
		}
		return err
	case "intrude":
		return intrude(path)
	case "rebuild":
		return Rebuild(ctx, path, rest)
	case "publish":
		_, err := publish.Run(ctx, path, publish.Options{Version: "test", Wait: time.Minute})
		return err
	case "read":
		return readAlong(ctx, path, rest, false)
	case "keep":
		return readAlong(ctx, path, rest, true)
	}
	return fmt.Errorf("unknown work %q", work)
}

// Child is the process, not yet started.
func Child(t testing.TB, work, path string, logs ...string) *exec.Cmd {
	t.Helper()
	c := exec.Command(os.Args[0], append([]string{childArg, work, path}, logs...)...)
	c.Dir = t.TempDir()
	return c
}

// Finish runs it undisturbed.
func Finish(t testing.TB, work, path string, logs ...string) time.Duration {
	t.Helper()
	start := time.Now()
	if out, err := Child(t, work, path, logs...).CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", work, err, out)
	}
	return time.Since(start)
}

// Fill takes logs in as machine m. One that can't be read is an error.
func Fill(ctx context.Context, db *duckdb.DB, paths []string) error {
	logs, err := source.Find(paths, source.FindOptions{})
	if err != nil {
		return err
	}
	s, err := load.Run(ctx, db, logs, load.Options{Machine: "m", Zone: Zone, Now: time.Unix(0, 0)})
	if err != nil {
		return err
	}
	return errors.Join(s.Failed...)
}

// Ingest loads logs into the database at path.
func Ingest(ctx context.Context, path string, paths []string) error {
	db, err := duckdb.Open(ctx, path, duckdb.Options{Version: "test", Threads: 1, Wait: time.Minute})
	if err != nil {
		return err
	}
	return errors.Join(Fill(ctx, db, paths), db.Close())
}

// Rebuild makes the database at path afresh from logs.
func Rebuild(ctx context.Context, path string, paths []string) error {
	load := func(ctx context.Context, fresh *duckdb.DB) error { return Fill(ctx, fresh, paths) }
	return rebuild.FromLogs(ctx, path, load, rebuild.LogsOptions{Options: OneThread})
}

// MustIngest loads logs into the database at path.
func MustIngest(t *testing.T, path string, logs ...string) {
	t.Helper()
	if err := Ingest(t.Context(), path, logs); err != nil {
		t.Fatal(err)
	}
}

// intrude writes to a database as a program does that knows nothing of pbsduck's locks.
func intrude(path string) error {
	db, err := sql.Open("duckdb", path)
	if err != nil {
		return err
	}
	_, err = db.Exec("CREATE TABLE intruder AS SELECT 1 AS one")
	return errors.Join(err, db.Close())
}

// Refused holds a child process to being told that the database is in use.
func Refused(t *testing.T, work, path string, logs ...string) {
	t.Helper()
	out, err := Child(t, work, path, logs...).CombinedOutput()
	if text := string(out); err == nil ||
		!strings.Contains(text, "is in use by") && !strings.Contains(text, "Could not set lock") {
		t.Errorf("%s: %s (%v)", work, out, err)
	}
}
