package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"pbsduck/duckdb"
)

// pieces are the blocks of code of a language that a page shows, by the heading they stand under.
func pieces(text, language string) map[string]string {
	found := map[string]string{}
	heading := ""
	for _, m := range regexp.MustCompile("(?ms)^#+ (.*?)$|^```"+language+"\n(.*?)^```$").FindAllStringSubmatch(text, -1) {
		if m[2] == "" {
			heading = m[1]
			continue
		}
		found[heading] = m[2]
	}
	return found
}

// TestContributing does what CONTRIBUTING.md says, with the pieces that it shows: a report, a check, a column and a
// profile.
func TestContributing(t *testing.T) {
	text := page(t, "../../CONTRIBUTING.md")
	sql, toml := pieces(text, "sql"), pieces(text, "toml")
	dir := t.TempDir()
	for name, content := range map[string]string{
		"reports/night-owls.sql": sql["A report"],
		"check.sql":              sql["A check"],
		"pond.toml":              toml["A machine to imitate, a dialect"],
	} {
		if content == "" {
			t.Fatalf("CONTRIBUTING.md shows no %s", name)
		}
		write(t, filepath.Join(dir, name), content)
	}
	runTour(t, dir, "pbsduck generate -q logs --profile pond.toml --days 2 --jobs 60")
	made := page(t, filepath.Join(dir, "logs", "pbsduck.toml"))
	write(t, filepath.Join(dir, "pbsduck.toml"),
		`reports = "reports"`+"\n"+strings.ReplaceAll(made, `logs = "`, `logs = "logs/`)+"\n"+toml["A column"])
	runTour(t, dir, "pbsduck ingest -q")

	for command, want := range map[string]string{
		"pbsduck report":                          `(?m)^night-owls +Who submits at night\?$`,
		"pbsduck report night-owls --format csv":  `(?m)^machine,user,jobs,at_night\npond,`,
		"pbsduck report night-owls --by nothing":  `(?m)^pond `,
		"pbsduck query --format csv check.sql":    `^machine,job_id,submit_time,start_time\n$`,
		"pbsduck schema --format csv jobs":        `(?m)^jobs,stage_in_s,BIGINT,s,.*resources_used.stagein`,
		"pbsduck verify --quick -q && echo it is": `it is\n$`,
		"pbsduck query 'SELECT max(machine) FROM jobs WHERE stage_in_s IS NULL' --format csv": `pond`,
	} {
		if got := runTour(t, dir, command); !regexp.MustCompile(want).MatchString(got) {
			t.Errorf("$ %s\n%s\nwant %s", command, got, want)
		}
	}
	// The check can fail.
	broken := strings.Replace(sql["A check"], "start_time < submit_time", "start_time > submit_time", 1)
	write(t, filepath.Join(dir, "broken.sql"), broken)
	if got := runTour(t, dir, "pbsduck query --format csv --limit 1 broken.sql"); strings.Count(got, "\n") < 2 {
		t.Errorf("no job starts after it is submitted:\n%s", got)
	}
}

