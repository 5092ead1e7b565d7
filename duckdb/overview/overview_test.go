package overview_test

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pbsduck/duckdb"
	"pbsduck/duckdb/duckdbtest"
	"pbsduck/duckdb/load"
	"pbsduck/duckdb/overview"
	"pbsduck/duckdb/report"
	"pbsduck/export/chart"
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

// ended are records of jobs of two hours and ten cores that ended at these times of a machine's clock.
func ended(t *testing.T, zone string, stamps ...string) []byte {
	t.Helper()
	loc, err := time.LoadLocation(zone)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for i, stamp := range stamps {
		at, err := time.ParseInLocation("01/02/2006 15:04:05", stamp, loc)
		if err != nil {
			t.Fatal(err)
		}
		end := at.Unix()
		fmt.Fprintf(&b, "%s;E;%d.srv;user=u%d group=g account=\"A\" queue=q ctime=%d start=%d Resource_List.ncpus=10 "+
			"Resource_List.nodect=1 end=%d Exit_status=0 resources_used.walltime=02:00:00 run_count=1\n",
			stamp, i+1, i+1, end-9000, end-7200, end)
	}
	return []byte(b.String())
}

// about loads logs of a machine into a database, and opens that.
func about(t *testing.T, zone, config string, logs map[string][]byte) *duckdb.DB {
	t.Helper()
	dir, path := t.TempDir(), filepath.Join(t.TempDir(), "x.duckdb")
	for name, text := range logs {
		duckdbtest.WriteLog(t, filepath.Join(dir, name), text, false)
	}
	f := duckdbtest.Open(t, path)
	f.Load(load.Options{Zone: zone, Config: duckdbtest.Config(t, "[[machines]]\nname = \"m\"\n"+config)}, dir)
	if err := f.DB.Close(); err != nil {
		t.Fatal(err)
	}
	return duckdbtest.OpenReading(t, path)
}

// chartOf is the first chart of a report.
func chartOf(t *testing.T, db *duckdb.DB, o overview.Options, name string) chart.Chart {
	t.Helper()
	charts, err := overview.Charts(t.Context(), db, o, name)
	if err != nil || len(charts) == 0 {
		t.Fatal(name, charts, err)
	}
	return charts[0]
}

// TestTheLastDay: a day of which the logs tell some hours is drawn as the mean of these.
func TestTheLastDay(t *testing.T) {
	db := about(t, "UTC", "", map[string][]byte{
		"20260115": ended(t, "UTC", "01/15/2026 08:00:00", "01/15/2026 20:00:00"),
		"20260116": ended(t, "UTC", "01/16/2026 02:00:00", "01/16/2026 04:00:00"),
	})
	c := chartOf(t, db, options(t, ""), "utilisation").(*chart.Time)
	if len(c.Series) != 1 || len(c.Series[0].Values) != 2 || c.Series[0].Values[1] != 10 {
		t.Errorf("%+v", c.Series)
	}
}

// TestMidnightLeaptOver: where a day begins at one o'clock, the page is of that day.
func TestMidnightLeaptOver(t *testing.T) {
	const zone = "America/Santiago"
	db := about(t, zone, "", map[string][]byte{
		"20260905": ended(t, zone, "09/05/2026 10:00:00", "09/05/2026 12:00:00"),
		"20260906": ended(t, zone, "09/06/2026 10:00:00", "09/06/2026 12:00:00"),
	})
	first, err := overview.LastDays(t.Context(), db, 1)
	if err != nil || first.Format(time.DateOnly) != "2026-09-06" {
		t.Errorf("the last day is %v, %v", first, err)
	}
	o := options(t, "")
	o.Filter.Since = first
	made, err := overview.Make(t.Context(), db, o)
	if err != nil || made.Subtitle != "6 September 2026" {
		t.Errorf("a page of %q, %v", made.Subtitle, err)
	}
}

// TestFiguresAreOfTheirCapacity: what a percentage is of is told with it, also where it changes, or is none.
func TestFiguresAreOfTheirCapacity(t *testing.T) {
	db := about(t, "UTC", `
[[machines.capacity]]
until = 2026-01-15
cores = 100
gpus = 0
[[machines.capacity]]
from = 2026-01-16
cores = 200
gpus = 8
`, map[string][]byte{
		"20260115": ended(t, "UTC", "01/15/2026 00:00:00", "01/15/2026 20:00:00"),
		"20260116": ended(t, "UTC", "01/16/2026 02:00:00", "01/17/2026 00:00:00"),
	})
	o := options(t, "")
	o.Only = "--user u1"
	made, err := overview.Make(t.Context(), db, o)
	if err != nil {
		t.Fatal(err)
	}
	notes := map[string]string{}
	for _, f := range made.Figures {
		notes[f.Label] = f.Note
	}
	if notes["Utilisation"] != "of 150 cores" || notes["GPUs in use"] != "of 4 GPUs" {
		t.Errorf("%v", notes)
	}
	if !strings.HasSuffix(made.Subtitle, ", only of --user u1") {
		t.Errorf("a page of %q", made.Subtitle)
	}
}

// TestSortedAsDrawn: bars are of what the rows are sorted by.
func TestSortedAsDrawn(t *testing.T) {
	db := duckdbtest.OpenReading(t, duckdbtest.Generated(t))
	o := options(t, "")
	o.By, o.Set = []string{"user"}, map[string]string{"sort": "jobs"}
	if title := chartOf(t, db, o, "usage").(*chart.Bars).Title; !strings.HasPrefix(title, "jobs on ") {
		t.Errorf("the chart is %q", title)
	}
}
