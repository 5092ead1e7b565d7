package verify

import (
	"cmp"
	"context"
	"database/sql"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"pbsduck/duckdb"
	"pbsduck/duckdb/load"
	"pbsduck/ingest/schema"
)

// Verifying asks the database whether it is what it promises to be. Each promise is a check with a name. Most are a
// question in sql/verify that gives the rows that break it, headed by what it means: a further file there is a further
// check.

// Options say how thoroughly to look.
type Options struct {
	Quick bool // leave out what reads every raw record again
	Limit int  // how many of the rows that fail are told; 0: five

	// how many connections ask; 0: one per core; 1: db's own, in its transaction, but for the check of raw records
	Workers int

	Checking func(Check)             // called before each check, one at a time; may be nil
	Progress func(done, total int64) // parts of the work; from any goroutine, one at a time; may be nil
}

// A Check is a promise that can be tested.
type Check struct {
	Name    string
	Meaning string // one sentence
	find    finder
	wide    bool // it reads whatever is long
	shared  bool // it shares its work out by itself
}

// A finder counts the rows that break a promise, and describes the first of them.
type finder = func(context.Context, *duckdb.DB, Options) (rows int64, first []string, err error)

// A Finding is the outcome of a check.
type Finding struct {
	Check
	Rows  int64    // that break the promise
	First []string // the first of them, for people
	Err   error    // why it could not be tested, which is no good sign either
	Took  time.Duration
}

// OK tells whether the promise is kept.
func (f Finding) OK() bool { return f.Rows == 0 && f.Err == nil }

//go:embed sql/verify/*.sql
var verifySQL embed.FS

// Checks lists the checks, in the order in which Run makes them.
func Checks(quick bool) []Check {
	checks := []Check{readableCheck, definitionsCheck, requiredCheck()}
	checks = append(checks, fileChecks(verifySQL)...)
	checks = append(checks, dictionariesCheck, winnersCheck, runsCheck, rowsCheck, hashesCheck, endDayCheck, chargeCheck)
	if !quick {
		checks = append(checks, rereadCheck)
	}
	return checks
}

// fileChecks are those that are files, in order of their names.
func fileChecks(from fs.FS) (checks []Check) {
	files, err := fs.Glob(from, "sql/verify/*.sql")
	if err != nil {
		panic(err) // they are part of the program
	}
	for _, name := range files {
		text, err := fs.ReadFile(from, name)
		if err != nil {
			panic(err)
		}
		checks = append(checks, sqlCheck(strings.TrimSuffix(path.Base(name), ".sql"), meaning(string(text)), string(text)))
	}
	return checks
}

// meaning is the first sentence of the comment at the head of a question.
func meaning(question string) string {
	var words []string
	for line := range strings.Lines(question) {
		comment, ok := strings.CutPrefix(line, "-- ")
		if !ok {
			break
		}
		words = append(words, strings.TrimSpace(comment))
	}
	sentence, _, _ := strings.Cut(strings.Join(words, " "), ". ")
	return strings.TrimSuffix(sentence, ".")
}

// sqlCheck is a check by a question whose rows are those that fail.
func sqlCheck(name, meaning, question string) Check {
	return Check{Name: name, Meaning: meaning,
		find: func(ctx context.Context, db *duckdb.DB, o Options) (int64, []string, error) {
			return failing(ctx, db, question, nil, o.Limit)
		}}
}

// failing counts the rows that a question gives, and describes the first.
func failing(
	ctx context.Context, db *duckdb.DB, question string, vars duckdb.Vars, limit int,
) (n int64, first []string, err error) {
	counted := fmt.Sprintf("SELECT count(*) OVER () AS failing, * FROM (\n%s\n) ORDER BY ALL LIMIT %d", question, limit)
	rows, err := db.Conn().QueryContext(ctx, duckdb.With(counted, vars))
	if err != nil {
		return 0, nil, err
	}
	defer rows.Close()
	names, err := rows.Columns()
	if err != nil {
		return 0, nil, err
	}
	values := make([]any, len(names))
	for i := range values {
		values[i] = new(any)
	}
	for rows.Next() {
		if err := rows.Scan(values...); err != nil {
			return 0, nil, err
		}
		n = (*values[0].(*any)).(int64)
		first = append(first, describeRow(names[1:], values[1:]))
	}
	return n, first, rows.Err()
}

// describeRow writes a row as name=value, without what is NULL.
func describeRow(names []string, values []any) string {
	var parts []string
	for i, v := range values {
		if text := describeValue(*v.(*any)); text != "" {
			parts = append(parts, names[i]+"="+text)
		}
	}
	return strings.Join(parts, " ")
}

func describeValue(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		if strings.ContainsAny(v, " =\"") {
			return strconv.Quote(v)
		}
		return v
	case []byte:
		return hex.EncodeToString(v)
	case time.Time:
		return v.UTC().Format(time.RFC3339)
	}
	return fmt.Sprint(v)
}

// requiredCheck looks for NULL where the list of columns says never.
func requiredCheck() Check {
	var parts []string
	for _, t := range schema.Tables {
		for _, c := range t.Columns {
			if c.NotNull {
				parts = append(parts, fmt.Sprintf(`SELECT '%[1]s' AS "table", '%[2]s' AS "column", count(*) AS rows FROM %[1]s `+
					`WHERE %[2]s IS NULL HAVING count(*) > 0`, t.Name, c.Name))
			}
		}
	}
	return sqlCheck("required", "Columns that are never NULL hold no NULL", strings.Join(parts, "\nUNION ALL\n"))
}

// winnersCheck asks of every job that has superseded records which is the right one.
var winnersCheck = sqlCheck("winners", "Of the E records of a job the right one is its row: "+schema.OutcomeOrder,
	"SELECT machine, job_id, submit_time, id, file_id, line, is_job FROM ("+
		load.RankOutcomes("SELECT DISTINCT machine, job_id, submit_time FROM outcomes WHERE NOT is_job")+
		") WHERE is_job <> is_best")

// A verdict gathers the jobs that fail, and keeps those with the lowest numbers.
type verdict struct {
	rows  int64
	limit int
	first []failedJob
}

type failedJob struct {
	id     int64
	reason string
}

func (v *verdict) fail(id int64, reason string) {
	v.rows++
	v.first = append(v.first, failedJob{id, reason})
	if len(v.first) >= 64+2*v.limit {
		v.cut()
	}
}

func (v *verdict) cut() {
	slices.SortStableFunc(v.first, func(a, b failedJob) int { return cmp.Compare(a.id, b.id) })
	v.first = v.first[:min(v.limit, len(v.first))]
}

func (v *verdict) add(o *verdict) {
	v.rows += o.rows
	v.first = append(v.first, o.first...)
}

// describe names the jobs that failed first.
func (v *verdict) describe(ctx context.Context, db *duckdb.DB) ([]string, error) {
	v.cut()
	var out []string
	for _, f := range v.first {
		var machine, jobID sql.NullString
		err := db.Conn().QueryRowContext(ctx, "SELECT min(machine), min(job_id) FROM outcomes WHERE id = ?",
			f.id).Scan(&machine, &jobID)
		if err != nil {
			return nil, err
		}
		out = append(out, fmt.Sprintf("job %s of %s (id %d): %s", jobID.String, machine.String, f.id, f.reason))
	}
	return out, nil
}
