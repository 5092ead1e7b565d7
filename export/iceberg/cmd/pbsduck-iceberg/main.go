// Command pbsduck-iceberg keeps Apache Iceberg tables of what `pbsduck export --for iceberg` wrote.
//
// It is a program, and a module, of its own: it is pure Go, and what it needs is more than all that pbsduck does.
// A file is a command. Results go to stdout, everything else to stderr.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"
)

// version and commit are set when the program is built.
var (
	version = "dev"
	commit  = "unknown"
)

func main() { os.Exit(run()) }

func run() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := newRoot().ExecuteContext(ctx)
	code := exitCode(ctx, err)
	report(err, code)
	return code
}

const about = `Keeps Apache Iceberg tables of a dataset that pbsduck wrote, for Spark, Trino, Flink, pyiceberg and
whatever else reads such tables: jobs, runs, charges, nodes, events and daily_summary, by machine and month.

What changed of a table is one commit. Snapshots before stay readable until they expire.

Exit codes: 0 fine; 1 error; 2 wrong use; 10 no such dataset or catalog; 11 in use by another process;
12 dataset newer than the program; 130 interrupted.`

func newRoot() *cobra.Command {
	g := &global{}
	c := &cobra.Command{
		Use: "pbsduck-iceberg", Short: "Keep Apache Iceberg tables of a dataset that pbsduck wrote", Long: about,
		Example: `  pbsduck export --dataset lake --for iceberg
  pbsduck-iceberg update lake --catalog sqlite:catalog.db --warehouse warehouse`,
		Version: version, SilenceErrors: true, SilenceUsage: true, Args: noCommand,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.SetVersionTemplate("pbsduck-iceberg {{.Version}}\ncommit " + commit + "\n")
	c.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usage(err) })
	g.add(c)
	c.AddCommand(newUpdate(g), newList(g), newExpire(g), newMan(g))
	return c
}

func noCommand(_ *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usagef("unknown command %q: update, list, expire or man", args[0])
	}
	return nil
}
