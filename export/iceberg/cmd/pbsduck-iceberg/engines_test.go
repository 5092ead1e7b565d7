package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// An asking is what testdata/read.py is told.
type asking struct {
	Catalog   string      `json:"catalog"`
	JDBC      string      `json:"jdbc,omitempty"`
	Warehouse string      `json:"warehouse"`
	Jars      string      `json:"jars"`
	Do        []string    `json:"do"`
	Ask       [][5]string `json:"ask"`
}

// engines is the folder of Pythons and jars that make engines fills.
func engines(t *testing.T) string {
	t.Helper()
	dir := os.Getenv("PBSDUCK_ENGINES_DIR")
	if dir == "" {
		t.Skip("PBSDUCK_ENGINES_DIR names no folder of engines: make engines runs this test")
	}
	return dir
}

// asking is one about the world's catalog.
func (w *world) asking(t *testing.T, dir string) asking {
	t.Helper()
	jars, err := filepath.Glob(filepath.Join(dir, "spark", "*.jar"))
	must(t, err)
	a := asking{Catalog: w.catalog, Warehouse: "file://" + w.warehouse, Jars: strings.Join(jars, ",")}
	if file, ok := strings.CutPrefix(w.catalog, "sqlite:"); ok {
		a.Catalog, a.JDBC = "sqlite:///"+file, "jdbc:sqlite:"+file
	}
	return a
}

// An answer is that of an engine: the columns that it sees, what it says, and how many files it read.
type answer struct {
	columns []string
	said    string
	files   float64
}

// answers has an engine read tables.
func (a asking) answers(t *testing.T, dir, engine string) (all []answer) {
	t.Helper()
	text, err := json.Marshal(a)
	must(t, err)
	cmd := exec.Command(filepath.Join(dir, "iceberg", "bin", "python"), "testdata/read.py", engine)
	var out, complained bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = bytes.NewReader(text), &out, &complained
	if err := cmd.Run(); err != nil {
		t.Fatalf("%s: %v\n%s", engine, err, complained.String())
	}
	var rows [][3]any
	if err := json.Unmarshal(out.Bytes()[bytes.IndexByte(out.Bytes(), '['):], &rows); err != nil {
		t.Fatalf("%s: %v\n%s", engine, err, out.String())
	}
	for _, row := range rows {
		one := answer{said: row[1].(string), files: row[2].(float64)}
		for _, c := range row[0].([]any) {
			one.columns = append(one.columns, c.(string))
		}
		all = append(all, one)
	}
	return all
}

// arrowTypes are those of Arrow for those of DuckDB.
var arrowTypes = map[string]string{
	"VARCHAR": "string", "BLOB": "binary", "BIGINT": "int64", "DOUBLE": "double", "BOOLEAN": "bool", "DATE": "date32[day]",
	"TIMESTAMP WITH TIME ZONE": "timestamp[us, tz=UTC]",
}

// questionOf asks of each column what can be said in a number: how many values, and their sum, least and greatest.
func (w *world) questionOf(t *testing.T, from string) (question string, columns []string) {
	t.Helper()
	var parts []string
	for _, c := range w.ask(t, "SELECT column_name, column_type FROM (DESCRIBE FROM "+from+")") {
		name, kind := c[0], c[1]
		columns = append(columns, name+" "+arrowTypes[kind])
		value := map[string]string{
			"VARCHAR": "length(%s)", "BLOB": "octet_length(%s)", "BOOLEAN": "%s::INT", "DATE": "epoch_us(%s)",
			"TIMESTAMP WITH TIME ZONE": "epoch_us(%s)", "DOUBLE": "round(1e6 * %s)::HUGEINT", "BIGINT": "%s",
		}[kind]
		value = fmt.Sprintf(value, `"`+name+`"`)
		parts = append(parts, fmt.Sprintf("count(%[1]s), sum(%[1]s::HUGEINT), min(%[1]s), max(%[1]s)", value))
	}
	return "SELECT concat_ws(' ', count(*), " + strings.Join(parts, ", ") + ")", columns
}

// theDataset are the files of a table in the dataset.
func theDataset(table string) string {
	return "read_parquet('lake/" + table + "/*/*.parquet', hive_partitioning = false)"
}

