package notebooks

import (
	"encoding/json"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// python is the interpreter that has what notebooks need.
func python(t *testing.T) string {
	t.Helper()
	path := os.Getenv("PBSDUCK_PYTHON")
	switch {
	case path == "":
		t.Skip("PBSDUCK_PYTHON is not set: run make test, which makes a Python with python/requirements.txt")
	case !filepath.IsAbs(path):
		t.Fatalf("PBSDUCK_PYTHON=%s: give an absolute path", path)
	}
	return path
}

// A site is what notebooks are shown of: four weeks of a site's logs, as good as logs are, in a database that is
// published, and a dataset.
type site struct{ db, dataset string }

var makeSite = sync.OnceValues(func() (site, error) {
	w, err := makeWorld()
	dir := filepath.Join(scratch, "site")
	s := site{filepath.Join(dir, "pbsduck.duckdb"), filepath.Join(dir, "dataset")}
	if err != nil {
		return s, err
	}
	logs := filepath.Join(dir, "logs")
	for _, words := range [][]string{
		{"generate", "-q", logs, "--profile", "derecho,casper", "--days", "28", "--jobs", "800", "--seed", "1",
			"--start", "2026-01-01"},
		{"ingest", "-q", "--config", filepath.Join(logs, "pbsduck.toml"), "--db", s.db, "--publish"},
		{"export", "-q", "--db", s.db, "--dataset", s.dataset},
	} {
		if err := run(exec.Command(filepath.Join(w.bin, "pbsduck"), words...)); err != nil {
			return s, err
		}
	}
	return s, os.RemoveAll(logs)
})

// tool runs another program on the site, as that of the world does.
func (s site) tool(t *testing.T, stdin []byte, name string, args ...string) []byte {
	t.Helper()
	return theWorld(t).tool(t, stdin, "env",
		slices.Concat([]string{"PBSDUCK_DB=" + s.db, "PBSDUCK_DATASET=" + s.dataset, "OMP_NUM_THREADS=1", name}, args)...)
}

func theSite(t *testing.T) site {
	t.Helper()
	s, err := makeSite()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// A notebook is what is compared of one.
type notebook struct {
	Cells []struct {
		ID      string
		Outputs []struct {
			Text any
			Data map[string]any
		}
	}
}

// TestNotebooksRun runs each notebook from top to bottom in a fresh kernel. It must show what the kept one shows: the
// same kinds of things in each cell, the same words, and nearly the same numbers.
func TestNotebooksRun(t *testing.T) {
	interpreter := python(t)
	usePackage(t)
	script := string(read(t, "testdata/execute.py"))
	for _, path := range notebooks(t) {
		t.Run(filepath.Base(path), func(t *testing.T) {
			ran := theSite(t).tool(t, read(t, path), interpreter, "-c", script)
			if *update {
				if err := os.WriteFile(path, ran, 0o666); err != nil {
					t.Fatal(err)
				}
			}
			kept, shown := parse(t, read(t, path)), parse(t, ran)
			plots := 0
			for i, cell := range shown.Cells {
				if len(cell.Outputs) != len(kept.Cells[i].Outputs) {
					t.Errorf("cell %s shows %d things, the kept one %d: make notebooks",
						cell.ID, len(cell.Outputs), len(kept.Cells[i].Outputs))
					continue
				}
				for j, o := range cell.Outputs {
					old := kept.Cells[i].Outputs[j]
					if (o.Data["image/png"] == nil) != (old.Data["image/png"] == nil) {
						t.Errorf("cell %s draws, or the kept one does: make notebooks", cell.ID)
					}
					if o.Data["image/png"] != nil {
						plots++
					}
					if a, b := words(o.Text, o.Data["text/plain"]), words(old.Text, old.Data["text/plain"]); !alike(a, b) {
						t.Errorf("cell %s shows other than what is kept (make notebooks, and look at the difference):\n%s\nkept:\n%s",
							cell.ID, a, b)
					}
				}
			}
			if plots == 0 {
				t.Error("it draws no plot")
			}
		})
	}
}

// TestNotebooksAreSmall: what is kept of a notebook is what a code host shows at once.
func TestNotebooksAreSmall(t *testing.T) {
	for _, path := range notebooks(t) {
		if size := len(read(t, path)); size > 400_000 {
			t.Errorf("%s has %d bytes: draw smaller", path, size)
		}
	}
}

func parse(t *testing.T, text []byte) notebook {
	t.Helper()
	var n notebook
	if err := json.Unmarshal(text, &n); err != nil {
		t.Fatal(err)
	}
	return n
}

// words are those of texts, each of which is one or a list of lines.
func words(texts ...any) (all []string) {
	for _, text := range texts {
		switch text := text.(type) {
		case string:
			all = append(all, strings.Fields(text)...)
		case []any:
			all = append(all, words(text...)...)
		}
	}
	return all
}

// alike tells whether words are the same, and numbers near each other: other processors, and threads that add in
// another order, round otherwise.
func alike(a, b []string) bool {
	return slices.EqualFunc(a, b, func(x, y string) bool {
		if x == y {
			return true
		}
		m, err := strconv.ParseFloat(strings.ReplaceAll(x, ",", ""), 64)
		n, also := strconv.ParseFloat(strings.ReplaceAll(y, ",", ""), 64)
		return err == nil && also == nil && math.Abs(m-n) <= max(0.02*math.Abs(n), 0.11)
	})
}

func notebooks(t *testing.T) []string {
	t.Helper()
	names, err := filepath.Glob("python/*.ipynb")
	if err != nil || len(names) == 0 {
		t.Fatalf("no notebooks in python: %v", err)
	}
	return names
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return text
}
