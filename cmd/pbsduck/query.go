package main

import (
	"context"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"pbsduck/cmd/pbsduck/flags"
	"pbsduck/duckdb"
	"pbsduck/export"
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
SUMMARIZE, SHOW or EXPLAIN. The argument is the SQL itself, a file that ends in
.sql, or - for standard input. Instants are shown in UTC; pbsduck schema says what
the columns mean.

pbs_record(compressed_data) is the text of a raw record of job_records, and
pbs_attributes(compressed_data) a map of its attributes, those included that no
column has; TRY(...) around them gives NULL where a record is damaged.

A question only reads: it writes no file, loads no extension, downloads nothing and
changes no setting. It reads nothing but the database; --allow-files lets it read
other files too, such as CSV and Parquet.`,
		Example: `  pbsduck query "SELECT user_name, count(*) AS jobs FROM jobs GROUP BY ALL ORDER BY jobs DESC LIMIT 10"
  pbsduck query --format csv -o waits.csv "SELECT queue, median(eligible_wait_s) FROM jobs GROUP BY queue"
  pbsduck query "SELECT pbs_attributes(compressed_data)['resources_used.x-ncar-energy'] FROM job_records LIMIT 10"
  pbsduck query --allow-files "SELECT count(*) FROM jobs SEMI JOIN 'users.csv' USING (user_name)"
  echo "SELECT count(*) FROM jobs" | pbsduck query -`,
		Args: flags.ExactArgs(1, "one SQL statement"),
		RunE: func(c *cobra.Command, args []string) error { return o.run(c.Context(), args[0]) },
	}
	o.output.Add(c, o.Global, export.Table)
	flags.AddFiles(c, &o.files)
	return c
}

func (o *queryOptions) run(ctx context.Context, arg string) error {
	sql, err := readSQL(arg)
	if err != nil {
		return err
	}
	if isSQLFile(arg) {
		if err := o.MayWrite(o.output.File, arg); err != nil {
			return err
		}
	}
	db, err := o.OpenWith(ctx, duckdb.Options{Files: o.files})
	if err != nil {
		return err
	}
	defer db.Close()
	reader, err := db.Ask(ctx, sql)
	if err != nil {
		return err
	}
	defer reader.Release()
	_, err = o.output.Write(ctx, reader, export.Table)
	return err
}

func isSQLFile(arg string) bool { return strings.HasSuffix(arg, ".sql") }

func readSQL(arg string) (string, error) {
	var text []byte
	var err error
	switch {
	case arg == "-":
		text, err = io.ReadAll(os.Stdin)
	case isSQLFile(arg):
		text, err = os.ReadFile(arg)
	default:
		return arg, nil
	}
	return string(text), err
}
