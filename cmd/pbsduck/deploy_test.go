package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

const (
	deploy    = "../../docs/deploy"
	installed = "/usr/local/bin/pbsduck"
)

// TestUnits has systemd check the units, with the program where it is.
func TestUnits(t *testing.T) {
	analyze, err := exec.LookPath("systemd-analyze")
	if err != nil {
		t.Skip("systemd-analyze is not here to check the units")
	}
	program, err := exec.LookPath("pbsduck")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	units, err := filepath.Glob(filepath.Join(deploy, "*.[st]*"))
	if err != nil || len(units) != 3 {
		t.Fatal(units, err)
	}
	var copies []string
	for _, unit := range units {
		text, err := os.ReadFile(unit)
		if err != nil {
			t.Fatal(err)
		}
		name := filepath.Join(dir, filepath.Base(unit))
		names := strings.NewReplacer(installed, program, "man:pbsduck-ingest(1) man:pbsduck.toml(5)", "https://example.org")
		here := names.Replace(string(text))
		if err := os.WriteFile(name, []byte(here), 0o644); err != nil {
			t.Fatal(err)
		}
		copies = append(copies, name)
	}
	out, err := exec.Command(analyze, append([]string{"verify"}, copies...)...).CombinedOutput()
	if err != nil || strings.Contains(string(out), dir) {
		t.Errorf("systemd-analyze verify: %v\n%s", err, out)
	}
}

// TestDeployedCommands runs every command of the units and of the crontab on logs of their own, as they are written
// there. A load of a unit that brought something is a line in the journal; cron mails nothing.
func TestDeployedCommands(t *testing.T) {
	commands := 0
	for _, name := range []string{"pbsduck-ingest.service", "pbsduck-follow.service", "crontab"} {
		text, err := os.ReadFile(filepath.Join(deploy, name))
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(text)) {
			at := strings.Index(line, installed+" ")
			if at < 0 || strings.HasPrefix(line, "#") {
				continue
			}
			commands++
			runDeployed(t, name, strings.TrimSpace(line[at:]))
		}
	}
	if commands != 3 {
		t.Errorf("%d commands, want 3", commands)
	}
}

func runDeployed(t *testing.T, name, command string) {
	t.Helper()
	dir := t.TempDir()
	logs := filepath.Join(dir, "logs")
	files := map[string]string{
		"logs/20260115": "01/15/2026 08:00:00;D;7.srv;requestor=user0001@srv\n",
		"pbsduck.toml":  fmt.Sprintf("[[machines]]\nname = \"derecho\"\nlogs = %q\ntimezone = \"America/Denver\"\n", logs),
	}
	if err := os.Mkdir(logs, 0o755); err != nil {
		t.Fatal(err)
	}
	for file, text := range files {
		if err := os.WriteFile(filepath.Join(dir, file), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	places := strings.NewReplacer(installed, "pbsduck", "/var/spool/pbs/server_priv/accounting", logs,
		"/var/lib/pbsduck", dir)
	here := places.Replace(command)
	if strings.Contains(here, "--follow") {
		// as systemd stops it
		here += " & while ! test -e pbsduck.published.duckdb; do sleep 0.1; done; kill -TERM $!; wait $!"
	}
	c := exec.Command("bash", "-euc", here)
	c.Dir = dir
	c.Env = append(os.Environ(), "PBSDUCK_DB="+filepath.Join(dir, "pbsduck.duckdb"),
		"PBSDUCK_CONFIG="+filepath.Join(dir, "pbsduck.toml"))
	out, err := c.CombinedOutput()
	if err != nil {
		t.Errorf("%s: %s: %v\n%s", name, here, err, out)
	}
	if lines := strings.Count(string(out), "\n"); strings.Contains(here, "--brief") != (lines == 1) {
		t.Errorf("%s: %s: it said\n%s", name, here, out)
	}
	if _, err := os.Stat(filepath.Join(dir, "pbsduck.published.duckdb")); err != nil {
		t.Errorf("%s: %v", name, err)
	}
}

// TestJobArray runs both scripts as PBS does, each member of the array by itself, and looks for the jobs of all logs.
func TestJobArray(t *testing.T) {
	dir := t.TempDir()
	furnish(t, dir)
	if err := os.Mkdir(filepath.Join(dir, "logs"), 0o777); err != nil {
		t.Fatal(err)
	}
	for _, machine := range []string{"derecho", "casper"} {
		if err := os.Symlink(filepath.Join(dir, machine), filepath.Join(dir, "logs", machine)); err != nil {
			t.Fatal(err)
		}
	}
	submit := func(script string, variables ...string) {
		t.Helper()
		c := exec.Command("sh", "-s")
		c.Stdin = strings.NewReader(page(t, filepath.Join(deploy, script)))
		c.Env = append(os.Environ(), append(variables, "PBS_O_WORKDIR="+dir, "NCPUS=1")...)
		if out, err := c.CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", script, err, out)
		}
	}
	for member := range 10 {
		submit("parse.pbs", fmt.Sprint("PBS_ARRAY_INDEX=", member+1))
	}
	submit("resolve.pbs")
	found, err := filepath.Glob(filepath.Join(dir, "dataset", "jobs", "machine=*", "year=2026",
		"month=1", "part-1.parquet"))
	if err != nil || len(found) != 2 {
		t.Error(found, err)
	}
}
