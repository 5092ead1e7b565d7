package rebuild_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pbsduck/duckdb"
	"pbsduck/duckdb/duckdbtest"
	"pbsduck/duckdb/load"
	"pbsduck/duckdb/rebuild"
)

// jobsOf are E records of jobs whose numbers begin at first; the n-th ended n minutes after noon on 15 January.
func jobsOf(first, n int) []byte {
	var b strings.Builder
	for i := range n {
		const noon = 1768503600 // in Denver
		end := noon + 60*i
		fmt.Fprintf(&b, "01/15/2026 12:%02d:00;E;%d.srv;user=u ctime=%[3]d etime=%[3]d start=%[3]d Resource_List.ncpus=4 "+
			"Resource_List.nodect=1 end=%d resources_used.walltime=00:10:00 run_count=1\n", i, first+i, end-600, end)
	}
	return []byte(b.String())
}

// TestLostLogs: a log of the old database is among those of the new one if it is at its place there, or if one of its
// name begins as it did, and in no other case. The days of two servers have the same names.
func TestLostLogs(t *testing.T) {
	short, long, other := jobsOf(1, 3), jobsOf(1, 5), jobsOf(101, 5)
	for _, c := range []struct {
		name        string
		loaded, now map[string][]byte // logs of one day, by folder
		lost        string            // folders whose log is lost
	}{
		{"one of two servers", map[string][]byte{"a": long, "b": other}, map[string][]byte{"a": long}, "b"},
		{"the shorter one of two", map[string][]byte{"a": short, "b": other}, map[string][]byte{"b": other}, "a"},
		{"another server", map[string][]byte{"a": long}, map[string][]byte{"b": other}, "a"},
		{"another server, longer", map[string][]byte{"a": short}, map[string][]byte{"b": other}, "a"},
		{"less of it", map[string][]byte{"a": long}, map[string][]byte{"b": short}, "a"},
		{"less at its place", map[string][]byte{"a": long}, map[string][]byte{"a": short}, "a"},
		{"moved", map[string][]byte{"a": long}, map[string][]byte{"b": long}, ""},
		{"moved and grown", map[string][]byte{"a": short}, map[string][]byte{"b": long}, ""},
		{"both moved", map[string][]byte{"a": long, "b": other}, map[string][]byte{"c": other, "d": long}, ""},
		{"changed places", map[string][]byte{"a": long, "b": other}, map[string][]byte{"a": other, "b": long}, ""},
		{"two copies, one left", map[string][]byte{"a": long, "b": long}, map[string][]byte{"b": long}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			path := filepath.Join(dir, "x.duckdb")
			write := func(logs map[string][]byte) (paths []string) {
				for _, folder := range []string{"a", "b", "c", "d"} {
					if err := os.RemoveAll(filepath.Join(dir, folder)); err != nil {
						t.Fatal(err)
					}
					if data, is := logs[folder]; is {
						if err := os.Mkdir(filepath.Join(dir, folder), 0o777); err != nil {
							t.Fatal(err)
						}
						paths = append(paths, duckdbtest.WriteLog(t, filepath.Join(dir, folder, "20260115"), data, false))
					}
				}
				return paths
			}
			duckdbtest.MustIngest(t, path, write(c.loaded)...)
			before := duckdbtest.ContentOf(t, path)
			err := rebuilt(t, path, write(c.now), func(*duckdb.DB) {})
			if c.lost == "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			duckdbtest.SameContent(t, "refused", duckdbtest.ContentOf(t, path), before)
			var lost *rebuild.LostError
			if !errors.As(err, &lost) || len(lost.Logs) != 1 || filepath.Base(filepath.Dir(lost.Logs[0].File)) != c.lost {
				t.Errorf("only the log of %s is lost: %v", c.lost, err)
			}
		})
	}
}

// TestLostAnswers: that there is a log of a day that qhist told of does not mean that it has all that qhist told.
func TestLostAnswers(t *testing.T) {
	answer := func(ids ...int) string {
		var jobs []string
		for _, id := range ids {
			jobs = append(jobs, fmt.Sprintf(`"%d.srv": {"time": "2026-01-15 12:%02d:00", "type": "E", "short_id": "%[1]d",
				"user": "u", "ctime": "2026-01-15 11:%02[3]d:00", "etime": "2026-01-15 11:%02[3]d:00",
				"start": "2026-01-15 11:%02[3]d:00", "end": "2026-01-15 12:%02[2]d:00",
				"Resource_List": {"ncpus": 4}, "resources_used": {"walltime": 600.0}, "run_count": 1}`, id, id-1, id+49))
		}
		return `{"timestamp": 1795697071, "Jobs": {` + strings.Join(jobs, ",") + "}}"
	}
	for _, c := range []struct {
		told []int
		lost bool
	}{{[]int{1, 2, 3}, false}, {[]int{2, 3, 4}, true}} {
		path := filepath.Join(t.TempDir(), "x.duckdb")
		db, err := duckdb.Open(t.Context(), path, duckdb.Options{Version: "test"})
		if err != nil {
			t.Fatal(err)
		}
		_, err = load.TakeAnswer(t.Context(), db, load.Answer{Machine: "m",
			Location: duckdbtest.Denver(t), Zone: duckdbtest.Zone,
			Source: "host", Day: "20260115", JSON: strings.NewReader(answer(c.told...))})
		if err := errors.Join(err, db.Close()); err != nil {
			t.Fatal(err)
		}
		log := duckdbtest.WriteLog(t, filepath.Join(t.TempDir(), "20260115"), jobsOf(1, 3), false)
		err = rebuilt(t, path, []string{log}, func(*duckdb.DB) {})
		var lost *rebuild.LostError
		switch {
		case !c.lost && err == nil:
		case c.lost && errors.As(err, &lost) && len(lost.Jobs) == 1 && lost.Jobs[0].JobID == "4.srv":
		default:
			t.Errorf("%v were told, of which the log has 1, 2 and 3: %v", c.told, err)
		}
	}
}
