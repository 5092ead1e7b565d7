package main

import (
	"context"
	"errors"
	"io"
	"os"
	"slices"

	"github.com/spf13/cobra"

	"pbsduck/cmd/pbsduck/flags"
	"pbsduck/cmd/pbsduck/ui"
	"pbsduck/duckdb"
	"pbsduck/duckdb/charge"
	"pbsduck/export/whole"
)

func newAllocations(g *flags.Global) *cobra.Command {
	c := &cobra.Command{
		Use:   "allocations",
		Short: "Load what accounts may use",
		Long:  "The table allocations says how many hours an account may be charged on a machine.",
	}
	c.AddCommand(newAllocationsLoad(g))
	return c
}

func newAllocationsLoad(g *flags.Global) *cobra.Command {
	return &cobra.Command{
		Use:   "load FILE",
		Short: "Replace the allocations by those of a CSV file",
		Long: `Replaces the table allocations by what a CSV file (or - for standard input) says.
Its first line names the columns: account,machine,hours,from,to. The last two are
the first and the last local day (2026-01-31), and may be empty. Anything wrong is
an error with its line, and leaves the table as it was.`,
		Example: "  pbsduck allocations load allocations.csv",
		Args:    flags.ExactArgs(1, "one CSV file"),
		RunE:    func(c *cobra.Command, args []string) error { return loadAllocations(c.Context(), g, args[0]) },
	}
}

func loadAllocations(ctx context.Context, g *flags.Global, path string) error {
	in := io.ReadCloser(os.Stdin)
	if path != "-" {
		var err error
		if in, err = os.Open(path); err != nil {
			return whole.Error(path, err)
		}
		defer in.Close() //nolint:errcheck // it was only read from
	}
	allocations, err := charge.ReadAllocations(path, in)
	if err != nil {
		return err
	}
	db, err := g.OpenForWriting(ctx)
	if err != nil {
		return err
	}
	if err = charge.ReplaceAllocations(ctx, db, allocations); err == nil {
		err = warnOfMachines(ctx, g, db, path, allocations)
	}
	if err := errors.Join(err, db.Close()); err != nil {
		return err
	}
	g.Say("loaded %s", ui.Count(int64(len(allocations)), "allocation"))
	return nil
}

// warnOfMachines tells of machines that the database has nothing of: one of a mistyped name is charged nothing.
func warnOfMachines(
	ctx context.Context, g *flags.Global, db *duckdb.DB, path string, allocations []charge.Allocation,
) error {
	known, err := db.MachineNames(ctx)
	if err != nil {
		return err
	}
	told := slices.Clone(known)
	for _, a := range allocations {
		if !slices.Contains(told, a.Machine) {
			told = append(told, a.Machine)
			g.Warn("%s: %s has nothing of a machine %s%s", path, db.Path(), a.Machine, ui.DidYouMean(a.Machine, known))
		}
	}
	return nil
}
