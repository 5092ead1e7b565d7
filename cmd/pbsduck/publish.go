package main

import (
	"github.com/spf13/cobra"

	"pbsduck/cmd/pbsduck/flags"
)

type publishOptions struct {
	*flags.Global
	publish flags.Publish
}

func newPublish(g *flags.Global) *cobra.Command {
	o := &publishOptions{Global: g}
	c := &cobra.Command{
		Use:   "publish [NAME]",
		Short: "Make a read-only copy for readers",
		Long: `Makes a compact, read-only copy of the database, and swaps it in under NAME, which
is x.published.duckdb for x.duckdb if it is not given. The copy is a generation, a
file of its own (x.published-12.duckdb), and NAME a link to the latest: readers who
have an older one open go on undisturbed, new ones see the new one.

Who may read the database may read the copies, nobody else. Files that are called
like generations but were not made by publish stay as they are.

--page FILE writes a page of the copy's reports as well, for managers: one file that
a web server can show.

If nothing changed since the last copy, none is made. pbsduck connect prints the
lines that open it.`,
		Example: `  pbsduck publish
  pbsduck publish /data/analysts/jobs.duckdb --keep 3
  pbsduck publish --page /var/www/html/cluster.html --page-days 31
  pbsduck ingest --machine derecho --publish /var/spool/pbs/server_priv/accounting`,
		Args: flags.MaxArgs(1, "one name"),
		RunE: func(c *cobra.Command, args []string) error { return o.publish.Run(c.Context(), g, append(args, "")[0]) },
	}
	o.publish.Add(c)
	return c
}
