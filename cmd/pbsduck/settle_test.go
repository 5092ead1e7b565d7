package main

import (
	"database/sql"
	"fmt"
	"os"
	"path/filepath"

	"github.com/rogpeppe/go-internal/testscript"
)

// settle has a DuckDB that knows nothing of pbsduck run a script of resolve --sql on parts, as another engine does, and
// write what resolve --settled takes.
func settle(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: settle PARTS SCRIPT DIR")
	}
	parts, dir := ts.MkAbs(args[0]), ts.MkAbs(args[2])
	db, err := sql.Open("duckdb", "")
	ts.Check(err)
	defer db.Close()
	do := func(statement string, values ...any) {
		_, err := db.Exec(fmt.Sprintf(statement, values...))
		ts.Check(err)
	}
	for _, name := range []string{"jobs", "nodes", "events", "logs"} {
		do("CREATE VIEW part_%s AS FROM read_parquet('%s')", name, filepath.Join(parts, name, "*.parquet"))
	}
	do("%s", ts.ReadFile(args[1]))
	for _, name := range []string{"jobs", "job_nodes", "told_runs", "events", "part_logs"} {
		ts.Check(os.MkdirAll(filepath.Join(dir, name), 0o777))
		do("COPY %s TO '%s'", name, filepath.Join(dir, name, "part-0.parquet"))
	}
}
