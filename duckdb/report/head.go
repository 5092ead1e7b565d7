package report

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// A Report is a question that people ask again and again: what the head of its SQL file says, and the file.
type Report struct {
	Name       string
	Path       string // of the file, for errors
	Title      string
	Question   string
	Definition string   // how it is reckoned: what is counted, and what is left out
	By         []string // what its rows may be by, entities and periods; the first is usual, and may be "" for nothing
	Choices    []Choice
	Columns    []Column
	Chart      string // the column that is drawn where there is no chart of its own; empty: the first number
	Needs      string // a table without which it says little: capacity, allocations; empty: none
	SQL        string // the whole file

	variables []variable // that the file reads
}

// A Choice is a variable that whoever asks may set.
type Choice struct {
	Name    string
	Values  []string // the first is usual; empty: any
	Comment string
}

// A Column is what a column of the result means.
type Column struct {
	Name, Unit, Comment string
}

// What rows may be by: the entities that the views report_jobs and report_runs tell, and periods of local days.
var (
	jobEntities = []string{"machine", "user", "group", "account", "project", "facility", "queue", "queue_group",
		"priority", "name",
		"exit_class", "exit_status", "cpu_type", "gpu_type"}
	runEntities = []string{"machine", "user", "account", "facility", "queue", "queue_group"}
	periods     = []string{"day", "week", "month", "quarter", "year"}
)

// Nothing is what rows are by that are not parted.
const Nothing = "nothing"

// reads tells whether the file reads a variable.
func (r Report) reads(name string) bool {
	return slices.ContainsFunc(r.variables, func(v variable) bool { return v.name == name })
}

// A variable is one of the session, with its type in SQL.
type variable struct{ name, typ string }

// Held tells whether its days are those on which something was held or waited, rather than those on which jobs ended.
func (r Report) Held() bool { return r.reads("since") }

// Flag is a choice as flags are written.
func Flag(choice string) string { return strings.ReplaceAll(choice, "_", "-") }

// Parse reads the head of a report's file: comments from its first line on, of which each begins with a word and a
// colon, and goes on in lines that are set in. A line of a choice or a column goes on in lines that are set in further.
//
//	-- Title: Usage
//	-- Question: Who used how much?
//	-- Definition: Jobs count on the day on which they ended.
//	--   ...
//	-- Variables: period VARCHAR, entity VARCHAR, metric VARCHAR
//	-- By: account of jobs
//	-- Choices:
//	--   metric = core_hours, jobs: what the rows are sorted by
//	-- Chart: core_hours
//	-- Columns:
//	--   core_hours [h]: CPUs asked for times walltime used
func Parse(name, path, text string) (Report, error) {
	r := Report{Name: name, Path: path, SQL: text}
	line := 0
	var open string // the word that lines which are set in belong to
	for whole := range strings.Lines(text) {
		line++
		comment, ok := strings.CutPrefix(strings.TrimRight(whole, "\r\n"), "--")
		if !ok {
			break
		}
		if rest, ok := strings.CutPrefix(comment, "   "); ok {
			if err := r.more(open, strings.TrimRight(rest, " ")); err != nil {
				return r, fmt.Errorf("%s:%d: %w", path, line, err)
			}
			continue
		}
		word, value, ok := strings.Cut(strings.TrimSpace(comment), ":")
		if !ok {
			return r, fmt.Errorf("%s:%d: a line of the head begins with a word and a colon, or is set in by three blanks: %q",
				path, line, comment)
		}
		open = word
		if err := r.begin(word, strings.TrimSpace(value)); err != nil {
			return r, fmt.Errorf("%s:%d: %w", path, line, err)
		}
	}
	return r, r.check()
}

// choicesOf are the choices of a file that Parse takes, whose other lines it does not read.
func choicesOf(text []byte) []Choice {
	var r Report
	_, section, _ := bytes.Cut(text, []byte("\n-- Choices:\n"))
	for line := range bytes.Lines(section) {
		rest, in := bytes.CutPrefix(line, []byte("--   "))
		if !in || r.more("Choices", string(bytes.TrimRight(rest, " \n"))) != nil {
			break
		}
	}
	return r.Choices
}

func (r *Report) begin(word, value string) (err error) {
	switch word {
	case "Title":
		r.Title = value
	case "Question":
		r.Question = value
	case "Definition":
		r.Definition = value
	case "Variables":
		for one := range strings.SplitSeq(value, ", ") {
			v, ok := variableOf(one)
			if !ok {
				return fmt.Errorf("a variable is written as name TYPE, such as since DATE; not %q", one)
			}
			r.variables = append(r.variables, v)
		}
	case "By":
		r.By, err = by(value)
	case "Chart":
		r.Chart = value
	case "Needs":
		r.Needs = value
	case "Choices", "Columns":
	default:
		err = fmt.Errorf("%q is no word of a head: use Title, Question, Definition, Variables, By, Choices, Chart, "+
			"Columns, Needs", word)
	}
	return err
}

