package main

import (
	"context"
	"io"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/pflag"

	"pbsduck/cmd/pbsduck/ui"
)

// anything are the flags that take any text, so that none is nonsense, and why.
var anything = map[string]string{
	"db": "a file's name", "config": "a file's name", "output": "a file's name", "html": "a file's name",
	"page": "a file's name", "dataset": "a folder's name", "check": "a folder's name", "publish": "a file's name",
	"as": "a file's name", "policy": "a file's name", "pbsduck ingest --machine": "the name of a machine that may be new",
	"pbsduck parse --machine": "likewise", "pbsduck rebuild --machine": "likewise", "like": "a database's name",
	"title": "a text", "query": "SQL, which may be of any kind: what it says is told by DuckDB", "key": "a file's name",
	"parts": "a folder's name", "settled": "a folder's name", "user": "a name", "account": "a name", "project": "a name",
	"anonymize-key": "a file's name", "group": "a name", "queue": "a name", "name": "a name", "priority": "a name",
	"qos": "a name", "cpu-type": "a name", "gpu-type": "a name", "node": "a name",
	"job": "the id of a job, which may be any text",
}

// needed are what else a command needs.
var needed = map[string][]string{
	"pbsduck query": {"SELECT 1"}, "pbsduck parse": {"logs"}, "pbsduck generate": {"made"}, "pbsduck record": {"7"},
	"pbsduck job": {"7"}, "pbsduck forget": {"20260115"}, "pbsduck export": {"out"}, "pbsduck report": {"usage"},
	"pbsduck rebuild": {"logs"}, "pbsduck ingest": {"logs"}, "pbsduck export --partition": {},
	"pbsduck allocations load": {"hours.csv"}, "pbsduck man": {"pages"}, "pbsduck resolve": {"parts"},
}

// beside are flags that another needs to mean anything.
var beside = map[string][]string{
	"partition": {"--dataset", "set"}, "interval": {"--follow"},
}

// runHere runs a command line within this process, and gives its exit code and what it said.
func runHere(t *testing.T, line ...string) (int, string) {
	t.Helper()
	out, err, r, w := os.Stdout, os.Stderr, (*os.File)(nil), (*os.File)(nil)
	r, w, e := os.Pipe()
	if e != nil {
		t.Fatal(e)
	}
	said := make(chan string)
	go func() {
		text, _ := io.ReadAll(r)
		said <- string(text)
	}()
	os.Stdout, os.Stderr = w, w
	root := newRoot(version)
	refuseUnknown(root)
	root.SetOut(w)
	root.SetErr(w)
	root.SetArgs(words(line))
	ctx := context.Background()
	failed := root.ExecuteContext(ctx)
	code := ui.ExitCode(ctx, failed)
	ui.Report(failed, code)
	os.Stdout, os.Stderr = out, err
	w.Close()
	return code, <-said
}

// TestNonsense gives each flag of each command a value that means nothing: it is a wrong use, which is told before
// anything is done, and names the flag.
func TestNonsense(t *testing.T) {
	dir := t.TempDir()
	furnish(t, dir)
	t.Chdir(dir)
	for _, name := range []string{"PBSDUCK_DB", "PBSDUCK_CONFIG"} {
		t.Setenv(name, "")
	}
	if code, said := runHere(t, "ingest", "-q"); code != 0 {
		t.Fatalf("%d %s", code, said)
	}
	const nonsense = "n0nsense!"
	tried := 0
	for _, c := range allCommands() {
		if c.HasAvailableSubCommands() {
			continue
		}
		c.LocalFlags().VisitAll(func(f *pflag.Flag) {
			flag := c.CommandPath() + " --" + f.Name
			if anything[f.Name] != "" || anything[flag] != "" || f.Hidden {
				return
			}
			value := "--" + f.Name + "=" + nonsense
			rest, special := needed[flag]
			if !special {
				rest = needed[c.CommandPath()]
			}
			line := slices.Concat(strings.Fields(c.CommandPath())[1:], rest, beside[f.Name])
			code, said := runHere(t, append(line, value)...)
			if told := strings.ReplaceAll(said, "_", "-"); code != ui.ExitUsage ||
				!strings.Contains(told, f.Name) && !strings.Contains(told, nonsense) {
				t.Errorf("%s %s: exit code %d, want %d, and a word about the flag: %s",
					strings.Join(line, " "), value, code, ui.ExitUsage, firstLines(said, 3))
			}
			tried++
		})
		line := slices.Concat(strings.Fields(c.CommandPath())[1:], needed[c.CommandPath()])
		for _, text := range []string{"--n0nsense", "--n0nsense=1", "-Z"} {
			if code, said := runHere(t, append(line, text)...); code != ui.ExitUsage {
				t.Errorf("%v %s: %d %s", line, text, code, said)
			}
		}
	}
	if tried < 150 {
		t.Errorf("only %d flags tried", tried)
	}
	for _, text := range []string{"n0nsense", "help n0nsense", "help ingst", "completion ksh", "config n0nsense",
		"connect n0nsense", "schema n0nsense", "report n0nsense",
		"help report n0nsense", "completion bash n0nsense", "allocations n0nsense"} {
		if code, said := runHere(t, strings.Fields(text)...); code != ui.ExitUsage ||
			!strings.Contains(said, "n0nsense") && !strings.Contains(said, "did you mean") {
			t.Errorf("pbsduck %s: exit code %d: %s", text, code, said)
		}
	}
}
