package notebooks

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

const rDir = "r"

// TestRmdRuns renders the R notebook: by R's package duckdb where there is one, and by DuckDB's JDBC driver otherwise.
// It must show what the kept page shows.
func TestRmdRuns(t *testing.T) {
	needsR(t)
	s, dir := theSite(t), t.TempDir()
	for _, name := range []string{"first_look.Rmd", "jdbc.R"} {
		if err := os.WriteFile(filepath.Join(dir, name), read(t, filepath.Join(rDir, name)), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	s.tool(t, nil, "Rscript", "-e", "rmarkdown::render(commandArgs(TRUE), quiet = TRUE)",
		filepath.Join(dir, "first_look.Rmd"))
	page := read(t, filepath.Join(dir, "first_look.md"))
	pictures := regexp.MustCompile(`src="(first_look_files/[^"]+\.png)"`).FindAllSubmatch(page, -1)
	if len(pictures) != 2 {
		t.Errorf("it draws %d pictures, want 2", len(pictures))
	}
	if *update {
		keep(t, dir, "first_look.md")
	}
	for _, p := range pictures {
		if name := string(p[1]); *update {
			keep(t, dir, name)
		} else if len(read(t, filepath.Join(rDir, name))) == 0 || len(read(t, filepath.Join(dir, name))) == 0 {
			t.Errorf("%s is empty", name)
		}
	}
	if got, kept := words(string(page)), words(string(read(t, filepath.Join(rDir, "first_look.md")))); !alike(got, kept) {
		t.Errorf("it shows other than what is kept (make notebooks, and look at the difference):\n%s", page)
	}
}

// needsR skips where R, its packages or the driver are not.
func needsR(t *testing.T) {
	t.Helper()
	if _, err := exec.LookPath("Rscript"); err != nil {
		t.Skip("R is not installed (Debian: " +
			"apt-get install r-base-core r-cran-rjava r-cran-dplyr r-cran-ggplot2 r-cran-rmarkdown pandoc)")
	}
	said, err := exec.Command("Rscript", "-e",
		`for (p in c("dplyr", "ggplot2", "rmarkdown")) library(p, character.only = TRUE, quietly = TRUE, `+
			`warn.conflicts = FALSE); cat(requireNamespace("duckdb", quietly = TRUE))`).CombinedOutput()
	if err != nil {
		t.Skipf("R lacks packages (Debian: "+
			"apt-get install r-cran-rjava r-cran-dplyr r-cran-ggplot2 r-cran-rmarkdown pandoc): %s", said)
	}
	if strings.HasSuffix(string(said), "TRUE") {
		return
	}
	jar := os.Getenv("PBSDUCK_JDBC")
	if jar == "" {
		jar, _ = filepath.Abs("../.tools/duckdb_jdbc.jar")
	}
	if _, err := os.Stat(jar); err != nil {
		t.Skipf("R has no package duckdb, and DuckDB's JDBC driver is not there (make %s): %v", ".tools/duckdb_jdbc.jar", err)
	}
	t.Setenv("PBSDUCK_JDBC", jar)
}

// keep takes a file of what was rendered into the sources.
func keep(t *testing.T, from, name string) {
	t.Helper()
	path := filepath.Join(rDir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, read(t, filepath.Join(from, name)), 0o666); err != nil {
		t.Fatal(err)
	}
}
