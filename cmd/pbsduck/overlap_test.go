package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pbsduck/cmd/pbsduck/ui"
)

// torture makes the tests of overlapping processes as long as make torture wants them.
var torture = flag.Bool("torture", false, "run 2 to 8 processes at once in 100 rounds")

// An overlap is a folder in which processes run at once on one database. Each log has three records, one of them a job.
type overlap struct {
	*testing.T
	dir  string
	logs int // that were given to processes so far
}

func newOverlap(t *testing.T) *overlap {
	o := &overlap{T: t, dir: t.TempDir()}
	if err := os.Mkdir(filepath.Join(o.dir, "logs"), 0o755); err != nil {
		t.Fatal(err)
	}
	return o
}

// log writes another log, and gives its path.
func (o *overlap) log() string {
	day := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, o.logs)
	o.logs++
	at := func(h int) string { return day.Add(time.Duration(h) * time.Hour).Format("01/02/2006 15:04:05") }
	end := day.Add(9 * time.Hour).Unix()
	text := fmt.Sprintf("%s;Q;%d.srv;queue=q\n%s;S;%[2]d.srv;user=u queue=q\n"+
		"%[4]s;E;%[2]d.srv;user=u queue=q ctime=%[5]d qtime=%[5]d etime=%[5]d start=%[6]d end=%[7]d Exit_status=0 "+
		"resources_used.walltime=01:00:00 run_count=1\n",
		at(7), o.logs, at(8), at(9), end-7200, end-3600, end)
	name := filepath.Join("logs", day.Format("20060102"))
	if err := os.WriteFile(filepath.Join(o.dir, name), []byte(text), 0o644); err != nil {
		o.Fatal(err)
	}
	return name
}

// command is a process, not yet started.
func (o *overlap) command(args ...string) *exec.Cmd {
	c := exec.Command("pbsduck", append([]string{args[0], "--db", "x.duckdb", "--wait", "5m"}, args[1:]...)...)
	c.Dir = o.dir
	c.Env = append(os.Environ(), "TZ=UTC")
	return c
}

func (o *overlap) ingest() *exec.Cmd { return o.command("ingest", "--machine", "m", o.log()) }

// atOnce runs processes at once, and holds their exit codes to those allowed.
func (o *overlap) atOnce(commands []*exec.Cmd, allowed ...int) {
	o.Helper()
	said := make([]bytes.Buffer, len(commands))
	for i, c := range commands {
		c.Stderr = &said[i]
		if err := c.Start(); err != nil {
			o.Fatal(err)
		}
	}
	for i, c := range commands {
		err := c.Wait()
		var exit *exec.ExitError
		if err != nil && !errors.As(err, &exit) {
			o.Fatal(err)
		}
		code, ok := c.ProcessState.ExitCode(), false
		for _, a := range allowed {
			ok = ok || a == code
		}
		if !ok {
			o.Errorf("%s: exit code %d: %s", strings.Join(c.Args, " "), code, said[i].String())
		}
	}
}

// whole holds the database to what the processes were given: so many logs, each with its job.
func (o *overlap) whole() {
	o.Helper()
	out, err := o.command("query", "--format", "csv", "SELECT (SELECT count(*) FROM log_files) AS logs, "+
		"(SELECT count(*) FROM jobs) AS jobs, (SELECT count(*) FROM events) AS events").CombinedOutput()
	if want := fmt.Sprintf("logs,jobs,events\n%d,%d,%d\n", o.logs, o.logs, 2*o.logs); err != nil || string(out) != want {
		o.Fatalf("there is %q (%v), want %q", out, err, want)
	}
}

// left holds the folder to what may be there when no process runs.
func (o *overlap) left() {
	o.Helper()
	entries, err := os.ReadDir(o.dir)
	if err != nil {
		o.Fatal(err)
	}
	for _, e := range entries {
		switch name := e.Name(); {
		case name == "logs", name == "x.duckdb", name == "x.duckdb.previous",
			strings.HasPrefix(name, "x.published") && !strings.HasSuffix(name, ".lock"):
		default:
			o.Errorf("%s is left", name)
		}
	}
}

// TestLoadsAtOnce: of processes that load at once, also into a database that is not there yet, each loads its logs,
// whoever made the database.
func TestLoadsAtOnce(t *testing.T) {
	for _, n := range []int{2, 3, 4} {
		o := newOverlap(t)
		for range 2 { // into a new database, and one that is there
			var all []*exec.Cmd
			for range n {
				all = append(all, o.ingest())
			}
			o.atOnce(all, ui.ExitOK)
			o.whole()
			o.left()
		}
	}
}

