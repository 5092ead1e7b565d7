package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"pbsduck/cmd/pbsduck/ui"
)

const docs = "../../docs"

func page(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestDocs runs every command of these pages, in their order, at a site that is that of examples/ncar.toml with small
// logs.
func TestDocs(t *testing.T) {
	for name, least := range map[string]int{
		"operations.md": 7, "configuration.md": 7, "search.md": 10, "dataset.md": 6, "sharing.md": 3, "upgrade.md": 4,
		"what-becomes-of-a-line.md": 6, "faq.md": 15, "exactness.md": 2, "exit-codes.md": 2, "cluster.md": 2, "iceberg.md": 4,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			command := regexp.MustCompile("(?m)^(pbsduck .*)$|`(pbsduck [^`]+)`")
			commands := command.FindAllStringSubmatch(page(t, filepath.Join(docs, name)), -1)
			if len(commands) < least {
				t.Errorf("only %d commands found", len(commands))
			}
			// they begin with a database
			if slices.Contains([]string{"upgrade.md", "faq.md", "exactness.md", "exit-codes.md"}, name) {
				runAtSite(t, dir, "pbsduck ingest")
			}
			for _, m := range commands {
				runAtSite(t, dir, strings.TrimSpace(m[1]+m[2]))
			}
		})
	}
}

// runAtSite runs a command as it is written, but for its paths. The site has its configuration by then, unless config
// init is to write one.
func runAtSite(t *testing.T, dir, command string) {
	t.Helper()
	if !strings.Contains(command, "config init") {
		furnish(t, dir)
	}
	names := strings.NewReplacer("/var/spool/pbs/server_priv/accounting", dir+"/derecho",
		"=/logs/", "="+dir+"/", "FILE.csv", "hours.csv")
	here := names.Replace(command)
	c := exec.Command("bash", "-euc", here)
	c.Dir = dir
	c.Env = append(os.Environ(), "PBSDUCK_DB=", "PBSDUCK_CONFIG=")
	if out, err := c.CombinedOutput(); err != nil {
		t.Errorf("$ %s\n%v\n%s", here, err, out)
	}
}

