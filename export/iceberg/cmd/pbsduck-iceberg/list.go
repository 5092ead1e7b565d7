package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"pbsduck/export/iceberg"
)

type listOptions struct {
	*global
	snapshots bool
}

func newList(g *global) *cobra.Command {
	o := &listOptions{global: g}
	c := &cobra.Command{
		Use:   "list",
		Short: "List the tables, or their snapshots",
		Long: `Lists the tables of the namespace that pbsduck-iceberg made: the current snapshot of each, how many rows and
files it has, and of which state of the database it tells; and where its metadata are, for engines that read those
without a catalog.
--snapshots lists all that there are, for time travel.`,
		Example: `  pbsduck-iceberg list --catalog sqlite:catalog.db
  pbsduck-iceberg list --catalog sqlite:catalog.db --snapshots`,
		Args: exactArgs(0, "no argument"),
		RunE: func(c *cobra.Command, _ []string) error { return o.run(c.Context()) },
	}
	c.Flags().BoolVar(&o.snapshots, "snapshots", false, "list all snapshots")
	return c
}

func (o *listOptions) run(ctx context.Context) error {
	catalog, err := o.open(ctx, "", false)
	if err != nil {
		return err
	}
	defer catalog.Close() //nolint:errcheck // it was only read from
	all, err := iceberg.List(ctx, catalog)
	if err != nil {
		return err
	}
	return printAligned(o.text(all))
}

// text are the lines, with a tab after each column; a blank line ends the first table.
func (o *listOptions) text(all []iceberg.Listed) string {
	var text strings.Builder
	text.WriteString("table\tsnapshot\tat\toperation\trows\tfiles\texported at\tby\n")
	for _, t := range all {
		for _, s := range t.Snapshots {
			if s.IsCurrent || o.snapshots {
				fmt.Fprintf(&text, "%s\t%d\t%s\t%s\t%d\t%d\t%s\t%s\n",
					t.Table, s.ID, s.At.Format(time.RFC3339), s.Operation, s.Rows, s.Files, s.ExportedAt, s.By)
			}
		}
		if len(t.Snapshots) == 0 {
			fmt.Fprintf(&text, "%s\tnone\n", t.Table)
		}
	}
	if o.snapshots {
		return text.String()
	}
	text.WriteString("\n")
	for _, t := range all {
		fmt.Fprintf(&text, "%s\t%s\n", t.Table, t.Location)
	}
	return text.String()
}

func printAligned(text string) error {
	out := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	if _, err := io.WriteString(out, text); err != nil {
		return err
	}
	return out.Flush()
}
