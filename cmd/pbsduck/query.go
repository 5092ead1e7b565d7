package main

import (
	"context"
	"errors"
	"io"
	"os"
	"strings"

	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/spf13/cobra"

	"pbsduck/cmd/pbsduck/flags"
	"pbsduck/cmd/pbsduck/ui"
	"pbsduck/duckdb"
	"pbsduck/export"
	"pbsduck/export/whole"
)

type queryOptions struct {
	*flags.Global
	output flags.Output
	files  bool
}

func newQuery(g *flags.Global) *cobra.Command {
	o := &queryOptions{Global: g}
	c := &cobra.Command{
		Use:   "query SQL|FILE|-",
		Short: "Answer a question in SQL",
		Long: `Answers a question in SQL: one SELECT, or FROM, WITH, VALUES, PIVOT, DESCRIBE,
SUMMARIZE, SHOW or EXPLAIN; or several, each with a ; behind it, whose results come
one after the other. The argument is the SQL itself, a file that ends in .sql, or -
for standard input. pbsduck schema says what the columns mean.

A table is for people: digits are grouped, doubles rounded, and on a terminal there
are no more rows and columns than fit. Identifiers, that is whole numbers in columns
of whose names a word is id, line, status, year, ..., are not grouped. In all other
formats values are exact.

Instants are shown in UTC, or with --tz in another zone, always with their offset.
That changes nothing in SQL, where the zone is UTC: timezone('America/Denver',
end_time) is local time there.

pbs_record(compressed_data) is the text of a raw record of job_records, and
pbs_attributes(compressed_data) a map of its attributes, those included that no
column has; TRY(...) around them gives NULL where a record is damaged.

A question only reads: it writes no file, loads no extension, downloads nothing and
changes no setting. It reads nothing but the database; --allow-files lets it read
other files too, such as CSV and Parquet.`,
		Example: `  pbsduck query "SELECT user_name, count(*) AS jobs FROM jobs GROUP BY ALL ORDER BY jobs DESC LIMIT 10"
  pbsduck query --format csv -o waits.csv "SELECT queue, median(eligible_wait_s) FROM jobs GROUP BY queue"
  pbsduck query --vertical --tz America/Denver "FROM jobs WHERE job_id = '4012345.desched1'"
  pbsduck query "SELECT pbs_attributes(compressed_data)['resources_used.x-ncar-energy'] FROM job_records LIMIT 10"
  pbsduck query --allow-files "SELECT count(*) FROM jobs SEMI JOIN 'users.csv' USING (user_name)"
  echo "SELECT count(*) FROM jobs" | pbsduck query -`,
		Args: oneQuestion,
		RunE: func(c *cobra.Command, args []string) error { return o.run(c.Context(), args[0]) },
	}
	o.output.Add(c, o.Global, export.Table)
	o.output.AddRows(c, "row")
	flags.AddFiles(c, &o.files)
	return c
}

// oneQuestion takes one argument, and says what it may be.
func oneQuestion(_ *cobra.Command, args []string) error {
	switch len(args) {
	case 0:
		return ui.Usagef(
			`give a question in SQL, such as pbsduck query "SELECT queue, count(*) AS jobs FROM jobs GROUP BY queue", ` +
				`a file that ends in .sql, or - for standard input`,
		)
	case 1:
		return nil
	}
	return ui.Usagef(
		"give one argument, not %d: SQL in quotes, a file that ends in .sql, or - for standard input", len(args),
	)
}

func (o *queryOptions) run(ctx context.Context, arg string) error {
	if isSQLFile(arg) {
		if err := o.MayWrite(o.output.File, arg); err != nil {
			return err
		}
	}
	if _, err := o.output.Choose(export.Table); err != nil {
		return err
	}
	sql, err := readSQL(arg)
	if err != nil {
		return err
	}
	questions, err := duckdb.Questions(sql)
	if errors.Is(err, duckdb.ErrNoSQL) {
		return ui.Usage(err)
	}
	if err != nil {
		return err
	}
	db, err := o.OpenWith(ctx, duckdb.Options{Files: o.files})
	if err != nil {
		return err
	}
	defer db.Close()
	answer := func(i int) (array.RecordReader, error) { return db.Ask(ctx, questions[i]) }
	return o.output.WriteEach(ctx, len(questions), answer, export.Table)
}

func isSQLFile(arg string) bool { return strings.HasSuffix(arg, ".sql") }

func readSQL(arg string) (string, error) {
	var text []byte
	var err error
	switch {
	case arg == "-":
		text, err = io.ReadAll(os.Stdin)
	case isSQLFile(arg):
		if text, err = os.ReadFile(arg); err != nil {
			err = whole.Error(arg, err)
		}
	default:
		return arg, nil
	}
	return string(text), err
}
