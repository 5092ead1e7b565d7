package duckdb

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	duck "github.com/duckdb/duckdb-go/v2"
)

// A Where is a condition in SQL on the columns of a job, that ParseWhere found to be one.
type Where struct{ condition string }

// SQL implements Term.
func (w Where) SQL() string { return "(" + w.condition + "\n)" }

// ParseWhere reads a condition that people wrote: one expression over the columns of jobs. What is wrong with it is
// said with the place in it, as one line.
func (db *DB) ParseWhere(ctx context.Context, text string) (Where, error) {
	const before = "EXPLAIN SELECT 1 FROM jobs j WHERE (\n"
	question := before + text + "\n)"
	if err := OnlyAsks(question); err != nil {
		return Where{}, err
	}
	reader, err := db.Query(ctx, question)
	if err != nil {
		return Where{}, whereError(text, question, err)
	}
	reader.Release()
	e, problem, err := db.ParseExpression(ctx, text)
	if err != nil {
		return Where{}, err
	}
	if problem == "" && e.asksWho() {
		return Where{}, errors.New("user is DuckDB's word for who asks: write user_name")
	}
	if problem == "" {
		problem = e.Strays()
	}
	if problem != "" {
		return Where{}, errors.New(
			problem + ": give one condition on the columns of jobs; all else is a question of its own",
		)
	}
	return Where{e.qualified(text, ColumnNames(db.site.Jobs()))}, nil
}

// Fails tells whether a condition can't be reckoned for some job.
func (db *DB) Fails(ctx context.Context, w Where) error {
	_, err := db.Number(ctx, "SELECT count(*) FROM jobs j WHERE "+w.SQL())
	return err
}

// whereError is a questionError whose place is one in the condition, which begins in the second line of the question.
func whereError(text, question string, err error) error {
	var told *duck.Error
	if !errors.As(err, &told) || errors.Is(err, ErrCorrupt) {
		return err
	}
	said := problem(told.Error())
	line, column, ok := placeIn(question, told.Error())
	if !ok || line < 2 {
		return errors.New(said)
	}
	if lines := strings.Count(text, "\n") + 1; line-1 > lines {
		return fmt.Errorf("at its end: %s", said)
	}
	return fmt.Errorf("line %d, column %d: %s", line-1, column, said)
}

// asksWho tells whether it has user as a column, which jobs have not: DuckDB takes it for current_user, or for the name
// that a list gives to user_name.
func (e *Expression) asksWho() bool {
	own := e.arguments()
	return VisitNodes(e.Root, func(node map[string]any) string {
		if name := ColumnName(node); node["class"] == "COLUMN_REF" && name == "user" && !slices.Contains(own, name) {
			return name
		}
		return ""
	}) != ""
}

// arguments are what its lambdas call theirs.
func (e *Expression) arguments() (own []string) {
	VisitNodes(e.Root, func(node map[string]any) string {
		if node["class"] == "LAMBDA" {
			own = append(own, NamesIn(node["lhs"])...)
		}
		return ""
	})
	return own
}

// qualified is the text with j. before each column of jobs, so that it means the same beside other tables.
func (e *Expression) qualified(text string, columns []string) string {
	own := e.arguments()
	var places []int
	VisitNodes(e.Root, func(node map[string]any) string {
		name := ColumnName(node)
		if node["class"] != "COLUMN_REF" || !slices.Contains(columns, name) || slices.Contains(own, name) {
			return ""
		}
		place, err := strconv.Atoi(fmt.Sprint(node["query_location"]))
		if place -= len("SELECT "); err == nil && place >= 0 && place < len(text) &&
			strings.HasPrefix(strings.ToLower(strings.TrimPrefix(text[place:], `"`)), name) {
			places = append(places, place)
		}
		return ""
	})
	slices.Sort(places)
	var b strings.Builder
	done := 0
	for _, place := range slices.Compact(places) {
		b.WriteString(text[done:place] + "j.")
		done = place
	}
	return b.String() + text[done:]
}
