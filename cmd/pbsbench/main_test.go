package main

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// TestMain lets the test's binary be the child that a step runs in.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && (os.Args[1] == "-step" || os.Args[1] == "-alone") {
		main()
		return
	}
	os.Exit(m.Run())
}

// TestPeakIsOfTheProgram: what the process that measures has taken itself is not counted.
func TestPeakIsOfTheProgram(t *testing.T) {
	const large = 256 << 20
	taken := bytes.Repeat([]byte{1}, large)
	m, out, err := alone(t.Context(), []string{"echo", "done"})
	if err != nil || string(out) != "done\n" {
		t.Fatalf("%q %v", out, err)
	}
	if m.Peak == 0 || m.Peak >= large {
		t.Errorf("echo took %d bytes", m.Peak)
	}
	runtime.KeepAlive(taken)
}

// TestStepsDoTheWork: what is timed is the work that the report says it is.
func TestStepsDoTheWork(t *testing.T) {
	ctx := context.Background()
	program := filepath.Join(t.TempDir(), "pbsduck")
	if out, err := exec.Command("go", "build", "-o", program, "pbsduck/cmd/pbsduck").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	w, err := prepare(ctx,
		&options{days: 1, jobs: 100, rounds: 1, files: 10, copies: 3, program: program,
			dir: filepath.Join(t.TempDir(), "work")})
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(w.dir)
	results, err := w.rounds(ctx)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]int64{
		"newlines": w.Records, "tokenise": w.Records, "arrow": w.Records, "arrow+records": w.Records, "insert": w.Jobs,
		"ingest": w.Jobs, "ingest-none": w.Jobs, "ingest-gz": w.Jobs, "from-records": w.Jobs, "noop": 10, "export": w.Jobs,
		"verify": w.Jobs, "record": 1, "status": 1, "read_csv": w.Jobs,
	}
	for _, s := range asking {
		want[s.name] = 3 * w.Jobs
	}
	for name, rows := range want {
		if m := results[name]; len(m) != 1 || m[0].Rows != rows || m[0].Seconds <= 0 || m[0].Peak == 0 {
			t.Errorf("%s: %+v, want %d rows", name, m, rows)
		}
	}
	if len(results) != len(want) {
		t.Errorf("%d steps, want %d: pbsparse is left out", len(results), len(want))
	}
	out := summarize(w, results).String()
	for _, s := range steps {
		if _, there := want[s.name]; there != strings.Contains(out, "| "+s.title+" |") {
			t.Errorf("%s in the report: %v\n%s", s.title, !there, out)
		}
	}
}
