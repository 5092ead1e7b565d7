package duckdbtest

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pbsduck/ingest/generate"
)

// apartSite are the machines whose logs generate does not make.
const apartSite = `
[[machines]]
name = "runs"
logs = "runs"
timezone = "` + Zone + `"
[[machines.rules]]
version = "1"
charged_over = "runs"
cpu_hours = "ncpus * date_diff('second', start_time, end_time) / 3600"
gpu_hours = "0"
memory_hours = "0"
[[machines]]
name = "night"
logs = "night"
timezone = "` + Zone + `"
`

// Apart makes logs of several machines, a folder each, all in Zone, that say little alone: what becomes of their
// records depends on those of other logs. OpenPBS and Torque are among them, and a configuration, pbsduck.toml.
func Apart(t testing.TB, jobs int) (dir string, machines []string) {
	t.Helper()
	dir = t.TempDir()
	if _, err := generate.Run(t.Context(), generate.Options{
		Dir: dir, Profiles: []string{"derecho", "tarnbeck"}, Days: 3, Jobs: jobs, Seed: 11, Hostile: true,
		Start: time.Date(2026, 10, 31, 0, 0, 0, 0, time.UTC), // the clocks change on the next day
	}); err != nil {
		t.Fatal(err)
	}
	config, err := os.OpenFile(filepath.Join(dir, "pbsduck.toml"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := config.WriteString(apartSite); errors.Join(err, config.Close()) != nil {
		t.Fatal(err)
	}
	repeatDay(t, filepath.Join(dir, "derecho"))
	tearLast(t, filepath.Join(dir, "tarnbeck"))
	for machine, logs := range map[string]map[string]string{"runs": apartRuns(), "night": apartNight(t)} {
		for name, text := range logs {
			path := filepath.Join(dir, machine, name)
			if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
				t.Fatal(err)
			}
			WriteLog(t, path, []byte(text), name == "9")
		}
	}
	return dir, []string{"derecho", "tarnbeck", "runs", "night"}
}

// repeatDay has a day's log stand in part in the next one, too, and packs it.
func repeatDay(t testing.TB, dir string) {
	t.Helper()
	first, next := filepath.Join(dir, "20261031"), filepath.Join(dir, "20261101")
	day, err := os.ReadFile(first)
	if err != nil {
		t.Fatal(err)
	}
	more, err := os.ReadFile(next)
	if err != nil {
		t.Fatal(err)
	}
	lines := bytes.SplitAfter(day, []byte("\n"))
	again := bytes.Join(lines[len(lines)/2:], nil)
	if err := os.WriteFile(next, append(more, again...), 0o600); err != nil {
		t.Fatal(err)
	}
	WriteLog(t, first, day, true)
	if err := os.Remove(first); err != nil {
		t.Fatal(err)
	}
}

// tearLast has an E record stand without its newline at the end of the first log, and whole in a log more.
func tearLast(t testing.TB, dir string) {
	t.Helper()
	first := filepath.Join(dir, "20261031")
	day, err := os.ReadFile(first)
	if err != nil {
		t.Fatal(err)
	}
	var torn string
	for line := range strings.Lines(string(day)) {
		if strings.Contains(line, ";E;") && strings.Contains(line, "Exit_status=0") {
			torn = strings.TrimSpace(line)
		}
	}
	if err := os.WriteFile(first, append(day, torn...), 0o600); err != nil {
		t.Fatal(err)
	}
	WriteLog(t, filepath.Join(dir, "20261103"), []byte(torn+"\n"), false)
}

// apartRuns are the records of a job that was requeued twice, and gave nodes back, each in a log of its own, and some
// in two.
func apartRuns() map[string]string {
	return map[string]string{
		"20260115": RunEntry(0, "Q", "queue=q") + RunEntry(10, "S", RunHeld(10, 8)) +
			RunEntry(500, "E", RunHeld(10, 8)+RunEnded(500, -11, 480, 1)),
		"20260116": RunEntry(600, "S", RunHeld(600, 8)) + RunEntry(900, "R", RunHeld(600, 8)+RunEnded(900, -11, 290, 2)),
		"20260117": RunEntry(1000, "S", RunHeld(1000, 8)) + RunEntry(900, "R", RunHeld(600, 8)+RunEnded(900, -11, 290, 2)) +
			RunEntry(1500, "c", RunHeld(1000, 4)),
		"20260118": RunEntry(2000, "E", RunHeld(1000, 4)+RunEnded(2000, 0, 990, 3)) +
			RunEntry(2000, "E", RunHeld(1000, 4)+RunEnded(2000, 0, -1, 3)),
		"20260119": RunEntry(2000, "E", RunHeld(1000, 4)+RunEnded(2000, 0, 990, 3)) + "01/15/2026 10:00:00;E;lost\n",
	}
}

// apartNight is the night in which the clock is set back, in two logs whose names are in order as numbers only; the
// second begins with what stands at the end of the first.
func apartNight(t testing.TB) map[string]string {
	t.Helper()
	begin := time.Date(2026, 11, 1, 6, 0, 0, 0, time.UTC)
	var records []string
	for i := range 150 {
		at := begin.Add(time.Duration(i) * 97 * time.Second)
		letter, text := "D", "requestor=u1@login1"
		switch i % 4 {
		case 1:
			letter, text = "Q", "queue=batch"
		case 2:
			letter, text = "a", "Priority=7"
		case 3:
			letter, text = "E",
				fmt.Sprintf("user=u1 queue=batch ctime=%d start=%d end=%d Exit_status=0 resources_used.walltime=00:10:00",
					at.Unix()-9999, at.Unix()-600, at.Unix())
		}
		records = append(records,
			fmt.Sprintf("%s;%s;%d.srv;%s\n", at.In(Denver(t)).Format("01/02/2006 15:04:05"), letter, i, text))
	}
	return map[string]string{"9": strings.Join(records[:75], ""), "10": strings.Join(records[60:], "")}
}
