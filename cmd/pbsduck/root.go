package main

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"pbsduck/duckdb"
	"pbsduck/export"
)

// global are the flags that every command has.
type global struct {
	db      string
	config  string
	quiet   bool
	verbose bool
	wait    time.Duration
}

// defaultDatabase is the file of the database, if nothing names another.
const defaultDatabase = "pbsduck.duckdb"

func newRoot() *cobra.Command {
	g := &global{}
	root := &cobra.Command{
		Use:   "pbsduck",
		Short: "PBS accounting logs in DuckDB and Parquet",
		Long: `pbsduck reads the accounting logs of PBS (OpenPBS, PBS Professional, Torque)
into a DuckDB database, keeps every job's raw record, and exports Parquet.

Exit codes: 0 fine; 1 error; 2 wrong use; 3 done, but some lines were rejected
(status --check: warnings hold); 10 no such database; 11 database locked; 12 database newer than the program;
130 interrupted.`,
		Example: `  pbsduck generate logs --profile derecho --days 7
  pbsduck ingest --machine derecho --timezone America/Denver logs/derecho
  pbsduck query "SELECT queue, count(*) FROM jobs GROUP BY queue"
  pbsduck record 4012345.desched1`,
		Version: version,

		PersistentPreRunE: func(*cobra.Command, []string) error { return g.check() },
		SilenceErrors:     true,
		SilenceUsage:      true,
	}
	flags := root.PersistentFlags()
	flags.StringVar(&g.db, "db", cmp.Or(os.Getenv("PBSDUCK_DB"), defaultDatabase), "database `FILE` (also PBSDUCK_DB)")
	flags.StringVar(&g.config, "config", os.Getenv("PBSDUCK_CONFIG"), "configuration `FILE` of the site (also PBSDUCK_CONFIG; default pbsduck.toml where it is there)")
	flags.DurationVar(&g.wait, "wait", time.Minute, "how long to wait for a database that someone else holds")
	flags.BoolVarP(&g.quiet, "quiet", "q", false, "say nothing but results, warnings and errors")
	flags.BoolVarP(&g.verbose, "verbose", "v", false, "say more")
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usageError{err} })
	root.AddCommand(
		newIngest(g), newRebuild(g), newQuery(g), newParse(g), newGenerate(g), newSchema(g), newRecord(g), newStatus(g), newVerify(g),
		newForget(g), newPublish(g), newConnect(g), newExport(g), newRecalculate(g), newSummarize(g), newConfig(g), newAllocations(g), newMan(g),
	)
	completeFlagValues(root)
	return root
}

// open opens the database for reading, and for nothing else.
func (g *global) open(ctx context.Context) (*duckdb.DB, error) {
	return g.openWith(ctx, duckdb.Options{})
}

// openWith is open, with what the options let questions do besides.
func (g *global) openWith(ctx context.Context, o duckdb.Options) (*duckdb.DB, error) {
	o.ReadOnly, o.Wait, o.Version = true, g.wait, version
	return duckdb.Open(ctx, g.db, o)
}

// say writes a line for people to stderr, unless they asked for quiet.
func (g *global) say(format string, args ...any) {
	if !g.quiet {
		fmt.Fprintln(os.Stderr, export.Visible(fmt.Sprintf(format, args...)))
	}
}

// warn tells of something amiss, on stderr, even those who asked for quiet.
func (g *global) warn(format string, args ...any) {
	fmt.Fprintln(os.Stderr, export.Visible("warning: "+fmt.Sprintf(format, args...)))
}

func isTerminal(f *os.File) bool { return term.IsTerminal(int(f.Fd())) }

// terminalWidth is the width of the terminal on stdout, 0 if it is none.
func terminalWidth() int {
	if !isTerminal(os.Stdout) {
		return 0
	}
	width, _, err := term.GetSize(int(os.Stdout.Fd()))
	if err != nil {
		return 80
	}
	return width
}

// exactArgs is cobra's, as a usageError.
func exactArgs(n int, what string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		if len(args) != n {
			return usageError{fmt.Errorf("give %s, not %d arguments", what, len(args))}
		}
		return nil
	}
}

func maxArgs(n int, what string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		if len(args) > n {
			return usageError{fmt.Errorf("give %s, not %d arguments", what, len(args))}
		}
		return nil
	}
}

func minArgs(n int, what string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		if len(args) < n {
			return usageError{fmt.Errorf("give %s", what)}
		}
		return nil
	}
}
