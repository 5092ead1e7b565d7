package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// held are the locks that scripts hold, by their folder.
var held sync.Map

func holdLock(ts *testscript.TestScript, _ bool, args []string) {
	f, err := os.OpenFile(ts.MkAbs(args[0]), os.O_RDWR|os.O_CREATE, 0o644)
	ts.Check(err)
	ts.Check(syscall.Flock(int(f.Fd()), syscall.LOCK_EX))
	_, err = f.WriteString("4711\n")
	ts.Check(err)
	held.Store(ts.MkAbs("."), f)
}

func letGo(ts *testscript.TestScript, _ bool, _ []string) {
	f, ok := held.LoadAndDelete(ts.MkAbs("."))
	if !ok {
		ts.Fatalf("nothing is held")
	}
	ts.Check(f.(*os.File).Close())
}

// patience is how long a script waits for what must come.
const patience = time.Minute

func waitUntil(ts *testscript.TestScript, what string, is func() bool) {
	for deadline := time.Now().Add(patience); !is(); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			ts.Fatalf("waited in vain for %s", what)
		}
	}
}

func until(ts *testscript.TestScript, _ bool, args []string) {
	waitUntil(ts, args[0], func() bool {
		c := exec.Command("pbsduck", "query", "-q", "--db", ts.MkAbs(ts.Getenv("PBSDUCK_DB")), "--format", "csv", args[1])
		out, err := c.Output() // there may be no database yet
		return err == nil && strings.Contains(string(out), "\n"+args[0]+"\n")
	})
}

func waitFor(ts *testscript.TestScript, _ bool, args []string) {
	waitUntil(ts, args[0], func() bool {
		_, err := os.Stat(ts.MkAbs(args[0]))
		return err == nil
	})
}

// canMount tells whether file systems can be mounted, which root mostly may.
var canMount = sync.OnceValue(func() bool {
	dir, err := os.MkdirTemp("", "pbsduck-mount")
	if err != nil {
		return false
	}
	defer os.Remove(dir)
	return exec.Command("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", dir).Run() == nil &&
		exec.Command("umount", dir).Run() == nil
})

func tmpfs(ts *testscript.TestScript, _ bool, args []string) {
	dir := ts.MkAbs(args[0])
	ts.Check(os.MkdirAll(dir, 0o755))
	ts.Check(exec.Command("mount", "-t", "tmpfs", "-o", "size="+args[1], "tmpfs", dir).Run())
	ts.Defer(func() { ts.Check(exec.Command("umount", dir).Run()) })
}

func readOnly(ts *testscript.TestScript, _ bool, args []string) {
	tmpfs(ts, false, []string{args[0], "50m"})
	dir := ts.MkAbs(args[0])
	content, err := os.ReadFile(ts.MkAbs(args[1]))
	ts.Check(err)
	ts.Check(os.WriteFile(filepath.Join(dir, filepath.Base(args[1])), content, 0o644))
	ts.Check(exec.Command("mount", "-o", "remount,ro", dir).Run())
}