// TestLoadInVain: a load that has nothing to load, or fails, takes away only a database that it made itself, also
// beside one that loads.
func TestLoadInVain(t *testing.T) {
	o := newOverlap(t)
	if err := os.WriteFile(filepath.Join(o.dir, "noise"), []byte("this is no log\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	vain := func() *exec.Cmd { return o.command("ingest", "--machine", "m", "noise") }
	o.atOnce([]*exec.Cmd{vain(), vain()}, ui.ExitError)
	if entries, err := os.ReadDir(o.dir); err != nil || len(entries) != 2 {
		t.Errorf("there are %v (%v)", entries, err)
	}
	for range 4 {
		if err := os.Remove(filepath.Join(o.dir, "x.duckdb")); err != nil && !errors.Is(err, os.ErrNotExist) {
			t.Fatal(err)
		}
		o.logs = 0
		load := o.ingest()
		again := o.command("ingest", "--machine", "m", load.Args[len(load.Args)-1]) // loads nothing if it is second
		o.atOnce([]*exec.Cmd{vain(), load, again, vain()}, ui.ExitOK, ui.ExitError)
		o.whole()
	}
}

// TestOverlap: whatever of ingest, rebuild and publish runs at once, on a new or an old database, nothing is lost.
func TestOverlap(t *testing.T) {
	rounds, most := 4, 4
	if *torture {
		rounds, most = 100, 8
	}
	random := rand.New(rand.NewPCG(7, 7))
	o := newOverlap(t)
	for round := range rounds {
		if round%10 == 0 { // on a new one
			o = newOverlap(t)
		}
		all := []*exec.Cmd{o.ingest()}
		for range 1 + random.IntN(most-1) {
			switch random.IntN(4) {
			case 0:
				all = append(all, o.command("rebuild", "m=logs", "--quick"))
			case 1:
				all = append(all, o.command("publish"))
			default:
				all = append(all, o.ingest())
			}
		}
		random.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		allowed := []int{ui.ExitOK}
		if round%10 == 0 { // there is nothing to publish yet
			allowed = append(allowed, ui.ExitNoDatabase)
		}
		o.atOnce(all, allowed...)
		o.whole()
		o.left()
		if out, err := o.command("verify", "-q", "--quick").CombinedOutput(); err != nil {
			t.Fatalf("round %d: %v\n%s", round, err, out)
		}
		if t.Failed() {
			t.Fatalf("round %d", round)
		}
	}
}

// TestOverlapResolve: who settles the same parts at once, each for a dataset of its own, wait for each other, and
// nothing is left beside the parts.
func TestOverlapResolve(t *testing.T) {
	o := newOverlap(t)
	o.atOnce([]*exec.Cmd{o.ingest(), o.ingest(), o.ingest()}, ui.ExitOK)
	if out, err := o.command("parse", "--parts", "parts", "--timezone", "UTC", "logs").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	rounds, all := 2, 4
	if *torture {
		rounds, all = 20, 8
	}
	for round := range rounds {
		var runs []*exec.Cmd
		for i := range all {
			runs = append(runs, o.command("resolve", "parts", "--dataset", fmt.Sprintf("dataset%d.%d", round, i)))
		}
		o.atOnce(runs, ui.ExitOK)
		for i := range all {
			question := fmt.Sprintf("SELECT count(*) FROM read_parquet('dataset%d.%d/jobs/**/*.parquet')", round, i)
			ask := o.command("query", "--allow-files", "--format", "csv", question)
			if out, err := ask.Output(); err != nil || string(out) != "count_star()\n3\n" {
				t.Errorf("round %d, %d: %v, %q", round, i, err, out)
			}
		}
		if left, err := filepath.Glob(filepath.Join(o.dir, "parts", ".*")); err != nil || len(left) > 0 {
			t.Error(left, err)
		}
	}
}

// TestRemovedDuringLoad: who loads into a database that is removed meanwhile is told, and nothing is said to be loaded.
func TestRemovedDuringLoad(t *testing.T) {
	o := newOverlap(t)
	log, err := os.ReadFile(filepath.Join(o.dir, o.log()))
	if err != nil {
		t.Fatal(err)
	}
	o.atOnce([]*exec.Cmd{o.ingest()}, ui.ExitOK)
	c := o.command("ingest", "--machine", "m", "-")
	stdin, err := c.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	var said bytes.Buffer
	c.Stderr = &said
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(patience); ; time.Sleep(10 * time.Millisecond) {
		look := o.command("query", "SELECT 1", "--wait", "0s")
		if _ = look.Run(); look.ProcessState.ExitCode() == ui.ExitLocked {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("it does not open the database")
		}
	}
	if err := os.Remove(filepath.Join(o.dir, "x.duckdb")); err != nil {
		t.Fatal(err)
	}
	_, err = stdin.Write(log)
	if err := errors.Join(err, stdin.Close()); err != nil {
		t.Fatal(err)
	}
	// what it says is looked at
	_ = c.Wait()
	// it may hold the lock, and not have the file open yet
	told := strings.Contains(said.String(), "removed") || strings.Contains(said.String(), "no such file")
	if code := c.ProcessState.ExitCode(); code != ui.ExitError || !told || strings.Contains(said.String(), "loaded 1") {
		t.Errorf("exit code %d: %s", code, said.String())
	}
	o.logs = 0
	o.atOnce([]*exec.Cmd{o.ingest()}, ui.ExitOK)
	o.whole()
	o.left()
}
