package notebooks

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
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

// TestNotebooksRun runs each notebook from top to bottom in a fresh kernel.
func TestNotebooksRun(t *testing.T) {
	interpreter := python(t)
	for _, notebook := range notebooks(t) {
		text := read(t, notebook)
		shown := theWorld(t).tool(t, text, interpreter, "-c", string(read(t, "testdata/execute.py")))
		if !strings.Contains(string(shown), "image/png") {
			t.Errorf("%s draws no plot; it shows %q", notebook, shown)
		}
	}
}

// TestNotebooksAreClean holds that notebooks are stored without what they
// showed on someone's machine.
func TestNotebooksAreClean(t *testing.T) {
	for _, notebook := range notebooks(t) {
		var content struct {
			Cells []struct {
				ID      string
				Outputs []any
				Count   *int `json:"execution_count"`
			}
		}
		if err := json.Unmarshal(read(t, notebook), &content); err != nil {
			t.Fatalf("%s: %v", notebook, err)
		}
		for _, c := range content.Cells {
			if len(c.Outputs) > 0 || c.Count != nil {
				t.Errorf("%s: cell %s is stored with its output: clear all outputs", notebook, c.ID)
			}
		}
	}
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
