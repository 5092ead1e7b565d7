package main

import (
	"os"
	"os/exec"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"testing"
)

// inits runs the program's `version`, and has Go's runtime say what each package makes at the start.
func inits(t *testing.T) string {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c := exec.Command(program)
	c.Args = []string{"pbsduck", "version"}
	c.Env = append(os.Environ(), "GODEBUG=inittrace=1")
	out, err := c.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "pbsduck ") {
		t.Fatalf("%s %v", out, err)
	}
	return string(out)
}

// TestStartIsLight: what a run may not need is not made at its start (patterns, templates, what the shell completes),
// by the memory that goes there. From 4 MB on Go collects garbage, which takes milliseconds more.
func TestStartIsLight(t *testing.T) {
	own := 0
	made := regexp.MustCompile(`(?m)^init (\S+) @.*?, (\d+) bytes`)
	for _, m := range made.FindAllStringSubmatch(inits(t), -1) {
		n, err := strconv.Atoi(m[2])
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(m[1], "pbsduck/") && m[1] != "pbsduck/cmd/pbsduck" { // which has the tests
			own += n
		}
	}
	if own == 0 || own > 120_000 {
		t.Errorf("pbsduck's packages take %d bytes of each start", own)
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	newRoot(version)
	runtime.ReadMemStats(&after)
	if made := after.TotalAlloc - before.TotalAlloc; made > 600_000 {
		t.Errorf("the commands take %d bytes of each start", made)
	}
}
