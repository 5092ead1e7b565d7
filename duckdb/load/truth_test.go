package load_test

import (
	"encoding/json"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pbsduck/duckdb/duckdbtest"
	"pbsduck/duckdb/load"
	"pbsduck/ingest/generate"
)

// TestTruth compares every column of every generated job, but what the reader doubts, with what the generator says it
// must be, in the worst logs it can make.
func TestTruth(t *testing.T) {
	dir, _ := duckdbtest.Logs(t, 900, true)
	f := duckdbtest.New(t)
	f.Load(load.Options{Machine: "derecho"}, filepath.Join(dir, "derecho"))
	checkTruth(f, dir, "derecho")
}

// TestTorqueTruth: the same of another dialect, in another time zone.
func TestTorqueTruth(t *testing.T) {
	dir := t.TempDir()
	if _, err := generate.Run(t.Context(), generate.Options{
		Dir: dir, Profiles: []string{"tarnbeck"}, Days: 3, Jobs: 900, Seed: 7, Hostile: true,
		Start: time.Date(2026, 10, 24, 0, 0, 0, 0, time.UTC), // the clocks change in the night to the 25th
	}); err != nil {
		t.Fatal(err)
	}
	f := duckdbtest.New(t)
	f.Load(load.Options{Machine: "tarnbeck", Zone: "Europe/Lisbon"}, filepath.Join(dir, "tarnbeck"))
	checkTruth(f, dir, "tarnbeck")
}

func checkTruth(f *duckdbtest.Fixture, dir, machine string) {
	f.Helper()
	t := f.TB
	f.CheckLedger()

	columns := `{` + strings.Join(f.Rows(`SELECT '''' || column_name || ''': ' || CASE data_type
			WHEN 'TIMESTAMP WITH TIME ZONE' THEN 'strftime(' || column_name || ', ''%Y-%m-%dT%H:%M:%SZ'')'
			ELSE column_name END
		FROM duckdb_columns()
		WHERE table_name = 'jobs' AND column_name NOT IN ('id', 'flags') ORDER BY column_index`), ", ") + `}`
	nodes := `(SELECT list({'node': node, 'ncpus': ncpus, 'ngpus': ngpus, 'mem_bytes': mem_bytes} ORDER BY node) ` +
		`FROM job_nodes WHERE job_id = j.id)`
	got := map[string]map[string]any{}
	for _, row := range f.Rows(`SELECT to_json(` + columns + `) || '|' || coalesce(to_json(` + nodes +
		`), '[]') FROM jobs j`) {
		at := strings.LastIndex(row, "|")
		job := duckdbtest.Decoded(t, row[:at])
		var list []any
		if err := json.Unmarshal([]byte(row[at+1:]), &list); err != nil {
			t.Fatal(err)
		}
		job["nodes"] = list
		got[duckdbtest.TruthKey(job)] = job
	}
	want := duckdbtest.Truth(t, filepath.Join(dir, machine+".truth.ndjson"))
	if len(got) != len(want) {
		t.Errorf("%d jobs, truth has %d", len(got), len(want))
	}
	for key, w := range want {
		raw := w["raw"]
		delete(w, "raw")
		delete(w, "charge")
		if diff := cmp.Diff(w, got[key]); diff != "" {
			t.Fatalf("job %s (-truth +got):\n%s\n%s", key, diff, raw)
		}
	}
	checkRaws(f, dir, machine)
}

// checkRaws compares the raw records with those of the truth file.
func checkRaws(f *duckdbtest.Fixture, dir, machine string) {
	f.Helper()
	var raws, wanted []string
	for _, r := range f.Records() {
		raws = append(raws, strings.SplitN(r, "|", 5)[4])
	}
	for _, w := range duckdbtest.Truth(f, filepath.Join(dir, machine+".truth.ndjson")) {
		wanted = append(wanted, w["raw"].(string))
	}
	slices.Sort(raws)
	slices.Sort(wanted)
	duckdbtest.SameContent(f, "raw records", raws, wanted)
}