// questions are about all of each table, as it is and as it was at its first snapshot; and about one month of one
// machine.
func (w *world) questions(t *testing.T, a *asking, first map[string]string) (want []answer) {
	t.Helper()
	metadata := w.metadata(t)
	snapshots := w.snapshots(t)
	for _, table := range tables {
		question, columns := w.questionOf(t, theDataset(table))
		a.Ask = append(a.Ask, [5]string{table, metadata[table], "", question + " FROM t", ""})
		want = append(want, answer{columns: columns, said: w.ask(t, question+" FROM "+theDataset(table))[0][0]})
		a.Ask = append(a.Ask, [5]string{table, metadata[table], snapshots["pbs."+table][0], question + " FROM t", ""})
		want = append(want, answer{columns: columns, said: first[table]})
	}
	const month = "machine = 'casper' AND end_time >= TIMESTAMP '2026-02-01T00:00:00Z'"
	a.Ask = append(a.Ask, [5]string{"jobs", metadata["jobs"], "", "SELECT count(*) FROM t", month})
	return append(want, answer{said: w.ask(t, "SELECT count(*) FROM jobs WHERE "+month)[0][0], files: 1})
}

// metadata are the files of metadata of each table, as list has them.
func (w *world) metadata(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, line := range strings.Split(w.iceberg(t, "list").out, "\n") {
		if words := strings.Fields(line); len(words) == 2 {
			all[strings.TrimPrefix(words[0], "pbs.")] = words[1]
		}
	}
	return all
}

// twoStates has tables of two states, and returns what the first one had.
func (w *world) twoStates(t *testing.T) map[string]string {
	t.Helper()
	w.take(t, w.days[0], w.days[1], w.days[4])
	w.export(t)
	w.update(t)
	first := map[string]string{}
	for _, table := range tables {
		question, _ := w.questionOf(t, theDataset(table))
		first[table] = w.ask(t, question+" FROM "+theDataset(table))[0][0]
	}
	w.take(t, w.days...)
	w.export(t)
	w.pbsduck(t, "export", "-q", "--check", "lake")
	w.update(t)
	return first
}

func (a asking) compare(t *testing.T, dir, engine string, want []answer, prunes bool) {
	t.Helper()
	for i, got := range a.answers(t, dir, engine) {
		if want[i].columns != nil && !slices.Equal(got.columns, want[i].columns) {
			t.Errorf("%s sees of %s the columns\n%s\nand not\n%s", engine, a.Ask[i][0], got.columns, want[i].columns)
		}
		if got.said != want[i].said && (want[i].files == 0 || prunes) {
			t.Errorf("%s: %s:\n%s\nand not\n%s", engine, a.Ask[i][:3], got.said, want[i].said)
		}
		if prunes && want[i].files > 0 && got.files != want[i].files {
			t.Errorf("%s reads %v files of a month, and not %v", engine, got.files, want[i].files)
		}
	}
}

// TestEngines: what other engines read, of the tables as they are and as they were, is what the database has: each
// column's type, how many values, sum, least and greatest. Who asks pyiceberg or Spark for a month of a machine is
// given its file alone.
func TestEngines(t *testing.T) {
	dir := engines(t)
	w := newWorld(t, 4, 60)
	a := w.asking(t, dir)
	want := w.questions(t, &a, w.twoStates(t))
	for engine, prunes := range map[string]bool{"pyiceberg": true, "spark": true, "polars": false, "duckdb": false} {
		t.Run(engine, func(t *testing.T) { a.compare(t, dir, engine, want, prunes) })
	}
	t.Run("changed by Spark", func(t *testing.T) { w.changedBySpark(t, dir) })
}

// changedBySpark: Spark's own upkeep is no change, its other statements are told, and go by --overwrite.
func (w *world) changedBySpark(t *testing.T, dir string) {
	t.Helper()
	spark := func(statements ...string) {
		t.Helper()
		a := w.asking(t, dir)
		a.Do, a.Ask = statements, [][5]string{}
		a.answers(t, dir, "spark")
	}
	spark(
		"CALL pbsduck.system.rewrite_manifests('pbs.jobs')",
		"CALL pbsduck.system.expire_snapshots(table => 'pbs.runs', "+
			"older_than => TIMESTAMP '2100-01-01 00:00:00', retain_last => 1)",
	)
	if said := w.update(t); strings.Count(said, ": as it was, ") != len(tables) {
		t.Errorf("after Spark's upkeep: %s", said)
	}
	spark("DELETE FROM pbsduck.pbs.jobs WHERE machine = 'casper'",
		"ALTER TABLE pbsduck.pbs.runs RENAME COLUMN phase TO part")
	w.refused(t, 1, "another tool changed it: files are gone, or are there again; snapshot ", "update", "lake")
	w.refused(t, 1, "by spark)", "update", "lake")
	w.refused(t, 1, "the column phase long is now part long", "update", "lake", "--overwrite")
	spark("ALTER TABLE pbsduck.pbs.runs RENAME COLUMN part TO phase")
	w.update(t, "--overwrite")
	newHistory(w).checkCurrent(t)
}

