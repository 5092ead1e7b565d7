package notebooks

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// recipe is the code of a section of docs/recipes.md in one language.
func recipe(t *testing.T, section, language string) string {
	t.Helper()
	_, text, ok := strings.Cut(string(read(t, "../docs/recipes.md")), "\n## "+section)
	text, _, _ = strings.Cut(text, "\n## ")
	m := regexp.MustCompile("(?ms)^```" + language + "\n(.*?)^```$").FindStringSubmatch(text)
	if !ok || m == nil {
		t.Fatalf("docs/recipes.md has no %s in %s", language, section)
	}
	return m[1]
}

// TestRecipeCommandLine asks a published copy, which opens read-only.
func TestRecipeCommandLine(t *testing.T) {
	cli := filepath.Join(filepath.Dir(python(t)), "duckdb")
	if _, err := os.Stat(cli); err != nil {
		t.Skip("no DuckDB command line beside Python: pip install duckdb-cli (make test does)")
	}
	w := theWorld(t)
	published := strings.TrimSuffix(w.db, ".duckdb") + ".published.duckdb"
	script := strings.NewReplacer("duckdb -readonly", cli+" -csv -readonly", "pbsduck.published.duckdb", published).
		Replace(recipe(t, "DuckDB's command line", "sh"))
	got := string(w.tool(t, nil, "bash", "-euc", script))
	want := string(w.tool(t, nil, filepath.Join(w.bin, "pbsduck"), "query", "--format", "csv",
		"SELECT queue, count(*) AS jobs FROM jobs GROUP BY ALL"))
	lines := func(text string) []string { return slices.Sorted(strings.FieldsSeq(text)) }
	if len(lines(got)) < 3 || !slices.Equal(lines(got), lines(want)) {
		t.Errorf("%q, want %q", got, want)
	}
}

// TestRecipePython, with the database's name as it is here.
func TestRecipePython(t *testing.T) {
	interpreter, w := python(t), theWorld(t)
	usePackage(t)
	script := strings.ReplaceAll(recipe(t, "Python", "python"), `"pbsduck.duckdb"`, `"`+w.db+`"`)
	w.tool(t, nil, interpreter, "-c", script)
}

// TestRecipeGrafana asks the question that is shown.
func TestRecipeGrafana(t *testing.T) {
	w := theWorld(t)
	if got := w.tool(t, []byte(recipe(t, "Grafana", "sql")), filepath.Join(w.bin, "pbsduck"), "query", "--format", "csv",
		"-"); !strings.HasPrefix(string(got), "time,cores\n2026") &&
		!strings.HasPrefix(string(got), "time,cores\n2025") {
		t.Errorf("%.80q", got)
	}
}

// TestRecipeExcel runs the commands, and openpyxl reads what they wrote: numbers are numbers, nothing is a formula, and
// rows are those of csv.
func TestRecipeExcel(t *testing.T) {
	interpreter, w := python(t), theWorld(t)
	read := `
import csv, sys, openpyxl
month = openpyxl.load_workbook("january.xlsx")
print(month.sheetnames)
rows = list(openpyxl.load_workbook("daily.xlsx")["rows"].iter_rows())
with open("daily.csv", encoding="utf-8-sig", newline="") as f:
    lines = list(csv.reader(f))
assert open("daily.csv", "rb").read(3) == b"\xef\xbb\xbf"
assert len(rows) == len(lines) > 10, (len(rows), len(lines))
jobs = [c.value.split(" [")[0] for c in rows[0]].index("jobs")
assert sum(r[jobs].value for r in rows[1:]) == sum(int(l[jobs]) for l in lines[1:])
assert all(c.data_type in "snbd" for sheet in month for r in sheet.iter_rows() for c in r)
`
	script := recipe(t, "Excel", "sh") + "\n" + interpreter + " - <<'END'\n" + read + "END\n"
	if got := string(w.tool(t, nil, "bash", "-euc", script)); got != "['usage', 'waits', 'failures', 'about']\n" {
		t.Errorf("%q", got)
	}
}
