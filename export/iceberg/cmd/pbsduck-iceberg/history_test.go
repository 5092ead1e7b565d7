package main

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/apache/iceberg-go/table"

	"pbsduck/export/iceberg"
)

// A history knows of each snapshot what the database had in its table when it was made.
type history struct {
	*world
	had map[string]map[string]string // by table and snapshot
}

func newHistory(w *world) *history { return &history{w, map[string]map[string]string{}} }

// note takes down what is in the database for the snapshots that are new.
func (h *history) note(t *testing.T) {
	t.Helper()
	now := h.prints(t)
	for name, snapshots := range h.snapshots(t) {
		if h.had[name] == nil {
			h.had[name] = map[string]string{}
		}
		for _, id := range snapshots {
			if _, ok := h.had[name][id]; !ok {
				h.had[name][id] = now[name]
			}
		}
	}
}

// check reads every snapshot that there is, with DuckDB, and wants the rows that the database had.
func (h *history) check(t *testing.T) {
	t.Helper()
	for name, snapshots := range h.snapshots(t) {
		for _, id := range snapshots {
			if got, want := h.read(t, name, id), h.had[name][id]; got != want {
				t.Errorf("%s at %s has %s, and the database had %s", name, id, got, want)
			}
		}
	}
}

// checkCurrent wants of each table the rows that the database has.
func (h *history) checkCurrent(t *testing.T) {
	t.Helper()
	now := h.prints(t)
	for name, snapshots := range h.snapshots(t) {
		if got := h.read(t, name, snapshots[len(snapshots)-1]); got != now[name] {
			t.Errorf("%s has %s, and the database %s", name, got, now[name])
		}
	}
}

// strays are files with rows that no snapshot has.
func (h *history) strays(t *testing.T) []string {
	t.Helper()
	known := map[string]bool{}
	for name, snapshots := range h.snapshots(t) {
		for _, id := range snapshots {
			for _, f := range h.plan(t, name, id) {
				known[strings.TrimPrefix(f, "file://")] = true
			}
		}
	}
	return slices.DeleteFunc(files(t, h.warehouse), func(path string) bool {
		return known[path] || !strings.HasSuffix(path, ".parquet")
	})
}

// checkCurrentOf also wants no table to have more snapshots.
func (h *history) checkCurrentOf(t *testing.T, snapshots int) {
	t.Helper()
	for name, all := range h.snapshots(t) {
		if len(all) > snapshots {
			t.Errorf("%s has the snapshots %v", name, all)
		}
	}
	h.checkCurrent(t)
}

// read has DuckDB read the files of a snapshot.
func (h *history) read(t *testing.T, name, snapshot string) string {
	t.Helper()
	var files []string
	for _, f := range h.plan(t, name, snapshot) {
		at, err := url.Parse(f)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, "'"+at.Path+"'")
	}
	if len(files) == 0 {
		return "0 0"
	}
	question := rowsOf[strings.TrimPrefix(name, "pbs.")]
	from := fmt.Sprintf("SELECT %s FROM read_parquet([%s], hive_partitioning = false)",
		columnsOf(question), strings.Join(files, ", "))
	return h.ask(t, "SELECT "+print(from))[0][0]
}

// plan are the files of a snapshot, each of which a table has once, with as many rows as it says.
func (h *history) plan(t *testing.T, name, snapshot string) []string {
	t.Helper()
	catalog, err := iceberg.Open(t.Context(), iceberg.Where{Catalog: h.catalog, Name: "pbsduck", Namespace: "pbs"})
	if err != nil {
		t.Fatal(err)
	}
	defer catalog.Close() //nolint:errcheck // a test
	loaded, err := catalog.LoadTable(t.Context(), strings.Split(name, "."))
	if err != nil {
		t.Fatal(err)
	}
	var id int64
	if _, err := fmt.Sscan(snapshot, &id); err != nil {
		t.Fatal(err)
	}
	tasks, err := loaded.Scan(table.WithSnapshotID(id)).PlanFiles(t.Context())
	if err != nil {
		t.Fatalf("%s at %s: %v", name, snapshot, err)
	}
	once := map[string]bool{}
	for _, task := range tasks {
		if once[task.File.FilePath()] {
			t.Errorf("%s at %s has %s twice", name, snapshot, task.File.FilePath())
		}
		once[task.File.FilePath()] = true
	}
	return slices.Sorted(maps.Keys(once))
}
