package main

import (
	"bytes"
	"encoding/csv"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

var torture = flag.Bool("torture", false, "live 30 times, kill at each")

// asProgram has the test's program be pbsduck-iceberg: so its processes can be killed, and say how they end.
const asProgram = "PBSDUCK_ICEBERG_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		os.Exit(run())
	}
	for _, name := range []string{"CATALOG", "WAREHOUSE", "TOKEN", "CREDENTIAL"} {
		_ = os.Unsetenv("PBSDUCK_ICEBERG_" + name)
	}
	os.Exit(m.Run())
}

// A world is a site: logs of two machines around the turn of a month, a database, a dataset, and tables of it.
type world struct {
	dir, catalog, warehouse string
	days                    []string // of logs
}

func pbsduckProgram(t *testing.T) string {
	t.Helper()
	path := os.Getenv("PBSDUCK_PROGRAM")
	if path == "" {
		path = "../../../../bin/pbsduck"
	}
	path, err := filepath.Abs(path)
	if err == nil {
		_, err = os.Stat(path)
	}
	if err != nil {
		t.Skip("there is no pbsduck to write datasets: make build, or name it in PBSDUCK_PROGRAM: ", err)
	}
	return path
}

// newWorld makes logs; nothing is loaded.
func newWorld(t *testing.T, days, jobs int) *world {
	t.Helper()
	w := &world{dir: t.TempDir()}
	w.catalog, w.warehouse = "sqlite:"+w.path("catalog.db"), w.path("warehouse")
	w.pbsduck(
		t,
		"generate",
		"-q",
		"logs",
		"--profile",
		"derecho,casper",
		"--days",
		fmt.Sprint(days),
		"--jobs",
		fmt.Sprint(jobs),
		"--seed",
		"5",
		"--start",
		"2026-01-29",
		"--hostile",
	)
	for _, machine := range []string{"derecho", "casper"} {
		found, err := filepath.Glob(w.path("logs", machine, "2*"))
		if err != nil || len(found) < days {
			t.Fatal(found, err)
		}
		w.days = append(w.days, found...)
	}
	return w
}

func (w *world) path(names ...string) string {
	return filepath.Join(append([]string{w.dir}, names...)...)
}

// pbsduck runs it, and returns what it says. That some lines of the logs are rejected is meant.
func (w *world) pbsduck(t *testing.T, args ...string) string {
	t.Helper()
	cmd := exec.Command(pbsduckProgram(t), args...)
	cmd.Dir = w.dir
	cmd.Env = append(os.Environ(), "PBSDUCK_DB="+w.path("test.duckdb"), "PBSDUCK_CONFIG=")
	var said, complained bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &complained
	var exit *exec.ExitError
	if err := cmd.Run(); err != nil && (!errors.As(err, &exit) || exit.ExitCode() != 3) {
		t.Fatalf("pbsduck %s: %v\n%s", strings.Join(args, " "), err, complained.String())
	}
	return said.String()
}

// take loads logs.
func (w *world) take(t *testing.T, logs ...string) {
	t.Helper()
	w.pbsduck(t, append([]string{"ingest", "-q", "--config", "logs/pbsduck.toml"}, logs...)...)
}

// export brings the dataset up to date.
func (w *world) export(t *testing.T, further ...string) {
	t.Helper()
	w.pbsduck(t, append([]string{"export", "-q", "--dataset", "lake", "--for", "iceberg"}, further...)...)
}

// ask asks the database, or files that others wrote.
func (w *world) ask(t *testing.T, question string) [][]string {
	t.Helper()
	said := w.pbsduck(t, "query", "--format", "csv", "--allow-files", question)
	rows, err := csv.NewReader(strings.NewReader(said)).ReadAll()
	if err != nil || len(rows) == 0 {
		t.Fatal(said, err)
	}
	return rows[1:]
}

// A told is what the program says, and how it ends.
type told struct {
	out, err string
	code     int
}

