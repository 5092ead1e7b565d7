package main

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"strconv"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"pbsduck/duckdb"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"pbsduck": func() { os.Exit(run()) }, "peak": peak})
}

// TestScript runs the conversations in testdata/script. Besides testscript's own commands they may say
//
//	exits CODE PROGRAM ARG...   run, and expect that exit code
//	hold FILE                   have the database open for writing, in another process than pbsduck's
//	newer FILE                  make the database one of a later version
//	holdlock FILE, letgo        hold the lock of someone who builds, and let go of it
//	until VALUE SQL             ask until that is the answer
//	waitfor FILE                wait until it is there
//	tmpfs DIR SIZE              have a file system of that size there
//	readonly DIR FILE           have one there that can only be read, with a copy of the file
//	older FILE                  make the database one of an earlier version
//	settle PARTS SCRIPT DIR     settle parts by the statements of resolve --sql, in another engine
//	sshd COMMANDS               start an OpenSSH server that finds commands in that folder; it is called cluster
//
// and ask for [root], for [mount], which says whether tmpfs and readonly work, and for [sshd]. UPDATE_SCRIPTS=1 writes
// what came out into cmp's files.
func TestScript(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		UpdateScripts:       os.Getenv("UPDATE_SCRIPTS") != "",
		Setup: func(e *testscript.Env) error {
			e.Setenv("TZ", "UTC")
			e.Setenv("PBSDUCK_DB", "test.duckdb")
			e.Setenv("ESC", "\x1b")
			return nil
		},
		Condition: func(c string) (bool, error) {
			switch c {
			case "sshd":
				_, err := exec.LookPath("ssh-keygen")
				return sshdPath() != "" && err == nil, nil
			case "root":
				return os.Geteuid() == 0, nil
			case "mount":
				return canMount(), nil
			}
			return false, errors.New("unknown condition")
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits": exits, "hold": hold, "newer": newer, "older": older,
			"holdlock": holdLock, "letgo": letGo, "until": until, "waitfor": waitFor, "tmpfs": tmpfs, "readonly": readOnly,
			"sshd": startSSHD, "settle": settle,
		},
	})
}

func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE PROGRAM ARG...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	var exit *exec.ExitError
	switch err := ts.Exec(args[1], args[2:]...); {
	case errors.As(err, &exit):
		got = exit.ExitCode()
	case err != nil:
		ts.Check(err)
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

func hold(ts *testscript.TestScript, _ bool, args []string) {
	db := openWriting(ts, args)
	ts.Defer(func() { ts.Check(db.Close()) })
}

func newer(ts *testscript.TestScript, _ bool, args []string) { changeVersion(ts, args, 1) }

func older(ts *testscript.TestScript, _ bool, args []string) { changeVersion(ts, args, -1) }

func changeVersion(ts *testscript.TestScript, args []string, by int) {
	db := openWriting(ts, args)
	rows, err := db.Query(context.Background(), "UPDATE schema_version SET version = version + ?", by)
	ts.Check(err)
	for rows.Next() {
	}
	ts.Check(rows.Err())
	rows.Release()
	ts.Check(db.Close())
}

func openWriting(ts *testscript.TestScript, args []string) *duckdb.DB {
	if len(args) != 1 {
		ts.Fatalf("give one database")
	}
	db, err := duckdb.Open(context.Background(), ts.MkAbs(args[0]), duckdb.Options{Version: "test"})
	ts.Check(err)
	return db
}
