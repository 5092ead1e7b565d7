package load_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"pbsduck/duckdb/duckdbtest"
	"pbsduck/duckdb/load"
)

// loadIn loads logs that were written in a time zone.
func loadIn(f *duckdbtest.Fixture, zone string, overwrite bool, paths ...string) *load.Summary {
	f.Helper()
	s := f.Load(load.Options{Zone: zone, Overwrite: overwrite}, paths...)
	if len(s.Failed) > 0 {
		f.Fatal(s.Failed)
	}
	return s
}

// endRecord is the E record of a job that ended at 06:30 UTC on the 16th: on the 15th in Denver. Runs is its run_count.
func endRecord(job, runs int) string {
	return fmt.Sprintf("01/15/2026 23:30:%02d;E;%d.s;user=u account=\"A\" jobname=j queue=q ctime=1768500000 "+
		"start=1768540000 end=%d Resource_List.ncpus=1 "+
		"exec_host=n1/0 Exit_status=0 resources_used.walltime=00:10:00 run_count=%d", job, job, 1768545000+job, runs)
}

// TestCorrectedZone: logs that were read in the wrong time zone are read again in the right one, one after the other,
// though they hold the same records; the outcome is that of loading them afresh.
func TestCorrectedZone(t *testing.T) {
	dir := t.TempDir()
	one, two := filepath.Join(dir, "20260115"), filepath.Join(dir, "20260116")
	event := "01/15/2026 23:00:00;Q;1.s;queue=q"
	duckdbtest.WriteLog(t, one,
		[]byte(strings.Join([]string{event, endRecord(1, 1), endRecord(2, 1), endRecord(2, 2)}, "\n")+"\n"), false)
	duckdbtest.WriteLog(t, two,
		[]byte(strings.Join([]string{event, endRecord(1, 1), endRecord(2, 1), endRecord(3, 1)}, "\n")+"\n"), false)
	fresh := duckdbtest.New(t)
	loadIn(fresh, duckdbtest.Zone, false, one, two)
	for _, order := range [][]string{{one, two}, {two, one}} {
		f := duckdbtest.New(t)
		loadIn(f, "UTC", false, order...)
		if diff := cmp.Diff([]string{"2026-01-16|3"},
			f.Rows("SELECT end_date, count(*) FROM jobs GROUP BY ALL")); diff != "" {
			t.Error(diff)
		}
		for _, path := range order {
			loadIn(f, duckdbtest.Zone, true, path)
			f.Verify()
			f.CheckLedger()
		}
		if diff := cmp.Diff([]string{"2026-01-15|3"},
			f.Rows("SELECT end_date, count(*) FROM jobs GROUP BY ALL")); diff != "" {
			t.Error(diff)
		}
		duckdbtest.SameContent(t, "corrected", f.Content(), fresh.Content())
	}
}

// TestLogGoesOnInItsZone: a log that grew is read on in the time zone in which it began, and the summary tells of it,
// as of one that did not change.
func TestLogGoesOnInItsZone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "20260115")
	duckdbtest.WriteLog(t, path, []byte(endRecord(1, 1)+"\n"), false)
	f := duckdbtest.New(t)
	loadIn(f, "UTC", false, path)
	want := []load.OtherZone{{File: path, Zone: "UTC"}}
	if diff := cmp.Diff(want, loadIn(f, duckdbtest.Zone, false, path).OtherZone); diff != "" {
		t.Errorf("unchanged: %s", diff)
	}
	duckdbtest.WriteLog(t, path, []byte(endRecord(1, 1)+"\n"+endRecord(2, 1)+"\n"), false)
	if diff := cmp.Diff(want, loadIn(f, duckdbtest.Zone, false, path).OtherZone); diff != "" {
		t.Errorf("grown: %s", diff)
	}
	const ends = "SELECT end_date, time_zone, count(*) FROM jobs j " +
		"JOIN job_sources s ON s.job_id = j.id JOIN log_files USING (file_id) GROUP BY ALL"
	if diff := cmp.Diff([]string{"2026-01-16|UTC|2"}, f.Rows(ends)); diff != "" {
		t.Error(diff)
	}
	f.Verify()
	if s := loadIn(f, duckdbtest.Zone, true, path); len(s.OtherZone) > 0 {
		t.Errorf("read again: %v", s.OtherZone)
	}
	if diff := cmp.Diff([]string{"2026-01-15|America/Denver|2"}, f.Rows(ends)); diff != "" {
		t.Error(diff)
	}
	f.Verify()
}

// TestZonesInAnyOrder: whatever logs hold the same records, in whichever time
// zones they are read, and read again, and in whatever order: the database is
// sound, and says what one says that was made afresh
// of the same logs in the same zones, in another order.
func TestZonesInAnyOrder(t *testing.T) {
	t.Parallel()
	zones := []string{"UTC", duckdbtest.Zone, "Asia/Tokyo", "Europe/Berlin"}
	rapid.Check(t, func(rt *rapid.T) {
		dir, paths, zone := t.TempDir(), []string{}, map[string]string{}
		for i := range rapid.IntRange(2, 4).Draw(rt, "logs") {
			path := filepath.Join(dir, fmt.Sprintf("2026011%d", i))
			writeDrawn(t, rt, path)
			paths = append(paths, path)
		}
		f := duckdbtest.Open(t, "")
		defer f.DB.Close()
		for range rapid.IntRange(2, 6).Draw(rt, "steps") {
			path := rapid.SampledFrom(paths).Draw(rt, "log")
			in := rapid.SampledFrom(zones).Draw(rt, "zone")
			_, known := zone[path]
			if overwrite := rapid.Bool().Draw(rt, "overwrite"); overwrite {
				writeDrawn(t, rt, path)
				loadIn(f, in, true, path)
				zone[path] = in
			} else if loadIn(f, in, false, path); !known {
				zone[path] = in
			}
			f.CheckLedger()
		}
		f.Verify()
		want := duckdbtest.Open(t, "")
		defer want.DB.Close()
		rest := paths[:0:0]
		for path := range zone {
			rest = append(rest, path)
		}
		slices.Sort(rest)
		random := rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "order"), 1))
		random.Shuffle(len(rest), func(i, j int) { rest[i], rest[j] = rest[j], rest[i] })
		for _, path := range rest {
			loadIn(want, zone[path], false, path)
		}
		duckdbtest.SameContent(t, fmt.Sprint(zone), f.Content(), want.Content())
	})
}

// writeDrawn writes a log of some E records of a few jobs, which other logs may hold too, and some other records.
func writeDrawn(t *testing.T, rt *rapid.T, path string) {
	t.Helper()
	var b strings.Builder
	for range rapid.IntRange(1, 6).Draw(rt, "records") {
		job := rapid.IntRange(1, 3).Draw(rt, "job")
		if rapid.IntRange(0, 4).Draw(rt, "kind") == 0 {
			fmt.Fprintf(&b, "01/15/2026 23:00:0%d;S;%d.s;user=u\n", job, job)
			continue
		}
		b.WriteString(endRecord(job, rapid.IntRange(1, 3).Draw(rt, "runs")) + "\n")
	}
	if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
}
