package report_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"pbsduck/duckdb/report"
)

const goodHead = `-- Title: Usage
-- Question: Who used how much?
-- Definition: Jobs count on the day on which they ended: all of them,
--   and those that did not say.
-- Variables: period VARCHAR, metric VARCHAR, top BIGINT
-- By: day, queue
-- Choices:
--   metric = core_hours, jobs: what is compared: one of two
--   top = 10: how many
-- Columns:
--   jobs: jobs that ended
--   core_hours [h]: cores: times time
-- Needs: capacity
SELECT 1 -- Title: not of the head
`

func TestParseHead(t *testing.T) {
	got, err := report.Parse("usage", "sql/usage.sql", goodHead)
	if err != nil {
		t.Fatal(err)
	}
	want := report.Report{
		Name: "usage", Path: "sql/usage.sql", Title: "Usage", Question: "Who used how much?",
		Definition: "Jobs count on the day on which they ended: all of them, and those that did not say.",
		By:         []string{"day", "queue"},
		Choices: []report.Choice{
			{Name: "metric", Values: []string{"core_hours", "jobs"}, Comment: "what is compared: one of two"},
			{Name: "top", Values: []string{"10"}, Comment: "how many"},
		},
		Columns: []report.Column{
			{Name: "jobs", Comment: "jobs that ended"},
			{Name: "core_hours", Unit: "h", Comment: "cores: times time"},
		},
		Needs: "capacity", SQL: goodHead,
	}
	if diff := cmp.Diff(want, got, cmpopts.IgnoreUnexported(report.Report{})); diff != "" {
		t.Error(diff)
	}
	if again, err := report.Parse("usage", "sql/usage.sql", strings.ReplaceAll(goodHead, "\n", "\r\n")); err != nil ||
		again.Definition != got.Definition || len(again.Choices) != 2 {
		t.Error("with other ends of lines:", again, err)
	}
}

func TestBadHeads(t *testing.T) {
	const begin = "-- Title: x\n-- Question: y?\n"
	for text, want := range map[string]string{
		"":                                        "r.sql: its head lacks a Title or a Question",
		"SELECT 1\n-- Title: x\n":                 "r.sql: its head lacks a Title or a Question",
		"-- Title: x\nSELECT 1":                   "r.sql: its head lacks a Title or a Question",
		"-- Title:\n-- Question: y?\n":            "r.sql: its head lacks a Title or a Question",
		"--   set in\n" + begin:                   `r.sql:1: nothing follows after ""`,
		"-- no word\n" + begin:                    "r.sql:1: a line of the head begins with a word and a colon",
		begin + "-- Subject: z\n":                 `r.sql:3: "Subject" is no word of a head`,
		begin + "--   more\n":                     "r.sql:3: Question is one line",
		begin + "-- By: day of weeks\n":           `r.sql:3: by "weeks": use jobs or runs`,
		begin + "-- By: color of jobs\n":          `r.sql:3: by "color": jobs are by one of nothing, machine, user`,
		begin + "-- By: name of runs\n":           `r.sql:3: by "name": runs are by one of nothing, machine, user`,
		begin + "-- Variables: since\n":           "r.sql:3: a variable is written as name TYPE",
		begin + "-- Choices:\n--   metric: m\n":   "r.sql:4: a choice is written as name = usual, other: meaning",
		begin + "-- Choices:\n--   metric = a: m": "r.sql: the choice metric is none of the Variables",
		begin + "-- Columns:\n--   two words: m":  "r.sql:4: a column is written as name [unit]: meaning",
		begin + "-- Needs: capacity\n--   more\n": `r.sql:4: nothing follows after "Needs"`,
	} {
		_, err := report.Parse("r", "r.sql", text)
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%q: %v, not %s", text, err, want)
		}
	}
}

// TestHeadsSayWhatThereIs: what a report's head says of its columns is what it has, and each of its choices goes.
func TestHeadsSayWhatThereIs(t *testing.T) {
	w := aWorld(t)
	all, err := report.All("")
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range all {
		reader, err := r.Run(t.Context(), w.db, report.Options{})
		if err != nil {
			t.Fatal(err)
		}
		var has, told []string
		for _, f := range reader.Schema().Fields() {
			if _, ok := f.Metadata.GetValue("comment"); !ok && f.Name != "machine" && f.Name != "period" &&
				f.Name != strings.Join(r.By[:min(1, len(r.By))], "") {
				t.Errorf("%s: nothing is said of the column %s", r.Name, f.Name)
			}
			has = append(has, f.Name)
		}
		reader.Release()
		for _, c := range r.Columns {
			if c.Name != "period" && c.Name != "entity" {
				told = append(told, c.Name)
			}
		}
		var own []string
		for _, name := range has {
			if name != "machine" && name != "period" && (len(r.By) == 0 || name != r.By[0]) {
				own = append(own, name)
			}
		}
		if diff := cmp.Diff(own, told); diff != "" {
			t.Errorf("%s (-has +head): %s", r.Name, diff)
		}
		if r.Definition == "" && r.Name != "people" {
			t.Errorf("%s: nothing says how it is reckoned", r.Name)
		}
		for _, c := range r.Choices {
			for _, value := range c.Values {
				if _, wrong := (question{set: map[string]string{c.Name: value}}).run(t, w, r); wrong != nil {
					t.Error(wrong)
				}
			}
		}
	}
}

// TestChoices: what is read for the flags is what the whole heads say.
func TestChoices(t *testing.T) {
	all, err := report.All("")
	if err != nil {
		t.Fatal(err)
	}
	var want []report.Choice
	for _, r := range all {
		for _, c := range r.Choices {
			if !slices.ContainsFunc(want, func(other report.Choice) bool { return other.Name == c.Name }) {
				want = append(want, c)
			}
		}
	}
	got, err := report.Choices()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" || len(want) == 0 {
		t.Error(diff)
	}
}
