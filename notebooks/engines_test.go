package notebooks

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"pbsduck/duckdb/duckdbtest"
)

// engines is the Python that has the other engines; without it the test is skipped.
func engines(t *testing.T) string {
	t.Helper()
	interpreter := os.Getenv("PBSDUCK_ENGINES")
	if interpreter == "" {
		t.Skip("PBSDUCK_ENGINES names no Python with spark/requirements.txt: make engines runs this test")
	}
	if _, err := exec.LookPath("java"); err != nil {
		t.Skip("Spark needs Java 17, and there is no java")
	}
	return interpreter
}

// session is a Spark of one machine, as the recipes and the programs have it.
const session = `
from pyspark.sql import SparkSession
spark = (SparkSession.builder.master("local[2]").config("spark.driver.memory", "2g").config("spark.ui.enabled", "false")
         .config("spark.sql.session.timeZone", "UTC").config("spark.sql.shuffle.partitions", "4").getOrCreate())
`

// TestEngineRecipeSpark runs the recipe: Spark counts the jobs that the database has.
func TestEngineRecipeSpark(t *testing.T) {
	interpreter, w := engines(t), theWorld(t)
	dir := w.aDataset(t)
	script := session + strings.ReplaceAll(recipe(t, "Spark", "python"), `"dataset/jobs"`, `"`+dir+`/jobs"`) + `
for queue, n in jobs.where("machine = 'derecho' AND year = 2026").groupBy("queue").count().orderBy("queue").collect():
    print(f"{queue},{n}")
`
	_, got, _ := strings.Cut(string(w.tool(t, nil, interpreter, "-c", script)), "\n\n")
	want := w.tool(t, nil, w.bin+"/pbsduck", "query", "--format", "csv",
		"SELECT queue, count(*) FROM jobs WHERE machine = 'derecho' AND end_time >= TIMESTAMPTZ '2026-01-01 00:00:00Z' "+
			"GROUP BY ALL ORDER BY queue NULLS FIRST")
	_, rows, _ := strings.Cut(string(want), "\n")
	if rows = strings.ReplaceAll(rows, "\r", ""); got != rows || rows == "" {
		t.Errorf("Spark says\n%s\nthe database\n%s", got, rows)
	}
}

// spark runs a program in a Spark of this machine.
func (w world) spark(t *testing.T, program string, args ...string) []byte {
	t.Helper()
	t.Setenv("PYSPARK_PYTHON", engines(t))
	t.Setenv("SPARK_LOCAL_IP", "127.0.0.1")
	t.Setenv("PYSPARK_SUBMIT_ARGS", "--master local[2] --driver-memory 2g --conf spark.ui.enabled=false"+
		" --conf spark.ui.showConsoleProgress=false --conf spark.sql.shuffle.partitions=2 pyspark-shell")
	path, err := filepath.Abs(program)
	if err != nil {
		t.Fatal(err)
	}
	return w.tool(t, nil, engines(t), append([]string{path}, args...)...)
}

// TestEngineSpark: what Spark parses on executors and settles is the dataset of a rebuild, row for row, but for the
// numbers of jobs; so is that of resolve, with the same numbers. What a run left that was killed is not in the way.
func TestEngineSpark(t *testing.T) {
	engines(t)
	w, dir := theWorld(t), t.TempDir()
	logs, machines := duckdbtest.Apart(t, 700)
	config, program := filepath.Join(logs, "pbsduck.toml"), filepath.Join(w.bin, "pbsduck")
	text := strings.ReplaceAll(string(read(t, config)), "logs = \"", "logs = \""+logs+"/")
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	in := func(name string) string { return filepath.Join(dir, name) }
	if err := os.MkdirAll(in("parts/.settled/jobs"), 0o700); err != nil {
		t.Fatal(err)
	}
	args := []string{
		"--pbsduck", program, "--config", config, "--parts", in("parts"), "--dataset", in("spark"), "--shares", "3",
	}
	for _, m := range machines {
		args = append(args, filepath.Join(logs, m))
	}
	if said := string(w.spark(t, "spark/lake.py", args...)); !strings.Contains(said, "lines were rejected") {
		t.Errorf("Spark says nothing of rejects: %s", said)
	}
	if left, err := filepath.Glob(in("parts/.*")); err != nil || len(left) > 0 {
		t.Error("it left", left, err)
	}
	for _, line := range [][]string{
		{"export", "-q", "--check", in("spark")},
		{"resolve", "-q", in("parts"), "--config", config, "--dataset", in("resolved")},
		{"rebuild", "-q", "--db", in("whole.duckdb"), "--config", config},
		{"export", "-q", "--db", in("whole.duckdb"), "--dataset", in("whole")},
	} {
		out, err := exec.CommandContext(t.Context(), program, line...).CombinedOutput()
		var exit *exec.ExitError
		if err != nil && (!errors.As(err, &exit) || line[0] != "rebuild" || exit.ExitCode() != 3) {
			t.Fatalf("%v: %v\n%s", line, err, out)
		}
	}
	w.sameDatasets(t, in("spark"), in("whole"), "COLUMNS(c -> c <> 'job_row')")
	w.sameDatasets(t, in("spark"), in("resolved"), "*")
	for _, name := range []string{"_dictionary.json", "_dictionary.md"} {
		if string(read(t, filepath.Join(in("spark"), name))) != string(read(t, filepath.Join(in("whole"), name))) {
			t.Errorf("%s is another one", name)
		}
	}
}

// sameDatasets compares columns of all tables of two datasets. The last digits of a day's hours depend on the order in
// which they are added up.
func (w world) sameDatasets(t *testing.T, got, want, columns string) {
	t.Helper()
	for _, table := range []string{"jobs", "runs", "nodes", "events", "charges", "daily_summary"} {
		rows := func(dir string) string {
			asked := columns
			if table == "daily_summary" {
				asked = "COLUMNS(c -> NOT regexp_matches(c, '_(hours|charge)$')), round(COLUMNS('_(hours|charge)$'), 6)"
			}
			return "SELECT " + asked + " FROM read_parquet('" + dir + "/" + table + "/**/*.parquet', hive_partitioning = true)"
		}
		question := fmt.Sprintf("SELECT (SELECT count(*) FROM (%[2]s)) > 0 AS some,"+
			" (SELECT count(*) FROM (%[1]s EXCEPT ALL %[2]s)) AS more,"+
			" (SELECT count(*) FROM (%[2]s EXCEPT ALL %[1]s)) AS less", rows(got), rows(want))
		found := w.tool(t, nil, filepath.Join(w.bin, "pbsduck"), "query", "--allow-files", "--format", "csv", question)
		if string(found) != "some,more,less\ntrue,0,0\n" {
			t.Errorf("%s of %s and %s: %s", table, filepath.Base(got), filepath.Base(want), found)
		}
	}
}

// TestEngineTypes has mypy check the programs.
func TestEngineTypes(t *testing.T) {
	cmd := exec.CommandContext(t.Context(), engines(t), "-m", "mypy", "--strict", "--cache-dir", t.TempDir(),
		"dialect.py", "lake.py", "reports.py")
	cmd.Dir = "spark"
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

// TestEngineReports: of the same jobs Spark's answers to reports are those of the database.
func TestEngineReports(t *testing.T) {
	w := theWorld(t)
	programs, err := filepath.Abs("spark")
	if err != nil {
		t.Fatal(err)
	}
	said := string(w.spark(t, "testdata/reports.py", programs, filepath.Join(w.bin, "pbsduck"), w.aDataset(t), w.db))
	if said != "same\n" {
		t.Errorf("%s", said)
	}
}