// TestRESTCatalog: the same by a REST catalog, the one that Iceberg tests its clients with.
func TestRESTCatalog(t *testing.T) {
	dir := engines(t)
	w := newWorld(t, 4, 60)
	cmd := exec.Command("java", "-cp", filepath.Join(dir, "rest", "*"), "org.apache.iceberg.rest.RESTCatalogServer")
	cmd.Env = append(os.Environ(), "CATALOG_WAREHOUSE=file:"+w.warehouse, "CATALOG_URI=jdbc:sqlite:"+w.path("rest.db"),
		"CATALOG_JDBC_SCHEMA__VERSION=V1", "CATALOG_JDBC_INITIALIZE=true", "CATALOG_REST_PORT=18181")
	log, err := os.Create(w.path("rest.log"))
	must(t, err)
	cmd.Stdout, cmd.Stderr = log, log
	must(t, cmd.Start())
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	w.catalog = restCatalog
	for range 300 {
		answered, err := http.Get(restCatalog + "/v1/config")
		if err == nil {
			must(t, answered.Body.Close())
			break
		}
		time.Sleep(200 * time.Millisecond)
	}
	a := w.asking(t, dir)
	want := w.questions(t, &a, w.twoStates(t))
	a.compare(t, dir, "pyiceberg", want, true)
	if said := w.update(t); strings.Count(said, ": as it was, ") != len(tables) {
		t.Errorf("again: %s", said)
	}
	w.twoWriters(t)
}

const restCatalog = "http://127.0.0.1:18181"

// twoWriters: of two at the same time one is first, and the other finds that nothing is left to do.
func (w *world) twoWriters(t *testing.T) {
	t.Helper()
	w.pbsduck(t, "forget", "-q", "--machine", "casper", "--all")
	w.export(t)
	copyDir(t, w.path("lake"), w.path("copy"))
	ended := make(chan told)
	for _, dataset := range []string{"lake", "copy"} {
		go func() { ended <- w.iceberg(t, "update", dataset) }()
	}
	for range 2 {
		if one := <-ended; one.code != 0 {
			t.Errorf("one of two ended with %d: %s", one.code, one.err)
		}
	}
	newHistory(w).checkCurrentOf(t, 3)
}

// TestPostgreSQL: the same by a catalog in PostgreSQL, where that is installed.
func TestPostgreSQL(t *testing.T) {
	dir := engines(t)
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin")
	if len(found) == 0 || os.Getuid() != 0 {
		t.Skip("there is no PostgreSQL to start as its user: root may, after apt-get install postgresql")
	}
	w := newWorld(t, 4, 60)
	data, err := os.MkdirTemp("/tmp", "pbsduck-postgres")
	must(t, err)
	t.Cleanup(func() { _ = os.RemoveAll(data) })
	as := func(name string, args ...string) {
		t.Helper()
		all := append([]string{"-u", "postgres", "--", filepath.Join(found[len(found)-1], name)}, args...)
		if out, err := exec.Command("runuser", all...).CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", name, err, out)
		}
	}
	must(t, exec.Command("chown", "postgres", data).Run())
	as("initdb", "-D", data, "-A", "trust", "-U", "postgres")
	as(
		"pg_ctl",
		"-D",
		data,
		"-w",
		"-l",
		filepath.Join(data, "log"),
		"-o",
		"-p 18432 -k "+data+" -c listen_addresses=127.0.0.1 -c fsync=off",
		"start",
	)
	t.Cleanup(func() { as("pg_ctl", "-D", data, "-w", "-m", "immediate", "stop") })
	w.catalog = "postgres://postgres:secret@127.0.0.1:18432/postgres"
	a := w.asking(t, dir)
	a.Catalog = strings.Replace(w.catalog, "postgres://", "postgresql+psycopg2://", 1)
	want := w.questions(t, &a, w.twoStates(t))
	a.compare(t, dir, "pyiceberg", want, true)
	w.twoWriters(t)
	w.refused(
		t,
		1,
		"does not answer",
		"update",
		"lake",
		"--catalog",
		strings.Replace(w.catalog, "18432/postgres", "18432/nowhere", 1),
	)
}
