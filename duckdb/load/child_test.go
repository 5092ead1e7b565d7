package load_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"pbsduck/duckdb"
	"pbsduck/duckdb/load"
	"pbsduck/duckdb/publish"
	"pbsduck/duckdb/rebuild"
	"pbsduck/ingest/source"
)

// childArg makes the test's program do one piece of work, in a process that can
// be killed: test CHILD WORK DATABASE [PATH...].
const childArg = "child-process"

func runChild(work string, args []string) error {
	ctx := context.Background()
	path, rest := args[0], args[1:]
	switch work {
	case "ingest":
		return ingestInto(ctx, path, rest)
	case "crash": // after the commit, before what is in the write-ahead log is written into the file
		db, err := duckdb.Open(ctx, path, duckdb.Options{Version: "test", Threads: 1})
		if err == nil {
			err = fill(ctx, db, rest)
		}
		return err
	case "intrude":
		return intrude(path)
	case "rebuild":
		return rebuildFrom(ctx, path, rest)
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

// child is the process, not yet started.
func child(t testing.TB, work, path string, logs ...string) *exec.Cmd {
	t.Helper()
	c := exec.Command(os.Args[0], append([]string{childArg, work, path}, logs...)...)
	c.Dir = t.TempDir()
	return c
}

// finish runs it undisturbed.
func finish(t testing.TB, work, path string, logs ...string) time.Duration {
	t.Helper()
	start := time.Now()
	if out, err := child(t, work, path, logs...).CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", work, err, out)
	}
	return time.Since(start)
}

// fill takes logs in as machine m. One that can't be read is an error.
func fill(ctx context.Context, db *duckdb.DB, paths []string) error {
	logs, err := source.Find(paths, source.FindOptions{})
	if err != nil {
		return err
	}
	s, err := load.Run(ctx, db, logs, load.Options{Machine: "m", Zone: zoneName, Now: time.Unix(0, 0)})
	if err != nil {
		return err
	}
	return errors.Join(s.Failed...)
}

func ingestInto(ctx context.Context, path string, paths []string) error {
	db, err := duckdb.Open(ctx, path, duckdb.Options{Version: "test", Threads: 1, Wait: time.Minute})
	if err != nil {
		return err
	}
	return errors.Join(fill(ctx, db, paths), db.Close())
}

func rebuildFrom(ctx context.Context, path string, paths []string) error {
	load := func(ctx context.Context, fresh *duckdb.DB) error { return fill(ctx, fresh, paths) }
	return rebuild.FromLogs(ctx, path, load, rebuild.LogsOptions{Options: oneThread})
}

// contentOf is what a database file says, opened only for that.
func contentOf(t testing.TB, path string) []string {
	t.Helper()
	db, err := duckdb.Open(context.Background(), path, duckdb.Options{ReadOnly: true, Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	f := &fixture{t, db}
	f.checkLedger()
	return f.content()
}

// names lists a folder.
func names(t testing.TB, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, e := range entries {
		all = append(all, e.Name())
	}
	return all
}

// copyFile copies a database that nobody has open.
func copyFile(t testing.TB, from, to string) {
	t.Helper()
	data, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Clean(to), data, 0o644); err != nil {
		t.Fatal(err)
	}
}
