package likeness_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"pbsduck/duckdb"
	"pbsduck/duckdb/likeness"
	"pbsduck/duckdb/load"
	"pbsduck/ingest/generate"
	"pbsduck/ingest/source"
)

// logs makes two weeks of a machine's logs; with renamed, in which users, accounts and jobs have other names than
// generate gives.
func logs(t *testing.T, profile string, renamed bool, seed uint64) (paths string) {
	t.Helper()
	dir := t.TempDir()
	if _, err := generate.Run(t.Context(),
		generate.Options{Dir: dir, Profiles: []string{profile}, Days: 14, Seed: seed, NoTruth: true,
			Jobs: map[bool]int{true: 300}[renamed], Start: time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC)}); err != nil {
		t.Fatal(err)
	}
	name := strings.TrimSuffix(filepath.Base(profile), ".toml")
	if !renamed {
		return filepath.Join(dir, name)
	}
	job := regexp.MustCompile(`jobname=(\S)`)
	err := filepath.WalkDir(filepath.Join(dir, name), func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		text = bytes.ReplaceAll(bytes.ReplaceAll(text, []byte("user0"), []byte("somebody0")),
			[]byte("PROJ"), []byte("ACCOUNT"))
		text = job.ReplaceAll(text, []byte("jobname=secret-$1"))
		return os.WriteFile(path, text, 0o600)
	})
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Join(dir, name)
}

