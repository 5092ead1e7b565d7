package overview_test

import (
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"pbsduck/duckdb/duckdbtest"
	"pbsduck/duckdb/overview"
	"pbsduck/duckdb/report"
	"pbsduck/export/page"
)

func options(t *testing.T, reports string) overview.Options {
	t.Helper()
	all, err := report.All(reports)
	if err != nil {
		t.Fatal(err)
	}
	return overview.Options{Reports: all,
		Command: func(name string, _ []string, _ map[string]string) string { return name }}
}

// TestDrawn: what the page draws of the program's own reports is drawn.
func TestDrawn(t *testing.T) {
	db := duckdbtest.OpenReading(t, duckdbtest.Generated(t))
	made, err := overview.Make(t.Context(), db, options(t, ""))
	if err != nil {
		t.Fatal(err)
	}
	if len(made.Figures) < 10 {
		t.Errorf("%d figures", len(made.Figures))
	}
	for _, id := range []string{"report-utilisation", "report-queue-depth", "report-usage", "idle", "report-waits",
		"report-shapes", "report-failures", "report-efficiency", "gpus"} {
		i := slices.IndexFunc(made.Sections, func(s page.Section) bool { return s.ID == id })
		if i < 0 || len(made.Sections[i].Charts) == 0 {
			t.Errorf("%s is not drawn", id)
		}
	}
}

// TestReportsOfASite: a site's report that takes the place of one of the program's, and has other columns or is by
// other things, is shown as any other of the site's.
func TestReportsOfASite(t *testing.T) {
	db := duckdbtest.OpenReading(t, duckdbtest.Generated(t))
	own := options(t, "").Reports
	for what, text := range map[string]string{
		"no machine": "SELECT 1 AS one",
		"other columns": "-- By: account of jobs\n" +
			"SELECT machine, period, entity, count(*) AS one FROM report_jobs GROUP BY ALL",
		"by other words": "-- By: queue\nSELECT machine, entity, count(*) AS core_hours FROM report_jobs GROUP BY ALL",
	} {
		dir := t.TempDir()
		for _, r := range own {
			head := "-- Title: Own\n-- Question: own?\n-- Variables: period VARCHAR, entity VARCHAR\n"
			if err := os.WriteFile(filepath.Join(dir, r.Name+".sql"), []byte(head+text), 0o666); err != nil {
				t.Fatal(err)
			}
		}
		o := options(t, dir)
		made, err := overview.Make(t.Context(), db, o)
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		if err := made.Write(io.Discard); err != nil {
			t.Errorf("%s: %v", what, err)
		}
		if i := slices.IndexFunc(made.Sections, func(s page.Section) bool { return s.ID == "report-usage" }); i < 0 ||
			len(made.Sections[i].Table.Rows) == 0 {
			t.Errorf("%s: usage has no rows", what)
		}
		for _, r := range o.Reports {
			if _, err := overview.Charts(t.Context(), db, o, r.Name); err != nil {
				t.Errorf("%s: chart of %s: %v", what, r.Name, err)
			}
		}
	}
}
