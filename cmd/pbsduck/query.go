package main

import (
	"context"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"pbsduck/export"
)

type queryOptions struct {
	*global
	output output
}

func newQuery(g *global) *cobra.Command {
	o := &queryOptions{global: g}
	c := &cobra.Command{
		Use:   "query SQL|FILE|-",
		Short: "Answer a question in SQL",
		Long: `Runs SQL on the database, which is opened for reading only. The argument is the
SQL itself, a file that ends in .sql, or - for standard input. Instants are
shown in UTC; pbsduck schema says what the columns mean.`,
		Example: `  pbsduck query "SELECT user_name, count(*) AS jobs FROM jobs GROUP BY ALL ORDER BY jobs DESC LIMIT 10"
  pbsduck query --format csv -o waits.csv "SELECT queue, median(eligible_wait_s) FROM jobs GROUP BY queue"
  echo "SELECT count(*) FROM jobs" | pbsduck query -`,
		Args: exactArgs(1, "one SQL statement"),
		RunE: func(c *cobra.Command, args []string) error { return o.run(c.Context(), args[0]) },
	}
	o.output.addFlags(c, export.Table)
	return c
}

func (o *queryOptions) run(ctx context.Context, arg string) error {
	sql, err := readSQL(arg)
	if err != nil {
		return err
	}
	db, err := o.open(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	reader, err := db.Query(ctx, sql)
	if err != nil {
		return err
	}
	defer reader.Release()
	_, err = o.output.write(ctx, reader, export.Table)
	return err
}

func readSQL(arg string) (string, error) {
	var text []byte
	var err error
	switch {
	case arg == "-":
		text, err = io.ReadAll(os.Stdin)
	case strings.HasSuffix(arg, ".sql"):
		text, err = os.ReadFile(arg)
	default:
		return arg, nil
	}
	return string(text), err
}