func open(t *testing.T, logs string) *duckdb.DB {
	t.Helper()
	db, err := duckdb.Open(context.Background(), filepath.Join(t.TempDir(), "test.duckdb"),
		duckdb.Options{Version: "test"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	found, err := source.Find([]string{logs}, source.FindOptions{})
	if err == nil {
		_, err = load.Run(t.Context(), db, found, load.Options{Machine: "m", Zone: "America/Denver", Now: time.Unix(0, 0)})
	}
	if err != nil {
		t.Fatal(err)
	}
	return db
}

// figures are numbers of a database by name.
func figures(t *testing.T, db *duckdb.DB, question string) map[string]float64 {
	t.Helper()
	rows, err := db.Conn().QueryContext(t.Context(), question)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	all := map[string]float64{}
	for rows.Next() {
		var name string
		var n float64
		if err := rows.Scan(&name, &n); err != nil {
			t.Fatal(err)
		}
		all[name] = n
	}
	return all
}

const mine = " FROM jobs WHERE NOT is_array_parent AND walltime_used_s IS NOT NULL " +
	"AND walltime_requested_s IS NOT NULL AND submit_time >= TIMESTAMPTZ '2026-01-05 07:00:00Z'"

// share asks which part of the jobs has each value.
func share(value string) string {
	return "SELECT coalesce((" + value + ")::VARCHAR, '-'), 100 * count(*) / sum(count(*)) OVER ()" + mine + " GROUP BY 1"
}

// quantiles asks for some of a value.
func quantiles(value string) string {
	return "SELECT unnest(['10', '25', '50', '75', '90']), unnest(quantile_cont(" + value +
		", [0.1, 0.25, 0.5, 0.75, 0.9]))" + mine
}

// TestLike: logs that are made by a profile that was fitted have the queues, sizes, times, hours, exits and users of
// the logs that it was fitted to, on a machine as large, and no name of anybody.
func TestLike(t *testing.T) {
	for _, profile := range []string{"casper", "derecho"} {
		t.Run(profile, func(t *testing.T) {
			db := open(t, logs(t, profile, true, 1))
			text, err := likeness.Profile(t.Context(), db, duckdb.Machine{Name: "m", Zone: "America/Denver"}, false)
			if err != nil {
				t.Fatal(err)
			}
			fitted := filepath.Join(t.TempDir(), "m.toml")
			if err := os.WriteFile(fitted, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			made := logs(t, fitted, false, 7)
			noNames(t, db, text, made)
			like := open(t, made)
			for _, c := range []struct {
				what, question string
				points         float64 // by which shares may differ, in percent of all jobs
				factor         float64 // by which quantities may
			}{
				{"jobs a day", "SELECT 'all', count(*) / 14" + mine, 0, 1.1},
				{"queue", share("queue"), 2, 0},
				{"CPUs", share("CASE WHEN ncpus <= 1 THEN 1 WHEN ncpus <= 8 THEN 8 WHEN ncpus <= 36 THEN 36 " +
					"WHEN ncpus <= 128 THEN 128 WHEN ncpus <= 1024 THEN 1024 ELSE 9999 END"), 3, 0},
				{"GPUs", share("coalesce(ngpus, 0) > 0"), 2, 0},
				{"walltime asked", share("CASE WHEN walltime_requested_s <= 1800 THEN 1 " +
					"WHEN walltime_requested_s <= 21600 THEN 2 WHEN walltime_requested_s <= 43200 THEN 3 ELSE 4 END"), 4, 0},
				{"run time", quantiles("walltime_used_s"), 0, 1.35},
				{"hour", share("hour(timezone('America/Denver', submit_time))"), 1.2, 0},
				{"weekday", share("isodow(timezone('America/Denver', submit_time))"), 1.5, 0},
				{"exit class", share("exit_class"), 1.5, 0},
				{"share of the first users", "SELECT 'first ten', 100 * (SELECT sum(n) " +
					"FROM (SELECT count(*) AS n" + mine + " GROUP BY user_name ORDER BY n DESC LIMIT 10)) / count(*)" + mine, 5, 0},
				{"nodes", "SELECT 'all', count(DISTINCT node) FROM job_nodes", 0, 1.6},
				{"CPU-hours", "SELECT 'all', sum(ncpus * walltime_used_s / 3600)" + mine, 0, 1.5},
			} {
				was, is := figures(t, db, c.question), figures(t, like, c.question)
				for name, want := range was {
					got := is[name]
					if c.points > 0 && math.Abs(got-want) > c.points ||
						c.factor > 0 && (got > want*c.factor+2 || got < want/c.factor-2) {
						t.Errorf("%s %s: %.2f, like %.2f", c.what, name, want, got)
					}
				}
			}
		})
	}
}

// noNames looks for every user, account and job name in a profile, and in logs that were made by it.
func noNames(t *testing.T, db *duckdb.DB, profile, dir string) {
	t.Helper()
	all := bytes.NewBufferString(profile)
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		all.Write(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	names, err := duckdb.Column[string](t.Context(), db, `SELECT DISTINCT v FROM (
		SELECT user_name FROM jobs UNION ALL SELECT account FROM jobs UNION ALL SELECT name FROM jobs
		UNION ALL SELECT user_name FROM events UNION ALL SELECT name FROM events) r(v) WHERE length(v) > 0`)
	if err != nil || len(names) < 200 {
		t.Fatal(len(names), err)
	}
	for _, name := range names {
		if bytes.Contains(all.Bytes(), []byte(name)) {
			t.Errorf("%q is in the logs, or in the profile", name)
		}
	}
}

// TestTorqueAndFew: a machine under Torque is like one; queues can be numbered, and those of one person are not told;
// of too few jobs nothing is told.
func TestTorqueAndFew(t *testing.T) {
	dir := logs(t, "tarnbeck", true, 1)
	db := open(t, dir)
	if err := db.Exec(t.Context(), "UPDATE outcomes SET queue = 'annas-own' WHERE user_name = (SELECT user_name "+
		"FROM outcomes GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1)"); err != nil {
		t.Fatal(err)
	}
	m := duckdb.Machine{Name: "m", Zone: "Europe/Lisbon"}
	for _, hide := range []bool{false, true} {
		profile, err := likeness.Profile(t.Context(), db, m, hide)
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(t.TempDir(), "m.toml")
		if err := os.WriteFile(path, []byte(profile), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := generate.Run(t.Context(), generate.Options{Dir: t.TempDir(), Profiles: []string{path}, Days: 2, Seed: 1,
			Start: time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC)}); err != nil {
			t.Error(err)
		}
		if strings.Contains(profile, "annas-own") || strings.Contains(profile, `"short"`) == hide ||
			!strings.Contains(profile, `dialect = "torque"`) || strings.Contains(profile, `["queue1"]`) != hide {
			t.Errorf("queues hidden: %v\n%.3000s", hide, profile)
		}
	}
	empty, err := duckdb.Open(t.Context(), "", duckdb.Options{Version: "test"})
	if err != nil {
		t.Fatal(err)
	}
	defer empty.Close()
	if profile, err := likeness.Profile(t.Context(), empty, m, false); err == nil {
		t.Errorf("of nothing: %s", profile)
	}
}

// TestFewHours: logs of some hours of a day have weekdays that are alike; and of jobs of one or two users, however
// many, nothing is told.
func TestFewHours(t *testing.T) {
	for users, want := range map[int]error{2: likeness.ErrTooFew, 3: nil} {
		var text strings.Builder
		for i := range 40 {
			at, used := 1767340000+60*i, "00:10:00"
			if i == 7 {
				used = "4611686018427387904" // which can't be, and is left aside
			}
			fmt.Fprintf(&text, "01/02/2026 %02d:%02d:00;E;%d.srv;user=u%d account=\"a\" queue=q ctime=%d start=%d end=%d "+
				"exec_host=n%d/0*4 Resource_List.ncpus=4 Resource_List.walltime=01:00:%02d Exit_status=0 "+
				"resources_used.walltime=%s run_count=1\n",
				1+i/30, i%30, i, i%users, at, at+10, at+610, i%5, i, used)
		}
		path := filepath.Join(t.TempDir(), "20260102")
		if err := os.WriteFile(path, []byte(text.String()), 0o600); err != nil {
			t.Fatal(err)
		}
		profile, err := likeness.Profile(t.Context(), open(t, path), duckdb.Machine{Name: "m", Zone: "America/Denver"}, false)
		if !errors.Is(err, want) {
			t.Fatalf("%d users: %v\n%s", users, err, profile)
		}
		if err != nil {
			continue
		}
		path = filepath.Join(t.TempDir(), "m.toml")
		if err := os.WriteFile(path, []byte(profile), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := generate.ProfileName(path); err != nil {
			t.Errorf("%v\n%s", err, profile)
		}
	}
}
