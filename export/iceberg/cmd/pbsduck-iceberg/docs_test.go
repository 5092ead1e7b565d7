package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestDocs runs every command of docs/iceberg.md, in their order; and where there are engines, its Python.
func TestDocs(t *testing.T) {
	text, err := os.ReadFile("../../../../docs/iceberg.md")
	must(t, err)
	w := newWorld(t, 2, 30)
	commands := regexp.MustCompile("(?m)^(pbsduck(-iceberg)? .*)$").FindAllStringSubmatch(string(text), -1)
	if len(commands) < 7 {
		t.Errorf("only %d commands found", len(commands))
	}
	for _, m := range commands {
		words := strings.Fields(strings.ReplaceAll(m[1], "/var/spool/pbs/server_priv/accounting", "logs/derecho"))
		if words[0] == "pbsduck" {
			if words[1] == "ingest" {
				words = append(words, "--timezone", "America/Denver")
			}
			w.pbsduck(t, words[1:]...)
			continue
		}
		if said := w.iceberg(t, words[1:]...); said.code != 0 {
			t.Errorf("$ %s\n%d %s", m[1], said.code, said.err)
		}
	}
	blocks := regexp.MustCompile("(?s)```python\n(.*?)```").FindAllStringSubmatch(string(text), -1)
	if len(blocks) < 2 {
		t.Errorf("only %d blocks of Python found", len(blocks))
	}
	if os.Getenv("PBSDUCK_ENGINES_DIR") == "" {
		t.Log("its Python is not run: PBSDUCK_ENGINES_DIR names no folder of engines")
		return
	}
	jars, err := filepath.Glob(filepath.Join(engines(t), "spark", "*.jar"))
	must(t, err)
	for _, jar := range jars {
		must(t, os.Symlink(jar, w.path(filepath.Base(jar))))
	}
	for _, m := range blocks {
		cmd := exec.Command(filepath.Join(engines(t), "iceberg", "bin", "python"), "-c", m[1])
		cmd.Dir = w.dir
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%v\n%s\n%s", err, m[1], out)
		}
	}
}
