package main

import (
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"pbsduck/cmd/pbsduck/flags"
	"pbsduck/cmd/pbsduck/manual"
)

// allCommands are the program's, with those that it gets when it runs.
func allCommands() []*cobra.Command {
	root := newRoot(version)
	refuseUnknown(root)
	var all []*cobra.Command
	var add func(c *cobra.Command)
	add = func(c *cobra.Command) {
		all = append(all, c)
		for _, sub := range c.Commands() {
			if sub.IsAvailableCommand() {
				add(sub)
			}
		}
	}
	add(root)
	return all
}

// TestManPages: each command has a page with all sections, which groff and mandoc set without a warning, and
// in which each flag says what it takes.
func TestManPages(t *testing.T) {
	t.Setenv("SOURCE_DATE_EPOCH", "1767225600")
	dir := t.TempDir()
	root := newRoot("1.0-test")
	refuseUnknown(root)
	if err := writeMan(&flags.Global{Version: "1.0-test"}, root, dir); err != nil {
		t.Fatal(err)
	}
	want := map[string][]string{"pbsduck.toml.5": {"NAME", "DESCRIPTION", "FILES", "ENVIRONMENT", "SEE ALSO"}}
	for _, c := range allCommands() {
		want[manual.Name(c)+".1"] = []string{
			"NAME", "SYNOPSIS", "DESCRIPTION", "FILES", "ENVIRONMENT", "EXIT STATUS", "SEE ALSO",
		}
	}
	for name, sections := range want {
		text := page(t, filepath.Join(dir, name))
		for _, section := range sections {
			if !strings.Contains(text, "\n.SH "+section+"\n") {
				t.Errorf("%s has no section %s", name, section)
			}
		}
		if !strings.Contains(text, `"2026-01-01" "pbsduck 1.0-test"`) {
			t.Errorf("%s does not say its day and version", name)
		}
		if artefact := regexp.MustCompile(`.*(=""|\[=false|default "|default \[).*`).FindString(text); artefact != "" {
			t.Errorf("%s: %s", name, artefact)
		}
		for _, see := range regexp.MustCompile(`([a-z.\\-]+)\((\d)\)`).FindAllStringSubmatch(text, -1) {
			if other := strings.ReplaceAll(see[1], `\`, "") + "." + see[2]; want[other] == nil {
				t.Errorf("%s names the page %s, which does not exist", name, other)
			}
		}
	}
	if made, _ := filepath.Glob(filepath.Join(dir, "*")); len(made) != len(want) {
		t.Errorf("%d pages, want %d", len(made), len(want))
	}
	t.Run("groff", func(t *testing.T) { setByGroff(t, dir) })
	t.Run("mandoc", func(t *testing.T) { readByMandoc(t, dir) })
}

// readByMandoc has mandoc, which other systems show pages by, read all of them.
func readByMandoc(t *testing.T, dir string) {
	mandoc, err := exec.LookPath("mandoc")
	if err != nil {
		t.Skip("no mandoc here: nobody says whether it takes the pages (Debian: apt-get install mandoc)")
	}
	all, _ := filepath.Glob(filepath.Join(dir, "*.[15]"))
	lint := exec.Command(mandoc, append([]string{"-T", "lint", "-W", "warning"}, all...)...)
	if out, err := lint.CombinedOutput(); err != nil {
		t.Errorf("mandoc -T lint -W warning: %v\n%s", err, firstLines(string(out), 5))
	}
}

// setByGroff has groff set all pages, with all its warnings.
func setByGroff(t *testing.T, dir string) {
	groff, err := exec.LookPath("groff")
	if err != nil {
		t.Skip("no groff here: nobody says whether it takes the pages (Debian: apt-get install groff)")
	}
	all, _ := filepath.Glob(filepath.Join(dir, "*.[15]"))
	for _, name := range all {
		out, err := exec.Command(groff, "-ww", "-man", "-Tutf8", "-P-c", name).CombinedOutput()
		if err != nil || strings.Contains(string(out), "warning:") {
			t.Errorf("groff -ww -man %s: %v\n%s", name, err, firstLines(string(out), 5))
		}
	}
}

func firstLines(text string, n int) string {
	lines := strings.Split(text, "\n")
	return strings.Join(lines[:min(n, len(lines))], "\n")
}

// TestHelpOfFlags: each flag of each command says what its value is called, in words of this program, not in those of
// its source; lines fit 80 columns.
func TestHelpOfFlags(t *testing.T) {
	for _, c := range allCommands() {
		for _, f := range manual.Flags(c.LocalFlags()) {
			if _, value, takes := strings.Cut(strings.TrimPrefix(f.Head, "-"), " "); takes &&
				slices.Contains([]string{"string", "strings", "stringArray", "int", "uint", "duration"}, value) {
				t.Errorf("%s: %s: name its value, in backquotes in its usage", c.CommandPath(), f.Head)
			}
		}
		for line := range strings.Lines(manual.Lines(c.LocalFlags())) {
			if len(strings.TrimRight(line, "\n")) > 80 {
				t.Errorf("%s: %s", c.CommandPath(), line)
			}
		}
	}
}

// TestConfigurationPage: what config init writes, of which pbsduck.toml(5) is made, has each key that
// docs/configuration.md tells, and the other way round.
func TestConfigurationPage(t *testing.T) {
	told := map[string]bool{}
	text := page(t, filepath.Join(docs, "configuration.md"))
	for _, row := range regexp.MustCompile("(?m)^\\| (`.*?`) \\|").FindAllStringSubmatch(text, -1) {
		for _, key := range regexp.MustCompile("`([a-z_.\\[\\]]+)`").FindAllStringSubmatch(row[1], -1) {
			told[key[1]] = true
		}
	}
	if len(told) < 12 {
		t.Errorf("only %d keys found in the tables of configuration.md", len(told))
	}
	for key := range told {
		if !regexp.MustCompile(`(?m)^#` + regexp.QuoteMeta(key) + `( =|$)`).MatchString(configTemplate) {
			t.Errorf("the file of config init does not have %s", key)
		}
	}
	for _, m := range regexp.MustCompile(`(?m)^#(\[?\[?[a-z_.]+\]?\]?)`).FindAllStringSubmatch(configTemplate, -1) {
		if !strings.Contains(text, m[1]) {
			t.Errorf("docs/configuration.md does not tell %s", m[1])
		}
	}
}
