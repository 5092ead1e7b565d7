package notebooks

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// TestNotebookStaysOpen: a notebook is open on the published copy while 20 loads go by, each of which publishes.
// Neither side meets an error; what is open goes on seeing what it saw, and what is opened sees what was published.
func TestNotebookStaysOpen(t *testing.T) {
	const loads = 20
	interpreter, w, dir := python(t), theWorld(t), t.TempDir()
	usePackage(t)
	db, program := filepath.Join(dir, "a.duckdb"), filepath.Join(w.bin, "pbsduck")
	w.tool(t, nil, program, "generate", "-q", filepath.Join(dir, "logs"), "--profile", "casper", "--days",
		fmt.Sprint(loads+1), "--jobs", "30", "--seed", "1", "--start", "2026-01-01")
	logs, err := filepath.Glob(filepath.Join(dir, "logs", "casper", "2026*"))
	if err != nil || len(logs) <= loads {
		t.Fatalf("%d logs, %v", len(logs), err)
	}
	load := func(log string) {
		w.tool(t, nil, program, "ingest", "-q", "--db", db, "--machine", "casper", "--timezone",
			"America/Denver", "--publish", log)
	}
	load(logs[0])
	notebook := exec.CommandContext(t.Context(), interpreter, "-c", string(read(t, "testdata/stays.py")))
	notebook.Dir = dir
	notebook.Env = append(os.Environ(), "PBSDUCK_DB="+db)
	var complaints bytes.Buffer
	notebook.Stderr = &complaints
	stdin, err := notebook.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := notebook.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := notebook.Start(); err != nil {
		t.Fatal(err)
	}
	said := bufio.NewReader(stdout)
	if line, err := said.ReadString('\n'); line != "open\n" {
		t.Fatalf("%q, %v\n%s", line, err, complaints.Bytes())
	}
	for _, log := range logs[1 : loads+1] {
		load(log)
	}
	stdin.Close()
	var opened, first, last int
	_, scanned := fmt.Fscan(said, &opened, &first, &last)
	if err := notebook.Wait(); err != nil || scanned != nil {
		t.Fatalf("%v, %v\n%s", err, scanned, complaints.Bytes())
	}
	if opened < 3 || first <= 0 || last < first+loads {
		t.Errorf("opened %d times, %d jobs at first, %d at last", opened, first, last)
	}
	t.Logf("opened %d times during %d loads, %d jobs at first, %d at last", opened, loads, first, last)
}
