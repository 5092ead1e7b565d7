package notebooks

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestConnectPython types what pbsduck connect prints for Python.
func TestConnectPython(t *testing.T) {
	interpreter, w := python(t), theWorld(t)
	for _, c := range []struct{ tool, then string }{
		{"python", `print(con.sql("SELECT count(*) FROM jobs").fetchone()[0] > 1000, len(_) > 1)`},
		// Polars itself is not among the requirements: what fetches into it is there, and the question is right.
		{"polars", `print(callable(con.sql("SELECT * FROM jobs").pl), con.sql("SELECT * FROM jobs").arrow() is not None)`},
	} {
		command := exec.Command(filepath.Join(w.bin, "pbsduck"), "connect", "-q", "--db", w.db, c.tool)
		lines, err := command.Output()
		if err != nil {
			t.Fatal(err)
		}
		script := strings.TrimSuffix(string(lines), "\n")
		last := strings.LastIndexByte(script, '\n') + 1
		if c.tool == "polars" {
			script = script[:last]
		} else {
			script = script[:last] + "_ = " + script[last:]
		}
		if got := string(w.tool(t, nil, interpreter, "-c", script+"\n"+c.then)); got != "True True\n" {
			t.Errorf("%s prints %q after\n%s", c.tool, got, script)
		}
	}
}
