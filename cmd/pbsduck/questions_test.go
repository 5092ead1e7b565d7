package main

import (
	"encoding/csv"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// TestQuestions asks the questions of docs/questions.md, by the command and by the SQL: both answer, and what both have
// a column for is the same in all rows.
func TestQuestions(t *testing.T) {
	question := regexp.MustCompile("(?ms)^## (\\d+)\\. (.*?)$.*?^```sh\n(.*?)\n```\n\n^```sql\n(.*?)\n```$")
	found := question.FindAllStringSubmatch(page(t, filepath.Join(docs, "questions.md")), -1)
	if len(found) != 20 {
		t.Fatalf("%d questions, want 20", len(found))
	}
	dir := t.TempDir()
	runTour(t, dir, "pbsduck generate -q logs --profile derecho,casper --days 4 --jobs 300 --seed 3 --start 2026-01-01 &&"+
		" rm logs/casper/20260103 && pbsduck ingest -q --config logs/pbsduck.toml") // a day is missing
	other := []string{"20"} // the page says how they differ
	for _, q := range found {
		number, command, sql := q[1], q[3], q[4]
		if n := strings.Count(sql, "\n") + 1; n > 6 {
			t.Errorf("%s: SQL of %d lines", number, n)
		}
		write(t, filepath.Join(dir, "question.sql"), sql)
		answer := runTour(t, dir, "pbsduck query --format csv --limit 0 question.sql")
		if strings.Count(answer, "\n") < 2 {
			t.Errorf("%s. %s: the SQL finds nothing", number, q[2])
		}
		if slices.Contains(other, number) {
			runTour(t, dir, command)
			continue
		}
		reported := runTour(t, dir, command+" --format csv")
		byCommand, bySQL := common(t, reported, answer)
		if len(byCommand) < 2 || !slices.Equal(byCommand, bySQL) {
			t.Errorf("%s. %s: the command and the SQL differ:\n%s\n%s",
				number, q[2], firstLines(strings.Join(byCommand, "\n"), 6), firstLines(strings.Join(bySQL, "\n"), 6))
		}
	}
}

// common are the rows of two tables, without the columns that only one has, sorted and rounded.
func common(t *testing.T, a, b string) (left, right []string) {
	t.Helper()
	x, y := table(t, a), table(t, b)
	var names []string
	for _, name := range x[0] {
		if slices.Contains(y[0], name) {
			names = append(names, name)
		}
	}
	rows := func(rows [][]string) (all []string) {
		for _, row := range rows {
			var cells []string
			for _, name := range names {
				cell := row[slices.Index(rows[0], name)]
				if number, err := strconv.ParseFloat(cell, 64); err == nil {
					cell = fmt.Sprintf("%.6g", number)
				}
				cells = append(cells, cell)
			}
			all = append(all, strings.Join(cells, ","))
		}
		slices.Sort(all)
		return all
	}
	return rows(x), rows(y)
}

func table(t *testing.T, text string) [][]string {
	t.Helper()
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil || len(rows) == 0 {
		t.Fatalf("%v\n%s", err, text)
	}
	return rows
}
