package main

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"pbsduck/cmd/pbsduck/flags"
	"pbsduck/cmd/pbsduck/ui"
	"pbsduck/duckdb"
)

func newAllocations(g *flags.Global) *cobra.Command {
	c := &cobra.Command{
		Use:   "allocations",
		Short: "Load what accounts may use",
		Long:  "The table allocations says how many hours an account may be charged on a machine.",
		Args:  flags.ExactArgs(0, "a command: load"),
		RunE:  func(c *cobra.Command, _ []string) error { return c.Help() },
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
			return err
		}
		defer in.Close() //nolint:errcheck // it was only read from
	}
	allocations, err := readAllocations(path, in)
	if err != nil {
		return err
	}
	db, err := g.OpenForWriting(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	if err := db.ReplaceAllocations(ctx, allocations); err != nil {
		return err
	}
	g.Say("loaded %s", ui.Count(int64(len(allocations)), "allocation"))
	return nil
}

var allocationHeader = []string{"account", "machine", "hours", "from", "to"}

func readAllocations(path string, in io.Reader) ([]duckdb.Allocation, error) {
	r := csv.NewReader(in)
	r.FieldsPerRecord = len(allocationHeader)
	header, err := r.Read()
	if err == nil {
		header[0] = strings.TrimPrefix(header[0], "\ufeff") // spreadsheets begin with it
	}
	if err != nil || strings.Join(header, ",") != strings.Join(allocationHeader, ",") {
		return nil, fmt.Errorf("%s:1: the first line must be %s", path, strings.Join(allocationHeader, ","))
	}
	var all []duckdb.Allocation
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			return all, nil
		}
		var malformed *csv.ParseError
		if errors.As(err, &malformed) {
			return nil, fmt.Errorf("%s:%d: %w: each line has %s", path, malformed.StartLine, malformed.Err, strings.Join(allocationHeader, ","))
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		line, _ := r.FieldPos(0)
		a, err := parseAllocation(row)
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %w", path, line, err)
		}
		all = append(all, a)
	}
}

func parseAllocation(row []string) (a duckdb.Allocation, err error) {
	a.Account, a.Machine = row[0], row[1]
	if a.Account == "" || a.Machine == "" {
		return a, errors.New("an allocation needs an account and a machine")
	}
	if a.Hours, err = strconv.ParseFloat(row[2], 64); err != nil || a.Hours < 0 || math.IsInf(a.Hours, 0) || math.IsNaN(a.Hours) {
		return a, fmt.Errorf("hours %q: give a number from 0 on", row[2])
	}
	for i, day := range []*time.Time{&a.From, &a.To} {
		if text := row[3+i]; text != "" {
			if *day, err = time.Parse(time.DateOnly, text); err != nil {
				return a, fmt.Errorf("%s %q: give a date such as 2026-01-31, or nothing", allocationHeader[3+i], text)
			}
		}
	}
	if !a.To.IsZero() && a.To.Before(a.From) {
		return a, fmt.Errorf("to, %s, is before from, %s", row[4], row[3])
	}
	return a, nil
}