// TestContributedColumn does what CONTRIBUTING.md says of a column for all sites, with the entry that it shows: a
// program that is built with it fills the column from the raw records that today's program loaded.
func TestContributedColumn(t *testing.T) {
	if testing.Short() {
		t.Skip("the program is built")
	}
	entry := pieces(page(t, "../../CONTRIBUTING.md"), "go")["A column"]
	named := regexp.MustCompile(`^attr\("(\w+)", pbs\.UsedNCPUs,`).FindStringSubmatch(entry)
	if named == nil {
		t.Fatalf("CONTRIBUTING.md shows no column of resources_used.ncpus: %q", entry)
	}
	columns := page(t, "../../ingest/schema/columns.go")
	list := regexp.MustCompile(`(?s)\nvar Jobs = Table\{.*?\n(\t\},\n\}\n)`).FindStringSubmatchIndex(columns)
	if list == nil {
		t.Fatal("ingest/schema/columns.go has no list of the columns of Jobs")
	}
	dir := t.TempDir()
	buildWith(t, filepath.Join(dir, "next"), map[string]string{
		"ingest/schema/columns.go": columns[:list[2]] + entry + columns[list[2]:],
		"duckdb/schema.go": strings.Replace(page(t, "../../duckdb/schema.go"),
			fmt.Sprintf("SchemaVersion = %d\n", duckdb.SchemaVersion),
			fmt.Sprintf("SchemaVersion = %d\n", duckdb.SchemaVersion+1), 1),
	})
	write(t, filepath.Join(dir, "filled.sql"), strings.ReplaceAll(`SELECT count(COLUMN) > 90 AS filled,
  count(*) FILTER (COLUMN IS DISTINCT FROM pbs_attributes(compressed_data)['resources_used.ncpus']::BIGINT) AS wrong
FROM jobs JOIN job_records ON job_records.job_id = jobs.id
`, "COLUMN", named[1]))

	runTour(t, dir, "pbsduck generate -q logs --profile derecho --days 1 --jobs 100 --seed 1")
	runTour(t, dir, "pbsduck ingest -q --machine derecho --timezone America/Denver logs/derecho")
	for _, step := range [][2]string{
		{"./next query 'SELECT 1' 2>&1 || true", `this program writes \d+: pbsduck rebuild --from-records brings it`},
		{"./next rebuild -q --from-records && ./next verify -q && echo it is", `it is\n$`},
		{"./next query --format csv filled.sql", `^filled,wrong\ntrue,0\n$`},
		{"./next schema --format csv jobs", `(?m)^jobs,` + named[1] + `,BIGINT,.*,resources_used\.ncpus,`},
		{"./next export -q --table jobs out && ./next query --allow-files --format csv " +
			"\"SELECT count(" + named[1] + ") > 90 AS filled FROM 'out/jobs.parquet'\"", `^filled\ntrue\n$`},
		{"pbsduck query 'SELECT 1' || echo it ends with $?", `^it ends with 12\n$`},
	} {
		if got := runTour(t, dir, step[0]); !regexp.MustCompile(step[1]).MatchString(got) {
			t.Errorf("$ %s\n%s\nwant %s", step[0], got, step[1])
		}
	}
}

// buildWith builds the program as if files of the source had other texts.
func buildWith(t *testing.T, program string, texts map[string]string) {
	t.Helper()
	replaced := map[string]string{}
	for path, text := range texts {
		at, err := filepath.Abs(filepath.Join("../..", path))
		if err != nil {
			t.Fatal(err)
		}
		if text == page(t, at) {
			t.Fatalf("%s stays as it is", path)
		}
		replaced[at] = filepath.Join(t.TempDir(), filepath.Base(path))
		write(t, replaced[at], text)
	}
	overlay, err := json.Marshal(map[string]any{"Replace": replaced})
	if err != nil {
		t.Fatal(err)
	}
	list := filepath.Join(t.TempDir(), "overlay.json")
	write(t, list, string(overlay))
	link := "-ldflags=-s -w"
	if _, err := exec.LookPath("ld.gold"); err == nil {
		link += " -extldflags=-fuse-ld=gold" // half the time
	}
	if out, err := exec.Command("go", "build", "-buildvcs=false", "-tags=duckdb_arrow", link, "-overlay="+list,
		"-o", program, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

// TestNamedFiles: files and folders of the source that these pages name are there, and so are make's targets.
func TestNamedFiles(t *testing.T) {
	makefile := page(t, "../../Makefile")
	for _, name := range []string{"CONTRIBUTING.md", "SECURITY.md", "ARCHITECTURE.md"} {
		text := page(t, filepath.Join("../..", name))
		named := 0
		path := regexp.MustCompile("`((?:cmd|docs|duckdb|export|ingest|notebooks|examples)/[a-zA-Z0-9_/.-]+)`")
		for _, m := range path.FindAllStringSubmatch(text, -1) {
			named++
			if _, err := os.Stat(filepath.Join("../..", m[1])); err != nil {
				t.Errorf("%s names %s: %v", name, m[1], err)
			}
		}
		for _, m := range regexp.MustCompile("(?m)(?:^|`)make ([a-z-]+)").FindAllStringSubmatch(text, -1) {
			named++
			if !strings.Contains(makefile, "\n"+m[1]+":") {
				t.Errorf("%s names make %s, which the Makefile does not have", name, m[1])
			}
		}
		if named == 0 {
			t.Errorf("%s: nothing found", name)
		}
	}
}