// program is a run of pbsduck-iceberg on the world's catalog.
func (w *world) program(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command(os.Args[0], args...)
	cmd.Dir = w.dir
	cmd.Env = append(
		os.Environ(),
		asProgram+"=1",
		"PBSDUCK_ICEBERG_CATALOG="+w.catalog,
		"PBSDUCK_ICEBERG_WAREHOUSE="+w.warehouse,
	)
	return cmd
}

func (w *world) iceberg(t *testing.T, args ...string) told {
	t.Helper()
	cmd := w.program(t, args...)
	var out, complained bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &complained
	if err := cmd.Run(); err != nil && cmd.ProcessState == nil {
		t.Fatal(err)
	}
	return told{out.String(), complained.String(), cmd.ProcessState.ExitCode()}
}

// update brings the tables up to date, which must go well.
func (w *world) update(t *testing.T, further ...string) string {
	t.Helper()
	said := w.iceberg(t, append([]string{"update", "lake"}, further...)...)
	if said.code != 0 {
		t.Fatalf("update: %d: %s", said.code, said.err)
	}
	return said.err
}

// refused wants a run to end with a code, and to say something on one line.
func (w *world) refused(t *testing.T, code int, words string, args ...string) {
	t.Helper()
	said := w.iceberg(t, args...)
	if said.code != code || !strings.Contains(said.err, words) {
		t.Errorf("%v: ended with %d, want %d, and %q in\n%s", args, said.code, code, words, said.err)
	}
}

// snapshots are those of each table, from old to new, as list has them.
func (w *world) snapshots(t *testing.T) map[string][]string {
	t.Helper()
	said := w.iceberg(t, "list", "--snapshots")
	if said.code != 0 {
		t.Fatalf("list: %s", said.err)
	}
	all := map[string][]string{}
	for _, line := range strings.Split(said.out, "\n") {
		if words := strings.Fields(line); len(words) > 2 && strings.Contains(words[0], ".") {
			all[words[0]] = append(all[words[0]], words[1])
		}
	}
	return all
}

var tables = []string{"jobs", "runs", "charges", "nodes", "events", "daily_summary"}

// rowsOf asks the database for the rows of a table as the dataset has them, but for their numbers.
var rowsOf = map[string]string{
	"jobs": "SELECT machine, job_id, submit_time, end_time, user_name, queue, exit_status, walltime_used_s, ncpus, " +
		"name FROM jobs",
	"runs": "SELECT machine, job_id, submit_time, end_time, run, phase FROM job_runs",
	"charges": "SELECT j.machine, j.job_id, j.submit_time, j.end_time, c.cpu_hours " +
		"FROM jobs j JOIN job_charges c ON c.job_id = j.id",
	"nodes": "SELECT j.machine, j.job_id, j.submit_time, j.end_time, n.node, n.ncpus " +
		"FROM jobs j JOIN job_nodes n ON n.job_id = j.id",
	"events":        "SELECT machine, time, type, object_id FROM events",
	"daily_summary": "SELECT machine, day, user_name, account, queue, jobs, cpu_hours FROM daily_summary",
}

// print tells sets of rows apart: how many, and the sum of their hashes.
func print(from string) string {
	return "(SELECT count(*) || ' ' || coalesce(sum(hash(r)::HUGEINT), 0) FROM (" + from + ") r)"
}

// prints are what the database has in each table.
func (w *world) prints(t *testing.T) map[string]string {
	t.Helper()
	var columns []string
	for _, table := range tables {
		columns = append(columns, print(rowsOf[table]))
	}
	row := w.ask(t, "SELECT "+strings.Join(columns, ", "))[0]
	all := map[string]string{}
	for i, table := range tables {
		all["pbs."+table] = row[i]
	}
	return all
}

// columnsOf are the names that a question gives.
func columnsOf(question string) string {
	list, _, _ := strings.Cut(strings.TrimPrefix(question, "SELECT "), " FROM ")
	var names []string
	for _, c := range strings.Split(list, ", ") {
		names = append(names, c[strings.Index(c, ".")+1:])
	}
	return strings.Join(names, ", ")
}

// files are all files of a folder.
func files(t *testing.T, dir string) (all []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, e os.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			all = append(all, path)
		}
		return err
	})
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	slices.Sort(all)
	return all
}
