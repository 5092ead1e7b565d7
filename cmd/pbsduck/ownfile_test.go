package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"pbsduck/cmd/pbsduck/ui"
	"pbsduck/duckdb"
)

// TestQuestionReadsOwnFile: a question that may read files reads the database's own, by whatever name, and nobody can
// write to it for all that before it is closed.
func TestQuestionReadsOwnFile(t *testing.T) {
	o := newOverlap(t)
	o.atOnce([]*exec.Cmd{o.ingest()}, ui.ExitOK)
	path := filepath.Join(o.dir, "x.duckdb")
	if err := os.Link(path, filepath.Join(o.dir, "other")); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"x.duckdb", "other"} {
		db, err := duckdb.Open(t.Context(), path, duckdb.Options{ReadOnly: true, Files: true})
		if err != nil {
			t.Fatal(err)
		}
		rows, err := db.Query(t.Context(),
			fmt.Sprintf("SELECT octet_length(content) FROM read_blob('%s')", filepath.Join(o.dir, name)))
		if err != nil {
			t.Fatal(err)
		}
		rows.Release()
		load := o.command("ingest", "--wait", "0s", "--machine", "m", o.log())
		o.atOnce([]*exec.Cmd{load}, ui.ExitLocked)
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		o.atOnce([]*exec.Cmd{o.command("ingest", "--machine", "m", "logs")}, ui.ExitOK)
	}
	o.whole()
}
