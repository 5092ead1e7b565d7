package hive_test

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pbsduck/duckdb"
	"pbsduck/duckdb/hive"
	"pbsduck/export/anonymous"
)

// secretive is a policy with a key.
func secretive(t *testing.T, text string) *hive.Anonymous {
	t.Helper()
	path := anonymous.Standard
	if text != "" {
		path = filepath.Join(t.TempDir(), "policy.toml")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	p, err := anonymous.Read(path)
	if err != nil {
		t.Fatal(err)
	}
	return &hive.Anonymous{Policy: p, Key: anonymous.Key{1, 2, 3}}
}

// checkAnonymous checks a dataset, all of which is as the database.
func checkAnonymous(t *testing.T, path, dir string, a *hive.Anonymous) *hive.Report {
	t.Helper()
	r := checkWith(t, path, dir, hive.Options{Anonymous: a})
	if r.Behind > 0 || r.Compared != r.Partitions {
		t.Fatalf("the dataset is not what the database is: %+v", r)
	}
	return r
}

// smuggled are records whose every text is a name that nobody else has.
func smuggled(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "20260130")
	var text strings.Builder
	for i, stamp := range []string{"01/30/2026 09:00:00", "01/30/2026 09:10:00"} {
		fmt.Fprintf(&text, "%s;E;77%d[5].smugserver;user=smuguser group=smuggroup account=\"smug account; x='1' \" "+
			"project=smugproject jobname=smugname queue=smugqueue "+
			"ctime=1769760000 qtime=1769760000 etime=1769760000 start=1769766%d00 end=1769767000 exec_host=smughost/0*4 "+
			"exec_vnode=(smugnode:ncpus=4) "+
			"Resource_List.ncpus=4 Resource_List.place=smugplace "+
			"Resource_List.select=1:ncpus=4:host=smugselect:cpu_type=smugcpu:gpu_type=smuggpu "+
			"Resource_List.job_priority=smugpriority Exit_status=0 resources_used.walltime=00:10:00 run_count=1\n", stamp, i, i)
		fmt.Fprintf(&text, "%s;Q;77%d[smugindex].smugserver;queue=smugevents requestor=smugrequestor@smugdomain\n", stamp, i)
		fmt.Fprintf(&text, "%s;Y;smugreservation.smugserver;requestor=smugrequestor@smugdomain smugtext=\"smug text\"\n",
			stamp)
	}
	if err := os.WriteFile(path, []byte(text.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// names are all that a database has of whom and what it tells, of five letters and more; a kept text is one if fewer
// than three users have it.
func names(t *testing.T, db *duckdb.DB) []string {
	t.Helper()
	var asked []string
	for _, c := range []string{"user_name", "group_name", "account", "project", "name", "job_id", "select_spec"} {
		asked = append(asked, "SELECT "+c+" FROM jobs")
	}
	for _, c := range []string{
		"user_name", "group_name", "account", "project", "name", "object_id", "select_spec", "text",
	} {
		asked = append(asked, "SELECT "+c+" FROM events")
	}
	for _, c := range []string{"queue", "place", "priority", "cpu_type", "gpu_type"} {
		asked = append(asked, "SELECT "+c+" FROM jobs GROUP BY 1 HAVING count(DISTINCT user_name) < 3")
	}
	asked = append(asked, "SELECT node FROM job_nodes", "SELECT file FROM log_files")
	all := rows(t, db, "SELECT DISTINCT v FROM ("+strings.Join(asked, " UNION ALL ")+") r(v) WHERE length(v) >= 5")
	return append(all, "smugserver", "smughost", "smugselect", "smugindex", "smugrequestor", "smugdomain", "smugtext",
		"smug text", "smugreservation", "smugevents")
}

// everything is every byte of a folder, and every value that is in it, as text, with what files say of themselves.
func everything(t *testing.T, dir string) []byte {
	t.Helper()
	var all bytes.Buffer
	db := open(t, "", duckdb.Options{})
	defer db.Close()
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		fmt.Fprintln(&all, path[len(dir):])
		if err != nil || e.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		all.Write(data)
		if strings.HasSuffix(path, ".parquet") {
			for _, of := range []string{
				"read_parquet(%s, hive_partitioning = false)", "parquet_metadata(%s)", "parquet_kv_metadata(%s)",
				"parquet_schema(%s)", "parquet_file_metadata(%s)",
			} {
				for _, row := range rows(t, db, "SELECT r::VARCHAR FROM "+fmt.Sprintf(of, duckdb.Quote(path))+" r") {
					fmt.Fprintln(&all, strings.ReplaceAll(row, path, ""))
				}
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all.Bytes()
}

// TestNoNameLeaves: of all names that a database has, hostile ones among them, none is in the bytes of an anonymous
// dataset, nor in its values, names of files, or metadata.
func TestNoNameLeaves(t *testing.T) {
	days := logs(t)
	path, dir := filepath.Join(t.TempDir(), "house.duckdb"), filepath.Join(t.TempDir(), "ds")
	db := open(t, path, duckdb.Options{})
	take(t, db, "derecho", false, append(days, smuggled(t))...)
	all := names(t, db)
	db.Close()
	a := secretive(t, "")
	done, err := update(path, dir, hive.Options{Anonymous: a, Now: time.Now()})
	if err != nil {
		t.Fatal(err)
	}
	if done.Anonymity == nil || done.Anonymity.Jobs == 0 || done.Anonymity.Alone > done.Anonymity.Few {
		t.Errorf("anonymity: %+v", done.Anonymity)
	}
	checkAnonymous(t, path, dir, a)
	said, err := os.ReadFile(filepath.Join(dir, "_dictionary.md")) // which names attributes, as hostile jobs are named
	if err != nil {
		t.Fatal(err)
	}
	has := everything(t, dir)
	looked := 0
	for _, name := range all {
		if bytes.Contains(said, []byte(name)) || strings.Trim(name, "0123456789:- ") == "" {
			continue
		}
		looked++
		if at := bytes.Index(has, []byte(name)); at >= 0 {
			t.Errorf("%.40q is in the dataset: %q", name, has[max(0, at-100):min(len(has), at+len(name)+50)])
		}
	}
	if looked < 1000 || !slices.Contains(all, "smugplace") || !slices.Contains(all, "smugnode") ||
		bytes.Contains(has, []byte("house.duckdb")) {
		t.Errorf("%d of %d names were looked for", looked, len(all))
	}
}

// TestAnonymousAgree: names stand for the same everywhere, elements of an array stay together, tables still join, and
// instants keep their distances, hours and weekdays.
func TestAnonymousAgree(t *testing.T) {
	days := logs(t)
	path, dir := filepath.Join(t.TempDir(), "test.duckdb"), filepath.Join(t.TempDir(), "ds")
	db := open(t, path, duckdb.Options{})
	take(t, db, "one", false, days...)
	take(t, db, "two", false, days[:2]...)
	user := rows(t, db, "SELECT user_name FROM jobs GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1")[0]
	db.Close()
	a := secretive(t, "")
	if _, err := update(path, dir, hive.Options{Anonymous: a, Now: time.Now()}); err != nil {
		t.Fatal(err)
	}
	db = open(t, path, duckdb.Options{ReadOnly: true, Folder: dir})
	table := func(name string) string {
		return "read_parquet(" + duckdb.Quote(dir+"/"+name+"/**/*.parquet") + ", hive_partitioning = true)"
	}
	shift := a.Policy.Shift(a.Key)
	for what, question := range map[string]string{
		"rows": "SELECT (SELECT count(*) FROM " + table("jobs") +
			") = (SELECT count(*) FROM jobs) AND (SELECT count(*) FROM " + table("events") + ") = (SELECT count(*) FROM events)",
		"nodes join": "SELECT (SELECT sum(n.ncpus) FROM " + table("jobs") + " j JOIN " + table("nodes") +
			" n USING (machine, job_id, submit_time)) =" +
			" (SELECT sum(n.ncpus) FROM jobs j JOIN job_nodes n ON n.job_id = j.id)",
		"a user": "SELECT (SELECT (count(*), sum(walltime_used_s)) FROM " + table("jobs") + " WHERE user_name = '" +
			a.Key.Name("user", user) + "') =" +
			" (SELECT (count(*), sum(walltime_used_s)) FROM jobs WHERE user_name = '" + user + "')",
		"the user's days": "SELECT (SELECT sum(jobs) FROM " + table("daily_summary") + " WHERE user_name = '" +
			a.Key.Name("user", user) + "') =" +
			" (SELECT count(*) FROM jobs WHERE user_name = '" + user + "' AND end_time IS NOT NULL)",
		"the user's events": "SELECT (SELECT count(*) FROM " + table("events") + " WHERE user_name = '" +
			a.Key.Name("user", user) + "') =" +
			" (SELECT count(*) FROM events WHERE user_name = '" + user + "')",
		"few are pooled": "SELECT (SELECT count(*) FROM " + table("jobs") + " WHERE user_name = 'pooled') =" +
			" (SELECT count(*) FROM jobs WHERE user_name IN (SELECT user_name FROM jobs GROUP BY 1 HAVING count(*) < 10))",
		"arrays": "SELECT (SELECT list(n ORDER BY n) FROM (SELECT count(*) n FROM " + table("jobs") +
			" WHERE job_id LIKE '%[%' GROUP BY split_part(job_id, '[', 1), machine)) =" +
			" (SELECT list(n ORDER BY n) FROM (SELECT count(*) n FROM jobs WHERE job_id LIKE '%[%' " +
			"GROUP BY split_part(job_id, '[', 1) || split_part(job_id, ']', 2), machine))",
		"instants": fmt.Sprintf("SELECT (SELECT sum(epoch_us(end_time) - %d) FROM %s) = (SELECT sum(epoch_us(end_time)) "+
			"FROM jobs)", int64(shift)*86_400_000_000, table("jobs")),
		"weekdays": "SELECT (SELECT histogram(dayofweek(end_date)) FROM " + table("jobs") +
			") = (SELECT histogram(dayofweek(end_date)) FROM jobs)",
		"folders": "SELECT count(*) = 0 FROM " + table("jobs") +
			" WHERE strftime(end_time, '%Y-%-m') <> year || '-' || month",
		"hours": "SELECT (SELECT round(sum(cpu_hours), 3) FROM " + table("daily_summary") +
			") = (SELECT round(sum(cpu_hours), 3) FROM daily_summary WHERE day IS NOT NULL)",
		"a day is one row": "SELECT count(*) = count(DISTINCT (machine, day, user_name, account, queue)) FROM " +
			table("daily_summary"),
	} {
		if got := rows(t, db, "SELECT coalesce((SELECT v FROM ("+question+") q(v))::VARCHAR, 'unknown')"); got[0] != "true" {
			t.Errorf("%s: %s", what, got[0])
		}
	}
	if shift >= 0 || shift%7 != 0 {
		t.Errorf("shifted by %d days", shift)
	}
}

// TestAnonymousKeptCurrent: a further run writes again what changed, also where a name is pooled no longer; and folders
// are not mixed.
func TestAnonymousKeptCurrent(t *testing.T) {
	one, two := twoStates(t)
	dir := filepath.Join(t.TempDir(), "ds")
	a := secretive(t, "")
	for i, step := range []struct {
		path    string
		written int // at least
	}{{one, 1}, {one, 0}, {two, 1}, {two, 0}, {one, 1}} {
		done, err := update(step.path, dir, hive.Options{Anonymous: a, Now: time.Now()})
		if err != nil {
			t.Fatal(err)
		}
		if done.Written < step.written || step.written == 0 && done.Written > 0 {
			t.Errorf("%d: %d partitions written", i, done.Written)
		}
		checkAnonymous(t, step.path, dir, a)
	}
	// What is pooled changes with how much is few.
	pooling := "[small]\njobs = %d\n[columns]\nmachine = \"hash\"\nuser_name = \"hash\"\n" +
		"ncpus = { bucket = [1, 8, 64] }\nend_time = { bucket = \"1h\" }\nqueue = \"keep\"\n"
	few := secretive(t, fmt.Sprintf(pooling, 2))
	other := filepath.Join(t.TempDir(), "other")
	if _, err := update(one, other, hive.Options{Anonymous: few, Now: time.Now()}); err != nil {
		t.Fatal(err)
	}
	checkAnonymous(t, one, other, few)
	db := open(t, "", duckdb.Options{})
	got := rows(t, db, "SELECT list(DISTINCT column_name ORDER BY column_name)::VARCHAR FROM (DESCRIBE FROM read_parquet("+
		duckdb.Quote(other+"/jobs/**/*.parquet")+"))")
	if got[0] != "[end_time, machine, month, ncpus, queue, user_name, year]" {
		t.Errorf("columns %s", got)
	}
	got = rows(t, db, "SELECT DISTINCT coalesce(ncpus::VARCHAR, 'NULL') FROM read_parquet("+
		duckdb.Quote(other+"/jobs/**/*.parquet")+") WHERE ncpus NOT IN (1, 8, 64) OR epoch(end_time) % 3600 <> 0")
	if len(got) > 0 {
		t.Errorf("values %s", got)
	}
	for what, o := range map[string]hive.Options{
		"it is written by its policy only":       {},
		"by another policy, or with another key": {Anonymous: few},
		"another policy, or with another key": {
			Anonymous: &hive.Anonymous{Policy: a.Policy, Key: anonymous.Key{9}},
		},
		"is a dataset of all jobs":                           {Anonymous: a, Filter: duckdb.Filter{Machines: []string{"m"}}},
		"is partitioned by machine,year,month":               {Anonymous: a, Partition: hive.Partitionings[0]},
		"is a dataset with all names: choose another folder": {Anonymous: a},
	} {
		into := dir
		if strings.Contains(what, "with all names") {
			into = filepath.Join(t.TempDir(), "plain")
			if _, err := update(one, into, hive.Options{Now: time.Now()}); err != nil {
				t.Fatal(err)
			}
		}
		o.Now = time.Now()
		if _, err := update(one, into, o); err == nil || !strings.Contains(err.Error(), what) {
			t.Errorf("want %q, got %v", what, err)
		}
	}
	checkAnonymous(t, one, dir, a)
}

// TestPooledNoLonger: a user who had few jobs gets a name in the months that are written already.
func TestPooledNoLonger(t *testing.T) {
	path, dir := filepath.Join(t.TempDir(), "test.duckdb"), filepath.Join(t.TempDir(), "ds")
	log := func(day string, ids, end int) string {
		file := filepath.Join(t.TempDir(), day)
		var text strings.Builder
		for i := range ids {
			fmt.Fprintf(&text, "%s/%s/2026 09:00:00;E;%d%d.srv;user=u1 account=a1 queue=cpu ctime=%d start=%d end=%d "+
				"Resource_List.ncpus=4 resources_used.walltime=01:00:00\n",
				day[4:6], day[6:], end, i, end-7200, end-3600, end)
		}
		if err := os.WriteFile(file, []byte(text.String()), 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	a := secretive(t, "")
	for i, step := range []struct {
		log     string
		written int
		pooled  string
	}{{log("20260115", 6, 1768492800), 1, "6"}, {log("20260415", 3, 1776268800), 1, "9"},
		{log("20260715", 1, 1784131200), 3, "0"}} {
		db := open(t, path, duckdb.Options{})
		take(t, db, "m", false, step.log)
		db.Close()
		done, err := update(path, dir, hive.Options{Anonymous: a, Now: time.Now()})
		if err != nil {
			t.Fatal(err)
		}
		checkAnonymous(t, path, dir, a)
		db = open(t, "", duckdb.Options{})
		got := rows(t, db, "SELECT count(*)::VARCHAR FROM read_parquet("+duckdb.Quote(dir+"/jobs/**/*.parquet")+
			") WHERE user_name = 'pooled' OR account = 'pooled'")
		db.Close()
		if got[0] != step.pooled || done.Written < step.written {
			t.Errorf("%d: %s pooled, %d partitions written", i, got[0], done.Written)
		}
	}
}

// TestNothingBesideTheRows: where a policy tells of instants by the hour, neither the order of rows nor what files and
// manifest say of themselves tell more; and how many jobs are alike is reckoned by the columns that are there. The
// folder may have any name.
func TestNothingBesideTheRows(t *testing.T) {
	path, dir := filepath.Join(t.TempDir(), "test.duckdb"), filepath.Join(t.TempDir(), "a [1]{b}")
	db := open(t, path, duckdb.Options{})
	take(t, db, "m", false, logs(t)...)
	db.Close()
	a := secretive(t, `shift = "none"
[columns]
machine = "keep"
user_name = "hash"
job_id = "hash"
node = "hash"
ncpus = { bucket = [1, 8, 64] }
walltime_used_s = "keep"
submit_time = { bucket = "1h" }
end_time = { bucket = "1h" }
time = { bucket = "1h" }
`)
	done, err := update(path, dir, hive.Options{Anonymous: a, Now: time.Now(), FiledJobs: 50})
	if err != nil {
		t.Fatal(err)
	}
	checkAnonymous(t, path, dir, a)
	if k := done.Anonymity; k == nil || strings.Join(k.By, ", ") != "user_name, ncpus, day of end_time" ||
		k.Few == 0 || k.Few == k.Jobs {
		t.Errorf("anonymity: %+v", k)
	}
	db = open(t, "", duckdb.Options{})
	for table, columns := range map[string]string{
		"jobs":  "end_time, submit_time, job_id, user_name, ncpus, walltime_used_s",
		"nodes": "end_time, submit_time, job_id, node, ncpus", "events": "time, end_time, submit_time, user_name, ncpus",
	} {
		var files []string
		err := filepath.WalkDir(filepath.Join(dir, table), func(path string, e fs.DirEntry, err error) error {
			if strings.HasSuffix(path, ".parquet") {
				files = append(files, path)
			}
			return err
		})
		if err != nil || len(files) < 2 {
			t.Fatalf("%s: %d files, %v", table, len(files), err)
		}
		read := "(SELECT *, row(" + columns + ") AS r FROM read_parquet(" + duckdb.Literal(files) +
			", filename = true, file_row_number = true, hive_partitioning = false))"
		if got := rows(t, db, "SELECT count(*)::VARCHAR FROM (SELECT r, lag(r) OVER (PARTITION BY filename "+
			"ORDER BY file_row_number) AS before FROM "+read+") WHERE before > r"); got[0] != "0" {
			t.Errorf("%s: %s rows are in another order than that of what they say", table, got[0])
		}
		said := rows(t, db,
			"SELECT DISTINCT decode(key) || ' ' || decode(value) FROM parquet_kv_metadata("+duckdb.Literal(files)+
				") WHERE decode(key) IN ('pbsduck.since', 'pbsduck.before', 'pbsduck.first_record', 'pbsduck.last_record') "+
				"AND NOT ends_with(decode(value), 'T00:00:00Z')")
		if len(said) > 0 {
			t.Errorf("%s: files say %s", table, said)
		}
	}
	manifest, err := os.ReadFile(filepath.Join(dir, "_manifest.json"))
	if err != nil || bytes.Count(manifest, []byte("T00:00:00Z")) != 2 || bytes.Count(manifest, []byte("_record\"")) != 2 {
		t.Errorf("the manifest: %v: %s", err, manifest)
	}
}
