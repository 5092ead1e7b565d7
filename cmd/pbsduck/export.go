package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"pbsduck/cmd/pbsduck/flags"
	"pbsduck/cmd/pbsduck/ui"
	"pbsduck/duckdb"
	"pbsduck/export"
	"pbsduck/export/dataset"
	"pbsduck/ingest/schema"
)

type exportOptions struct {
	*flags.Global
	dir    string
	format string
	tables []string
	query  string
	name   string
	files  bool
}

func newExport(g *flags.Global) *cobra.Command {
	o := &exportOptions{Global: g}
	c := &cobra.Command{
		Use:   "export DIR",
		Short: "Write tables, or a query, to Parquet, csv, ndjson or Arrow files",
		Long: `Writes one file per table into the folder DIR: DIR/jobs.parquet and so on. Each
file appears whole or not at all. Parquet and Arrow files carry the unit,
source and meaning of each column, and where they came from, as metadata.

Without --table these are jobs, job_nodes, job_charges, daily_summary and events; with --query it is the
result of that SQL, in DIR/NAME.parquet.`,
		Example: `  pbsduck export parquet/
  pbsduck export --table jobs --format csv out/
  pbsduck export --query "SELECT * FROM jobs WHERE queue = 'gpu'" --name gpu_jobs out/`,
		Args: flags.ExactArgs(1, "the folder to write to"),
		RunE: func(c *cobra.Command, args []string) error {
			o.dir = args[0]
			return o.run(c.Context())
		},
	}
	f := c.Flags()
	f.StringVar(&o.format, "format", string(export.Parquet), "parquet, csv, ndjson or arrow")
	f.StringSliceVar(&o.tables, "table", nil, "table or view to write (may be repeated)")
	f.StringVar(&o.query, "query", "", "write the result of this `SQL` instead")
	f.StringVar(&o.name, "name", "query", "name of the file for --query")
	flags.AddFiles(c, &o.files)
	for flag, values := range map[string][]string{"table": schema.Names(), "format": {"parquet", "csv", "ndjson", "arrow"}} {
		complete := cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp)
		if err := c.RegisterFlagCompletionFunc(flag, complete); err != nil {
			panic(err) // only an unknown flag can fail
		}
	}
	return c
}

func (o *exportOptions) run(ctx context.Context) error {
	format, err := o.check()
	if err != nil {
		return err
	}
	parts, err := o.parts(format)
	if err != nil {
		return err
	}
	access := duckdb.Options{Files: o.files}
	for _, p := range parts {
		if temp := p.Temp(); temp != "" {
			access.Writes = append(access.Writes, temp)
		}
	}
	db, err := o.OpenWith(ctx, access)
	if err != nil {
		return err
	}
	defer db.Close()
	if err := os.MkdirAll(o.dir, 0o777); err != nil {
		return err
	}
	made := map[string]string{"pbsduck.version": o.Version, "pbsduck.schema_version": fmt.Sprint(duckdb.SchemaVersion)}
	for _, p := range parts {
		rows, err := p.Write(ctx, db, db.Site(), made)
		if err != nil {
			return err
		}
		o.Say("%s: %s", p.Path, ui.Count(rows, "row"))
	}
	return nil
}

// parts are the files that are asked for, none of which takes the place of
// another one that must stay.
func (o *exportOptions) parts(format export.Format) ([]dataset.Part, error) {
	if err := o.MayWrite(o.dir); err != nil {
		return nil, err
	}
	var parts []dataset.Part
	if o.query != "" {
		parts = append(parts, dataset.Part{Name: o.name, Query: o.query})
	} else {
		for _, table := range o.tables {
			parts = append(parts, dataset.Table(table))
		}
	}
	for i := range parts {
		if err := o.MayWrite(dataset.Path(o.dir, parts[i].Name, format)); err != nil {
			return nil, err
		}
		if err := parts[i].In(o.dir, format); err != nil {
			return nil, err
		}
	}
	return parts, nil
}

// check finds the format, and the tables among those that there are.
func (o *exportOptions) check() (export.Format, error) {
	format, err := export.ParseFormat(o.format)
	if err != nil || !slices.Contains(dataset.Formats, format) {
		return "", ui.Usagef("cannot export %q: use parquet, csv, ndjson or arrow", o.format)
	}
	if o.name == "" || filepath.Base(o.name) != o.name || strings.HasPrefix(o.name, ".") {
		return "", ui.Usagef("--name %s: give the name of a file in %s, without its suffix", o.name, o.dir)
	}
	if o.query != "" && len(o.tables) > 0 {
		return "", ui.Usagef("--query and --table exclude each other")
	}
	if len(o.tables) == 0 {
		o.tables = dataset.Tables
	}
	for _, table := range o.tables {
		if !slices.Contains(schema.Names(), table) {
			return "", ui.Usagef("no table or view %q: pbsduck schema lists them", table)
		}
	}
	return format, nil
}
