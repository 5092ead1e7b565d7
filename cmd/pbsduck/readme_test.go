package main

import (
	"bytes"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var updateReadme = flag.Bool("update-readme", false,
	"write what the commands print into README.md and docs/tutorial.md")

// TestReadme runs every command of the README's tour, and of the tutorial, in order, in one folder each, and compares
// what they print on standard output with what the page shows.
func TestReadme(t *testing.T) {
	for _, path := range []string{"../../README.md", filepath.Join(docs, "tutorial.md")} {
		t.Run(filepath.Base(path), func(t *testing.T) {
			t.Parallel()
			testTour(t, path)
		})
	}
}

func testTour(t *testing.T, path string) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	var out bytes.Buffer
	inside, commands := false, 0
	for line := range strings.Lines(string(text)) {
		command, isCommand := strings.CutPrefix(line, "$ ")
		switch {
		case strings.HasPrefix(line, "```"):
			inside = strings.HasPrefix(line, "```console")
		case inside && !isCommand:
			continue // what was printed last time
		case inside:
			out.WriteString(line)
			out.WriteString(runTour(t, dir, command))
			commands++
			continue
		}
		out.WriteString(line)
	}
	if commands < 10 {
		t.Errorf("only %d commands found in the page's console blocks", commands)
	}
	if *updateReadme {
		if err := os.WriteFile(path, out.Bytes(), 0o666); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(string(text), out.String()); diff != "" {
		t.Errorf("it shows other output than the commands print (go test ./cmd/pbsduck -run Readme -update-readme, "+
			"and look at the difference):\n%s", diff)
	}
}

func runTour(t *testing.T, dir, command string) string {
	t.Helper()
	c := exec.Command("bash", "-c", command)
	c.Dir = dir
	c.Env = append(os.Environ(), "PBSDUCK_DB=")
	var stderr bytes.Buffer
	c.Stderr = &stderr
	out, err := c.Output()
	if err != nil {
		t.Fatalf("$ %s%v\n%s", command, err, stderr.Bytes())
	}
	return string(out)
}
