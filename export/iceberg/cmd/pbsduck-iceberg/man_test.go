package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestManPages: each command has a page that says what it reads, and each exit code that it can have.
func TestManPages(t *testing.T) {
	w := &world{dir: t.TempDir()}
	if said := w.iceberg(t, "man", "-q", w.path("pages")); said.code != 0 {
		t.Fatal(said.err)
	}
	for name, codes := range map[string]int{
		"pbsduck-iceberg": 7, "pbsduck-iceberg-update": 7, "pbsduck-iceberg-list": 7, "pbsduck-iceberg-expire": 7,
		"pbsduck-iceberg-man": 3,
	} {
		text, err := os.ReadFile(filepath.Join(w.path("pages"), name+".1"))
		must(t, err)
		_, status, _ := strings.Cut(string(text), "\n.SH EXIT STATUS\n")
		if told := regexp.MustCompile(`(?m)^\.TP\n\\fB\d+\\fR\n\w`).FindAllString(status, -1); len(told) != codes {
			t.Errorf("%s tells %d exit codes, want %d:\n%s", name, len(told), codes, text)
		}
		for _, section := range []string{"NAME", "SYNOPSIS", "OPTIONS", "ENVIRONMENT", "EXAMPLES", "SEE ALSO"} {
			if !strings.Contains(string(text), "\n.SH "+section+"\n") {
				t.Errorf("%s has no section %s", name, section)
			}
		}
		if goes := regexp.MustCompile(`(?m)^\\fB.* (string|int|duration)\\fR$`).FindString(string(text)); goes != "" {
			t.Errorf("%s: name the value of %s", name, goes)
		}
	}
}
