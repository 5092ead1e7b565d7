package hive_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pbsduck/duckdb"
	"pbsduck/duckdb/charge"
	"pbsduck/duckdb/hive"
	"pbsduck/duckdb/load"
	"pbsduck/ingest/generate"
	"pbsduck/ingest/source"
)

var torture = flag.Bool("torture", false, "kill 200 times")

// logs makes five days of logs around the turn of a month in UTC.
func logs(t *testing.T) []string {
	t.Helper()
	dir := t.TempDir()
	_, err := generate.Run(t.Context(), generate.Options{
		Dir: dir, Profiles: []string{"derecho"}, Days: 5, Jobs: 60, Seed: 3, Hostile: true,
		Start: time.Date(2026, 1, 29, 0, 0, 0, 0, time.UTC),
	})
	if err != nil {
		t.Fatal(err)
	}
	days, err := filepath.Glob(filepath.Join(dir, "derecho", "*"))
	if err != nil || len(days) != 5 {
		t.Fatal(days, err)
	}
	return days
}

func open(t testing.TB, path string, o duckdb.Options) *duckdb.DB {
	t.Helper()
	o.Version, o.Threads = "test", 1
	db, err := duckdb.Open(context.Background(), path, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func take(t testing.TB, db *duckdb.DB, machine string, overwrite bool, paths ...string) {
	t.Helper()
	found, err := source.Find(paths, source.FindOptions{})
	if err == nil {
		_, err = load.Run(context.Background(), db, found,
			load.Options{Machine: machine, Zone: "America/Denver", Overwrite: overwrite, Now: time.Unix(0, 0)})
	}
	if err != nil {
		t.Fatal(err)
	}
}

// rows are those of a question, as text.
func rows(t testing.TB, db *duckdb.DB, question string) []string {
	t.Helper()
	all, err := duckdb.Column[string](context.Background(), db, question)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// states says of each month of each table what its rows are, but for their numbers.
func states(t testing.TB, db *duckdb.DB) map[string]string {
	t.Helper()
	all := map[string]string{}
	for table, q := range map[string][2]string{
		"jobs": {"jobs j", "coalesce(j.end_time, j.submit_time)"},
		"runs": {"job_runs j", "coalesce(j.end_time, j.submit_time)"},
		"charges": {
			"(SELECT j.machine, j.end_time, j.submit_time, c.* FROM jobs j JOIN job_charges c ON c.job_id = j.id) j",
			"coalesce(j.end_time, j.submit_time)",
		},
		"nodes": {
			"(SELECT j.machine, j.end_time, j.submit_time, n.* FROM jobs j JOIN job_nodes n ON n.job_id = j.id) j",
			"coalesce(j.end_time, j.submit_time)",
		},
		"events": {"(SELECT * EXCLUDE (file_id, line, row_check) FROM events) j", "j.time"},
		"days":   {"daily_summary j", "coalesce(j.day, DATE '1970-01-01')::TIMESTAMP AT TIME ZONE 'UTC'"},
	} {
		for _, row := range rows(t, db, fmt.Sprintf(`SELECT machine || ' ' ||
				strftime(make_timestamp(epoch_us(%s)), '%%Y-%%m') || '|' || count(*) || ' ' || sum(hash(j)::HUGEINT)
			FROM %s GROUP BY machine, strftime(make_timestamp(epoch_us(%s)), '%%Y-%%m')`, q[1], q[0], q[1])) {
			month, state, _ := strings.Cut(row, "|")
			all[month+" "+table] = state
		}
	}
	return all
}

func marks(t testing.TB, db *duckdb.DB) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, row := range rows(t, db,
		"SELECT machine || ' ' || strftime(month, '%Y-%m') || '|' || change FROM changed_months") {
		month, change, _ := strings.Cut(row, "|")
		all[month] = change
	}
	return all
}

// TestChangedMonths: whatever changes rows of a month says so in changed_months; and a load says it of no others than
// its own.
func TestChangedMonths(t *testing.T) {
	days := logs(t)
	db := open(t, filepath.Join(t.TempDir(), "test.duckdb"), duckdb.Options{})
	ctx := t.Context()
	requeued := filepath.Join(t.TempDir(), "20260320")
	text := "03/20/2026 09:00:00;E;77.srv;user=u1 queue=cpu ctime=1773900000 start=1773930000 end=1773936000 " +
		"Resource_List.ncpus=4 resources_used.walltime=01:00:00 run_count=2\n"
	late := filepath.Join(t.TempDir(), "20260228")
	lateText := "02/28/2026 09:00:00;R;77.srv;user=u1 queue=cpu ctime=1772000000 start=1772200000 end=1772294400 " +
		"Resource_List.ncpus=4 run_count=1\n"
	if err := os.WriteFile(requeued, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(late, []byte(strings.ReplaceAll(lateText, "1772000000", "1773900000")), 0o600); err != nil {
		t.Fatal(err)
	}
	had, marked := map[string]string{}, map[string]string{}
	for _, step := range []struct {
		what string
		do   func()
		only []string // months that change; nil: any
	}{
		{"two days", func() { take(t, db, "m", false, days[0], days[1]) }, []string{"m 2026-01"}},
		{"the others, of another machine", func() { take(t, db, "n", false, days[3:]...) }, nil},
		{"the turn of the month", func() { take(t, db, "m", false, days[2], days[3]) }, nil},
		{"again", func() { take(t, db, "m", false, days[:4]...) }, []string{}},
		{"a later job", func() { take(t, db, "m", false, requeued) }, []string{"m 2026-03"}},
		{"an earlier run of it", func() { take(t, db, "m", false, late) }, nil},
		{"read again", func() { take(t, db, "m", true, days[4], requeued) }, nil},
		{"forgotten", func() {
			ledger, err := load.Ledger(ctx, db, "m")
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range ledger {
				if f.Name == "20260228" {
					if _, err := load.ForgetLogs(ctx, db, "m", []*load.LogFile{f}, false); err != nil {
						t.Fatal(err)
					}
				}
			}
		}, nil},
		{"charged again", func() {
			if err := db.Exec(ctx, "UPDATE job_charges SET cpu_hours = 7 WHERE cpu_hours > 0"); err != nil {
				t.Fatal(err)
			}
			had = states(t, db)
			if _, err := charge.Recalculate(ctx, db, nil, duckdb.Filter{Machines: []string{"n"}}); err != nil {
				t.Fatal(err)
			}
		}, nil},
		{"the machine forgotten", func() {
			if _, err := load.ForgetMachine(ctx, db, "n", false); err != nil {
				t.Fatal(err)
			}
		}, nil},
		{"and read again", func() { take(t, db, "n", false, days[0]) }, nil},
	} {
		step.do()
		has, now := states(t, db), marks(t, db)
		changed := map[string]bool{}
		for key := range maps.Keys(now) {
			if now[key] != marked[key] {
				changed[key] = true
			}
		}
		for _, key := range slices.Concat(slices.Collect(maps.Keys(has)), slices.Collect(maps.Keys(had))) {
			words := strings.Fields(key)
			month := words[0] + " " + words[1]
			if has[key] != had[key] && !changed[month] && now[month] != "" {
				t.Errorf("%s: %s changed, and nothing says so", step.what, key)
			}
			if now[month] == "" && has[key] != "" {
				t.Errorf("%s: %s is not listed", step.what, key)
			}
		}
		if step.only != nil && !slices.Equal(slices.Sorted(maps.Keys(changed)), step.only) {
			t.Errorf("%s: %v are marked, want %v", step.what, slices.Sorted(maps.Keys(changed)), step.only)
		}
		had, marked = has, now
	}
}

// update brings a dataset up to date with a database.
func update(path, dir string, o hive.Options) (*hive.Done, error) {
	ctx := context.Background()
	d, err := hive.Open(ctx, dir, time.Minute)
	if err != nil {
		return nil, err
	}
	defer d.Close() //nolint:errcheck // a test
	db, err := duckdb.Open(ctx, path, duckdb.Options{ReadOnly: true, Folder: d.Dir(), Version: "test"})
	if err != nil {
		return nil, err
	}
	defer db.Close()
	return d.Update(ctx, db, o)
}

func check(t *testing.T, path, dir string) *hive.Report {
	t.Helper()
	return checkWith(t, path, dir, hive.Options{})
}

// checkWith checks a dataset as it was written, and tells how much of it is as the database.
func checkWith(t *testing.T, path, dir string, o hive.Options) *hive.Report {
	t.Helper()
	d, err := hive.Open(t.Context(), dir, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close() //nolint:errcheck // a test
	db := open(t, path, duckdb.Options{ReadOnly: true, Folder: d.Dir()})
	defer db.Close()
	r, err := d.Check(t.Context(), db, o)
	if err != nil {
		t.Fatal(err)
	}
	if !r.OK() {
		t.Fatalf("the dataset is not what the database is: %v", r.Wrong)
	}
	return r
}

// twoStates makes a database, and a copy of it into which more was loaded.
func twoStates(t *testing.T) (one, two string) {
	t.Helper()
	days := logs(t)
	dir := t.TempDir()
	one, two = filepath.Join(dir, "one.duckdb"), filepath.Join(dir, "two.duckdb")
	db := open(t, one, duckdb.Options{})
	take(t, db, "m", false, days[:3]...)
	take(t, db, "n", false, days[3:]...)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(one)
	if err == nil {
		err = os.WriteFile(two, data, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	db = open(t, two, duckdb.Options{})
	take(t, db, "m", false, days[3:]...)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	return one, two
}

// TestMonthsOfManyMachines: while the files of a machine are brought to their place, those of the next one are written.
func TestMonthsOfManyMachines(t *testing.T) {
	path, dir := filepath.Join(t.TempDir(), "test.duckdb"), filepath.Join(t.TempDir(), "ds")
	db := open(t, path, duckdb.Options{})
	for i := range 12 {
		log := filepath.Join(t.TempDir(), "20260115")
		var text strings.Builder
		for job := range 4 * (12 - i) {
			fmt.Fprintf(&text, "01/15/2026 09:00:00;E;%d.srv;user=u%d queue=q%[2]d ctime=1768464001 start=1768464100 "+
				"end=1768492800 Resource_List.ncpus=4 resources_used.walltime=01:00:00\n", job, i)
		}
		if err := os.WriteFile(log, []byte(text.String()), 0o600); err != nil {
			t.Fatal(err)
		}
		take(t, db, fmt.Sprintf("m%d", i), false, log)
	}
	db.Close()
	for range 3 {
		if _, err := update(path, dir, hive.Options{Rewrite: true, Now: time.Now()}); err != nil {
			t.Fatal(err)
		}
		if told := check(t, path, dir); told.Compared == 0 {
			t.Error("nothing was compared")
		}
	}
}

// TestParts: a large partition is several files, whose rows follow on each other in order of time; they change places
// with others all at once, and a database put back to an older state gives the older rows.
func TestParts(t *testing.T) {
	one, two := twoStates(t)
	dir := filepath.Join(t.TempDir(), "ds")
	for i, step := range []struct {
		path    string
		most    int64
		written int
		parts   int // of the partition of January, at least
	}{
		{one, 10, 3, 3}, {one, 10, 0, 3}, {two, 10, 1, 3}, {one, 1000, 1, 1}, {two, 10, 1, 1},
	} {
		done, err := update(step.path, dir, hive.Options{FiledJobs: step.most, Now: time.Unix(0, 0)})
		if err != nil {
			t.Fatal(err)
		}
		if done.Written < step.written || step.written == 0 && done.Written > 0 {
			t.Errorf("%d: %d partitions written, want %d", i, done.Written, step.written)
		}
		if r := check(t, step.path, dir); r.Behind > 0 || r.Compared != r.Partitions {
			t.Errorf("%d: %+v", i, r)
		}
		db := open(t, step.path, duckdb.Options{ReadOnly: true, Folder: dir})
		n := len(rows(t, db, "SELECT file FROM glob("+duckdb.Quote(dir+"/jobs/machine=m/year=2026/month=1/*")+")"))
		if n < step.parts {
			t.Errorf("%d: %d files, want %d", i, n, step.parts)
		}
		for _, table := range []string{"jobs", "events", "nodes", "runs"} {
			instant := map[string]string{"events": "time"}[table]
			if instant == "" {
				instant = "end_time"
			}
			unordered := rows(t, db, fmt.Sprintf(`SELECT filename FROM (
				SELECT *, lag(%[1]s) OVER (ORDER BY machine, year, month, filename, file_row_number) AS before,
					lag((machine, year, month)) OVER (ORDER BY machine, year, month, filename, file_row_number) AS folder
				FROM read_parquet(%[2]s, hive_partitioning = true, filename = true, file_row_number = true)) r
				WHERE before > %[1]s AND folder = (machine, year, month)`, instant, duckdb.Quote(dir+"/"+table+"/**/*.parquet")))
			if len(unordered) > 0 {
				t.Errorf("%d: rows of %s are not in order: %s", i, table, unordered[0])
			}
		}
		db.Close()
	}
}

// TestKilled: at whatever moment a process is killed that writes a dataset, each partition is what it was or what it is
// to be; and the next run makes it whole.
func TestKilled(t *testing.T) {
	if paths := os.Getenv("HIVE_TEST_WRITE"); paths != "" {
		words := strings.Split(paths, "|")
		for i := 0; ; i++ {
			// One partition is one file in one state, and several in the other.
			if _, err := update(words[i%2], words[2],
				hive.Options{FiledJobs: []int64{1000, 20}[i%2], Now: time.Unix(0, 0)}); err != nil {
				t.Fatal(err)
			}
			_, _ = os.Stdout.Write([]byte{'.'})
		}
	}
	one, two := twoStates(t)
	dir := filepath.Join(t.TempDir(), "ds")
	known := map[string]bool{}
	var took time.Duration
	for _, path := range []string{one, two} {
		start := time.Now()
		if _, err := update(path, dir, hive.Options{Now: time.Unix(0, 0)}); err != nil {
			t.Fatal(err)
		}
		took = time.Since(start)
		for _, p := range prints(t, dir) {
			known[p] = true
		}
	}
	whole := len(prints(t, dir))
	random := rand.New(rand.NewPCG(1, 2))
	kills := 6
	if *torture {
		kills = 200
	}
	for i := range kills {
		child := exec.Command(os.Args[0], "-test.run=^TestKilled$")
		child.Env = append(os.Environ(), "HIVE_TEST_WRITE="+one+"|"+two+"|"+dir)
		if err := child.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Duration(random.Float64() * 3 * float64(took)))
		_ = child.Process.Kill()
		_ = child.Wait()
		now := prints(t, dir)
		for _, p := range now {
			if !known[p] {
				t.Fatalf("after kill %d there is %s", i, p)
			}
		}
		if len(now) < whole-8 { // those that only one of the states has
			t.Fatalf("after kill %d there are %d partitions", i, len(now))
		}
		if _, err := update(two, dir, hive.Options{Now: time.Unix(0, 0)}); err != nil {
			t.Fatal(err)
		}
		if r := check(t, two, dir); r.Behind > 0 || r.Compared != r.Partitions {
			t.Fatalf("after kill %d: %+v", i, r)
		}
	}
}

// prints says of each partition what readers find in it.
func prints(t *testing.T, dir string) []string {
	t.Helper()
	db := open(t, "", duckdb.Options{})
	defer db.Close()
	var all []string
	for _, table := range []string{"jobs", "runs", "charges", "nodes", "events", "daily_summary"} {
		for _, p := range rows(t, db, fmt.Sprintf(`
			SELECT concat_ws(' ', machine, year, month, count(*), sum(hash(r)::HUGEINT)) FROM (
			SELECT * FROM read_parquet(%s, hive_partitioning = true)) r GROUP BY machine, year, month`,
			duckdb.Quote(filepath.Join(dir, table, "**", "*.parquet")))) {
			all = append(all, table+" "+p)
		}
	}
	return all
}

// TestTwoAtOnce: a folder is one process's at a time.
func TestTwoAtOnce(t *testing.T) {
	dir := t.TempDir()
	d, err := hive.Open(t.Context(), dir, 0)
	if err != nil {
		t.Fatal(err)
	}
	var locked *duckdb.LockedError
	if _, err := hive.Open(t.Context(), dir, 0); !errors.As(err, &locked) || locked.Path != dir {
		t.Errorf("a second one: %v", err)
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	if d, err = hive.Open(t.Context(), dir, 0); err != nil {
		t.Fatal(err)
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
}

// note makes a log of some text.
func note(t *testing.T, day, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), day)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestEarlierRuns: all runs of the jobs that a filter means are there, also those of months before its days.
func TestEarlierRuns(t *testing.T) {
	path := filepath.Join(t.TempDir(), "test.duckdb")
	db := open(t, path, duckdb.Options{})
	take(t, db, "m", false,
		note(t, "20250910", "09/10/2025 09:00:00;E;6.srv;user=u1 queue=cpu ctime=1757480000 start=1757490000 "+
			"end=1757494800 Resource_List.ncpus=4 run_count=1\n"),
		note(t, "20251030", "10/30/2025 10:00:00;R;7.srv;user=u1 queue=cpu ctime=1761820000 start=1761830000 "+
			"end=1761840000 Resource_List.ncpus=4 run_count=1\n10/30/2025 10:00:00;E;8.srv;user=u1 queue=cpu "+
			"ctime=1761820000 start=1761830000 end=1761840000 Resource_List.ncpus=4 run_count=1\n"),
		note(t, "20251105", "11/05/2025 09:00:00;E;7.srv;user=u1 queue=cpu ctime=1761820000 start=1762350000 "+
			"end=1762358400 Resource_List.ncpus=4 run_count=2\n"))
	if got := rows(t, db, "SELECT count(*)::VARCHAR FROM job_runs WHERE job_id = '7.srv'"); got[0] != "2" {
		t.Fatalf("job 7 has %s runs", got[0])
	}
	db.Close()
	since := duckdb.Filter{Since: time.Date(2025, 11, 4, 0, 0, 0, 0, time.UTC)}
	for what, o := range map[string]hive.Options{
		"plain": {Filter: since}, "by year": {Filter: since, Partition: hive.Partitionings[0]},
		"anonymous": {Filter: since, Anonymous: secretive(t, "")},
		"until too": {Filter: duckdb.Filter{Since: since.Since, Until: since.Since.AddDate(0, 0, 2)}},
	} {
		dir := filepath.Join(t.TempDir(), "ds")
		o.Now = time.Unix(0, 0)
		done, err := update(path, dir, o)
		if err != nil {
			t.Fatal(what, err)
		}
		if r := checkWith(t, path, dir, o); r.Behind > 0 || r.Compared != r.Partitions {
			t.Errorf("%s: %+v", what, r)
		}
		db := open(t, "", duckdb.Options{})
		for table, want := range map[string]string{"jobs": "1", "runs": "2"} {
			got := rows(t, db, "SELECT count(*)::VARCHAR FROM read_parquet("+duckdb.Quote(dir+"/"+table+"/**/*.parquet")+")")
			if got[0] != want {
				t.Errorf("%s: %s rows of %s, want %s", what, got[0], table, want)
			}
		}
		db.Close()
		if what == "plain" && done.Written != 2 {
			t.Errorf("%d partitions written, want those of October and November", done.Written)
		}
	}
}

// TestPutBack: a database that was put back to an older state lacks months of a year, whose rows go from the files of
// that year.
func TestPutBack(t *testing.T) {
	path, dir := filepath.Join(t.TempDir(), "test.duckdb"), filepath.Join(t.TempDir(), "ds")
	backup := path + ".backup"
	job := func(day string, end int) string {
		return note(t, day, fmt.Sprintf("%s/%s/%s 09:00:00;E;%d.srv;user=u1 queue=cpu ctime=%d start=%[5]d end=%d "+
			"Resource_List.ncpus=4\n", day[4:6], day[6:], day[:4], end, end-3600, end))
	}
	move := func(from, to string) {
		t.Helper()
		data, err := os.ReadFile(from)
		if err == nil {
			err = os.WriteFile(to, data, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	db := open(t, path, duckdb.Options{})
	take(t, db, "m", false, job("20260115", 1768492800))
	take(t, db, "n", false, job("20260115", 1768492800))
	db.Close()
	move(path, backup)
	db = open(t, path, duckdb.Options{})
	take(t, db, "m", false, job("20260215", 1771171200))
	db.Close()
	o := hive.Options{Partition: hive.Partitionings[0], Now: time.Unix(0, 0)}
	if _, err := update(path, dir, o); err != nil {
		t.Fatal(err)
	}
	move(backup, path)
	if r := check(t, path, dir); r.Behind != 1 {
		t.Errorf("%d months changed, want the one that is there no longer", r.Behind)
	}
	done, err := update(path, dir, o)
	if err != nil {
		t.Fatal(err)
	}
	if done.Written != 1 || done.Unchanged != 1 {
		t.Errorf("%+v: want one partition of two written", done)
	}
	if r := check(t, path, dir); r.Behind > 0 || r.Compared != r.Partitions {
		t.Errorf("%+v", r)
	}
	db = open(t, "", duckdb.Options{})
	if got := rows(t, db, "SELECT list(job_id)::VARCHAR FROM read_parquet("+
		duckdb.Quote(dir+"/jobs/machine=m/**/*.parquet")+")"); got[0] != "[1768492800.srv]" {
		t.Errorf("the dataset has jobs %s", got)
	}
}
