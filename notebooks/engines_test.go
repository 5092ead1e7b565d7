package notebooks

import (
	"os"
	"os/exec"
	"strings"
	"testing"
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
