package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
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