// furnish gives the site its configuration, logs, and allocations.
func furnish(t *testing.T, dir string) {
	t.Helper()
	record := "01/15/2026 09:00:00;E;7.srv;user=user0001 account=\"PROJ0001\" queue=cpu ctime=1768464001 " +
		"start=1768464100 end=1768492800" +
		" Resource_List.ncpus=4 Resource_List.nodect=1 resources_used.walltime=01:00:00 Exit_status=0 run_count=1\n"
	for name, text := range map[string]string{
		"pbsduck.toml":     strings.ReplaceAll(page(t, "../../examples/ncar.toml"), "/var/spool/pbs/accounting/", ""),
		"derecho/20260115": record,
		"casper/20260115":  strings.ReplaceAll(record, "7.srv", "8.srv"),
		"hours.csv":        "account,machine,hours,from,to\nPROJ0001,derecho,1000,,\n",
	} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

// TestDocumentedConfiguration has config check read the pieces of configuration that docs/configuration.md shows.
func TestDocumentedConfiguration(t *testing.T) {
	piece := regexp.MustCompile("(?ms)^```toml\n(.*?)^```$")
	pieces := piece.FindAllStringSubmatch(page(t, filepath.Join(docs, "configuration.md")), -1)
	if len(pieces) < 2 {
		t.Errorf("only %d found", len(pieces))
	}
	const machine = "[[machines]]\nname = \"m\"\n"
	for _, piece := range pieces {
		path := filepath.Join(t.TempDir(), "pbsduck.toml")
		if err := os.WriteFile(path, []byte(machine+piece[1]), 0o666); err != nil {
			t.Fatal(err)
		}
		if out, err := exec.Command("pbsduck", "config", "check", "--config", path).CombinedOutput(); err != nil {
			t.Errorf("%v\n%s\n%s", err, out, piece[1])
		}
	}
}

// TestDocumentedAnswer has ingest take in what docs/qhist.md shows of qhist, as the page says.
func TestDocumentedAnswer(t *testing.T) {
	text := page(t, filepath.Join(docs, "qhist.md"))
	sample := regexp.MustCompile("(?ms)^```json\n(.*?)^```$").FindStringSubmatch(text)
	command := regexp.MustCompile("(?m)^pbsduck (ingest .* --qhist .*)$").FindStringSubmatch(text)
	if sample == nil || command == nil {
		t.Fatal("the page shows no answer, or not how it is taken in")
	}
	words := strings.Fields(command[1])
	c := exec.Command("pbsduck", words...)
	c.Dir = t.TempDir()
	if err := os.WriteFile(filepath.Join(c.Dir, words[len(words)-1]), []byte(sample[1]), 0o666); err != nil {
		t.Fatal(err)
	}
	c.Env = append(os.Environ(), "PBSDUCK_DB=", "PBSDUCK_CONFIG=")
	if out, err := c.CombinedOutput(); err != nil || !strings.Contains(string(out), ": 1 new") {
		t.Errorf("%v\n%s", err, out)
	}
}

// TestIndexNamesAll: docs/index.md leads to each page, and so does the site.
func TestIndexNamesAll(t *testing.T) {
	index, site := page(t, filepath.Join(docs, "index.md")), page(t, "../../mkdocs.yml")
	pages, err := filepath.Glob(filepath.Join(docs, "*.md"))
	if err != nil || len(pages) < 20 {
		t.Fatal(pages, err)
	}
	for _, path := range pages {
		name := filepath.Base(path)
		if name != "index.md" && !strings.Contains(index, "]("+name+")") {
			t.Errorf("docs/index.md does not lead to %s", name)
		}
		if !strings.Contains(site, ": "+name+"\n") {
			t.Errorf("nav of mkdocs.yml does not have %s", name)
		}
	}
}

// TestExitCodes: docs/exit-codes.md has the codes that there are, and what they mean.
func TestExitCodes(t *testing.T) {
	var got, want []string
	line := regexp.MustCompile(`(?m)^\| (\d+) \| (.*?) \|`)
	for _, m := range line.FindAllStringSubmatch(page(t, filepath.Join(docs, "exit-codes.md")), -1) {
		got = append(got, m[1]+" "+m[2])
	}
	for _, e := range ui.ExitCodes {
		want = append(want, fmt.Sprint(e.Code, " ", e.Text))
	}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

// TestReadmeNamesAll: the README has each command in its table, and each module that go.mod asks for.
func TestReadmeNamesAll(t *testing.T) {
	readme := page(t, "../../README.md")
	for _, c := range newRoot(version).Commands() {
		if !c.Hidden && !regexp.MustCompile("`(pbsduck )?"+c.Name()+"\\b").MatchString(readme) {
			t.Errorf("README.md does not name the command %s", c.Name())
		}
	}
	direct := regexp.MustCompile(`(?m)^\t(\S+) v\S+$`).FindAllStringSubmatch(page(t, "../../go.mod"), -1)
	if len(direct) < 10 {
		t.Errorf("only %d modules found in go.mod", len(direct))
	}
	for _, m := range direct {
		if !strings.Contains(readme, "`"+m[1]+"`") {
			t.Errorf("README.md does not say what %s is for", m[1])
		}
	}
}

// TestExamples: each command has examples in its help, and each flag in them is one that the command has.
func TestExamples(t *testing.T) {
	flag := regexp.MustCompile(`\s--([a-z-]+)`)
	var check func(c *cobra.Command)
	check = func(c *cobra.Command) {
		for _, sub := range c.Commands() {
			check(sub)
		}
		if c.Hidden || c.HasSubCommands() || c.Name() == "help" {
			return
		}
		if c.Example == "" {
			t.Errorf("%s has no example", c.CommandPath())
		}
		for line := range strings.Lines(c.Example) {
			_, own, _ := strings.Cut(line, c.CommandPath())
			own, _, _ = strings.Cut(own, "|")
			for _, m := range flag.FindAllStringSubmatch(own, -1) {
				if c.Flag(m[1]) == nil && m[1] != "help" { // which each gets when it runs
					t.Errorf("%s has no flag --%s: %s", c.CommandPath(), m[1], line)
				}
			}
		}
	}
	check(newRoot(version))
}