// ByWords are what rows may be by, in the words of --by, that of no flag first.
func (r Report) ByWords() []string {
	words := slices.Clone(r.By)
	for i := range words {
		words[i] = cmp.Or(words[i], Nothing)
	}
	return words
}

// by reads "account of jobs", "day of runs", "nothing of jobs", or a list.
func by(value string) ([]string, error) {
	usual, whose, listed := strings.Cut(value, " of ")
	if !listed {
		all := strings.Split(value, ", ")
		if all[0] == Nothing {
			all[0] = ""
		}
		return all, nil
	}
	var all []string
	switch whose {
	case "jobs":
		all = slices.Concat(jobEntities, periods)
	case "runs":
		all = slices.Concat(runEntities, periods)
	default:
		return nil, fmt.Errorf("by %q: use jobs or runs", whose)
	}
	if usual == Nothing {
		return append([]string{""}, all...), nil
	}
	if !slices.Contains(all, usual) {
		return nil, fmt.Errorf("by %q: %s are by one of nothing, %s", usual, whose, strings.Join(all, ", "))
	}
	return append([]string{usual}, slices.DeleteFunc(all, func(s string) bool { return s == usual })...), nil
}

// The forms of variables, choices and columns are read without patterns: each start of the program reads them all.

// nameAhead parts the name that a text begins with, which may be empty, from the rest.
func nameAhead(text string) (name, rest string) {
	rest = strings.TrimLeft(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")
	return text[:len(text)-len(rest)], rest
}

// variableOf reads "name TYPE" or "name TYPE[]".
func variableOf(text string) (v variable, ok bool) {
	name, rest := nameAhead(text)
	typ, ok := strings.CutPrefix(rest, " ")
	one := strings.TrimSuffix(typ, "[]")
	return variable{name, typ}, ok && name != "" && one != "" && strings.Trim(one, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == ""
}

// choiceOf reads "name = usual, other: meaning".
func choiceOf(text string) (c Choice, ok bool) {
	name, rest := nameAhead(text)
	values, meaning, _ := strings.Cut(rest, ":")
	values, equal := strings.CutPrefix(values, " = ")
	meaning, blank := strings.CutPrefix(meaning, " ")
	return Choice{Name: name, Values: strings.Split(values, ", "), Comment: meaning}, name != "" && equal && blank
}

// columnOf reads "name: meaning" or "name [unit]: meaning".
func columnOf(text string) (c Column, ok bool) {
	name, rest := nameAhead(text)
	c.Name, ok = name, name != ""
	if bracketed, has := strings.CutPrefix(rest, " ["); has {
		c.Unit, rest, has = strings.Cut(bracketed, "]")
		ok = ok && has
	}
	comment, meant := strings.CutPrefix(rest, ": ")
	c.Comment = comment
	return c, ok && meant
}

func (r *Report) more(word, rest string) error {
	further, goesOn := strings.CutPrefix(rest, "  ")
	further = " " + strings.TrimSpace(further)
	rest = strings.TrimSpace(rest)
	switch n, m := len(r.Choices), len(r.Columns); {
	case goesOn && word == "Choices" && n > 0:
		r.Choices[n-1].Comment += further
		return nil
	case goesOn && word == "Columns" && m > 0:
		r.Columns[m-1].Comment += further
		return nil
	}
	switch word {
	case "Title", "Question":
		return errors.New(word + " is one line")
	case "Definition":
		r.Definition += " " + rest
	case "Choices":
		c, ok := choiceOf(rest)
		if !ok {
			return fmt.Errorf("a choice is written as name = usual, other: meaning; not %q", rest)
		}
		r.Choices = append(r.Choices, c)
	case "Columns":
		c, ok := columnOf(rest)
		if !ok {
			return fmt.Errorf("a column is written as name [unit]: meaning; not %q", rest)
		}
		r.Columns = append(r.Columns, c)
	default:
		return fmt.Errorf("nothing follows after %q", word)
	}
	return nil
}

func (r *Report) check() error {
	if r.Title == "" || r.Question == "" {
		return fmt.Errorf("%s: its head lacks a Title or a Question: its first lines are -- Title: and -- Question: "+
			"with a text", r.Path)
	}
	for _, c := range r.Choices {
		if !r.reads(c.Name) {
			return fmt.Errorf("%s: the choice %s is none of the Variables", r.Path, c.Name)
		}
	}
	if r.Chart != "" && !slices.ContainsFunc(r.Columns, func(c Column) bool { return c.Name == r.Chart }) {
		return fmt.Errorf("%s: %s, which Chart names, is none of the Columns", r.Path, r.Chart)
	}
	return nil
}
