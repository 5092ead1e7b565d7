package main

import (
	"context"
	"slices"
)

// A step is one thing that is measured.
type step struct {
	name  string
	title string
	unit  string // what its rows are

	inside  func(context.Context, *options) (measure, error) // in a child of this program, which times itself
	command func(*workspace) []string                        // or another program, timed as a whole
	rows    func(*workspace) int64                           // of a command
	bytes   bool                                             // a command that reads all logs
}

// steps are in the order of the report: floors, parts, the whole, what is asked, and what else there is.
var steps = slices.Concat(loading, asking, others)

var loading = []step{
	{name: "newlines", title: "count newlines, 1 core (floor of reading)", unit: "lines", inside: countNewlines},
	{name: "tokenise", title: "records and attributes, 1 core", unit: "records", inside: tokenise},
	{name: "arrow", title: "parse to Arrow, 1 core", unit: "records", inside: parseToArrow},
	{name: "arrow+records", title: "parse to Arrow and pack records, 1 core", unit: "records", inside: parseAndPack},
	{name: "insert", title: "CREATE TABLE AS of the same rows (floor of inserting)", unit: "jobs", inside: insertFloor},
	{name: "ingest-none", title: "ingest without raw records", unit: "jobs", inside: ingestWithoutRecords},
	{name: "ingest", title: "ingest", unit: "jobs", inside: ingestWithRecords},
	{name: "ingest-gz", title: "ingest of gzip'd logs", unit: "jobs", inside: ingestPacked},
	{name: "from-records", title: "rebuild from records, up to the checks", unit: "jobs", inside: rebuildFromRecords},
	{name: "noop", title: "ingest of day files without news", unit: "files", command: noop,
		rows: func(w *workspace) int64 { return int64(w.small) }},
	{name: "export", title: "jobs to Parquet", unit: "jobs", command: exportJobs,
		rows: func(w *workspace) int64 { return w.Jobs }},
	{name: "record", title: "record JOBID", unit: "records", command: record, rows: one},
	{name: "status", title: "status", unit: "times", command: status, rows: one},
	{name: "verify", title: "verify --quick", unit: "jobs", command: verifyQuick,
		rows: func(w *workspace) int64 { return w.Jobs }},
}

var others = []step{
	{name: "pbsparse", title: "pbsparse, parsing only", unit: "records", command: pbsparse,
		rows: func(w *workspace) int64 { return w.Records }, bytes: true},
	{name: "read_csv", title: "DuckDB read_csv and regular expressions, 12 columns of E records",
		unit: "jobs", inside: readCSV},
}

func one(*workspace) int64 { return 1 }

func noop(w *workspace) []string {
	return append([]string{w.program}, ingestArgs(w.path("small.duckdb"), w.path("small"))...)
}

func exportJobs(w *workspace) []string {
	return []string{w.program, "export", "-q", "--db", w.path("full.duckdb"), "--table", "jobs", w.path("parquet")}
}

func record(w *workspace) []string {
	return []string{w.program, "record", "--db", w.path("full.duckdb"), w.JobID}
}

func status(w *workspace) []string {
	return []string{w.program, "status", "--db", w.path("full.duckdb")}
}

func verifyQuick(w *workspace) []string {
	return []string{w.program, "verify", "-q", "--quick", "--db", w.path("full.duckdb")}
}

// pbsparse is nil where there is no python for it.
func pbsparse(w *workspace) []string {
	if w.python == "" {
		return nil
	}
	return append([]string{w.python, "-c", pbsparseScript}, w.logFiles...)
}

func ingestArgs(db, logs string) []string {
	return []string{"ingest", "-q", "--db", db, "--machine", machine, "--timezone", zone, logs}
}

const (
	machine = "derecho"
	zone    = "America/Denver"
)
