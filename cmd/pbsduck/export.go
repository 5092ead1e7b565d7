package main

import (
	"cmp"
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
	named  bool // tables are those that a flag names
	query  string
	as     string
	files  bool
	filter flags.Filter

	safeCSV bool

	dataset exportDataset
}

func newExport(g *flags.Global) *cobra.Command {
	o := &exportOptions{Global: g}
	c := &cobra.Command{
		Use:   "export [DIR]",
		Short: "Write tables, or a query, to Parquet, csv, ndjson or Arrow files",
		Long: `Writes one file per table into the folder DIR: DIR/jobs.parquet and so on. Each
file appears whole or not at all. Parquet and Arrow files carry the unit,
source and meaning of each column, and where they came from, as metadata.

Without --table these are jobs, job_nodes, job_charges, daily_summary and events; with --query it is the
result of that SQL, in DIR/NAME.parquet.

The flags of pbsduck jobs say which jobs are meant: only these are written, and what
else is theirs (job_nodes, job_charges, job_runs, ...). With no more than --machine
and days, daily_summary and events are written of these days, too: an event is on the
machine's local day of its time.

With --format swf it is DIR/MACHINE.swf, the jobs of each machine in the Standard Workload
Format, for simulators of schedulers; users are numbers in it (docs/sharing.md).

With --dataset DIR it is a hive-partitioned Parquet dataset instead, for Python, R and
bigger engines: a folder per table, machine, year and month. Run again, it writes only
what changed since; --check reads it back. docs/dataset.md tells all about it.
With --anonymize it tells no names, to be given away: docs/sharing.md.`,
		Example: `  pbsduck export parquet/
  pbsduck export --table jobs --format csv --safe-csv out/
  pbsduck export --machine derecho --since 2026-01-01 --until 2026-01-31 january/
  pbsduck export --user user0445 --gpus 1.. --table jobs --table job_nodes out/
  pbsduck export --format swf --machine derecho workloads/
  pbsduck export --dataset dataset/ && pbsduck export --check dataset/
  pbsduck export --dataset shared/ --anonymize default
  pbsduck export --query "SELECT queue, count(*) FROM jobs GROUP BY queue" --as queues out/`,
		Args: o.dataset.args,
		RunE: func(c *cobra.Command, args []string) error {
			o.dir, o.named = strings.Join(args, ""), c.Flags().Changed("table")
			if done, err := o.dataset.run(c, o); done || err != nil {
				return err
			}
			if o.format == formatSWF {
				return o.writeWorkloads(c)
			}
			if o.query != "" && o.filter.Given(c) {
				return ui.Usagef("--query says itself which rows it is about: put conditions there")
			}
			return o.run(c.Context())
		},
	}
	f := c.Flags()
	f.StringVar(&o.format, "format", string(export.Parquet),
		"`FORMAT` of the files: parquet, csv, ndjson or arrow; or swf: jobs in the Standard Workload Format")
	f.StringSliceVar(&o.tables, "table", nil, "`TABLE` or view to write (may be repeated)")
	f.StringVar(&o.query, "query", "", "write the result of this `SQL` instead")
	f.StringVar(&o.as, "as", "query", "`NAME` of the file for --query")
	flags.AddSafeCSV(c, &o.safeCSV)
	flags.AddFiles(c, &o.files)
	o.filter.Add(c)
	o.dataset.add(c)
	completeFlag(c, "table", completeTables)
	completeFlag(c, "format", cobra.FixedCompletions([]string{"parquet", "csv", "ndjson", "arrow", formatSWF},
		cobra.ShellCompDirectiveNoFileComp))
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
	access := duckdb.Options{Files: o.files, Bounds: true}
	for _, p := range parts {
		if temp := p.Temp(); temp != "" {
			access.Writes = append(access.Writes, temp)
		}
	}
	return o.filter.Read(ctx, o.Global, access, func(db *duckdb.DB, jobs duckdb.Filter) error {
		meant, err := o.ofJobs(ctx, db, jobs, parts)
		if err != nil {
			return err
		}
		return o.write(ctx, db, meant)
	})
}

// write writes the parts, one after the other.
func (o *exportOptions) write(ctx context.Context, db *duckdb.DB, parts []dataset.Part) error {
	if err := os.MkdirAll(o.dir, 0o777); err != nil {
		return err
	}
	made := map[string]string{"pbsduck.version": o.Version, "pbsduck.schema_version": fmt.Sprint(duckdb.SchemaVersion)}
	sizes, total, err := o.sizes(ctx, db, parts)
	if err != nil {
		return err
	}
	bar, done := o.Progress(), int64(0)
	defer bar.Finish()
	for i, p := range parts {
		p.SafeCSV = o.safeCSV
		bar.Show(done, total)
		bar.Describe(p.Name)
		rows, err := p.Write(ctx, db, db.Site(), made)
		if err != nil {
			return err
		}
		done += sizes[i]
		bar.Clear()
		o.Say("%s: %s", p.Path, ui.Count(rows, "row"))
	}
	return nil
}

// sizes are how large the parts are beside each other: how many rows a table has, of whichever jobs are meant.
func (o *exportOptions) sizes(
	ctx context.Context, db *duckdb.DB, parts []dataset.Part,
) (sizes []int64, total int64, err error) {
	for _, p := range parts {
		rows := int64(1)
		if o.query == "" && !o.Quiet && ui.IsTerminal(os.Stderr) {
			if rows, err = db.Number(ctx, "SELECT 1 + count(*) FROM "+duckdb.QuoteName(p.Name)); err != nil {
				return nil, 0, err
			}
		}
		sizes, total = append(sizes, rows), total+rows
	}
	return sizes, total, nil
}

// parts are the files that are asked for, none of which takes the place of another one that must stay.
func (o *exportOptions) parts(format export.Format) ([]dataset.Part, error) {
	if err := o.MayWrite(o.dir); err != nil {
		return nil, err
	}
	var parts []dataset.Part
	if o.query != "" {
		parts = append(parts, dataset.Part{Name: o.as, Query: o.query})
	} else {
		for _, table := range o.tables {
			parts = append(parts, dataset.Table(table, ""))
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

// ofJobs leaves of the tables what is of the jobs that are meant. A table of which that can't be told is refused if it
// is named, and else left out.
func (o *exportOptions) ofJobs(
	ctx context.Context, db *duckdb.DB, jobs duckdb.Filter, parts []dataset.Part,
) ([]dataset.Part, error) {
	if jobs.All() {
		return parts, nil
	}
	machines, err := db.Machines(ctx)
	if err != nil {
		return nil, err
	}
	var kept []dataset.Part
	for _, p := range parts {
		where, err := jobs.Rows(p.Name, machines)
		switch {
		case err == nil:
			p.Query = dataset.Table(p.Name, where).Query
			kept = append(kept, p)
		case o.named:
			return nil, ui.Usage(err)
		default:
			o.Say("left out %s: it tells of more than single jobs", p.Path)
		}
	}
	return kept, nil
}

// check finds the format, and the tables among those that there are.
func (o *exportOptions) check() (export.Format, error) {
	format, err := export.ParseFormat(o.format)
	if err != nil || !slices.Contains(dataset.Formats, format) {
		return "", ui.Usagef("cannot export %q: use parquet, csv, ndjson, arrow or swf", o.format)
	}
	if o.as == "" || filepath.Base(o.as) != o.as || strings.HasPrefix(o.as, ".") {
		return "", ui.Usagef("--as %s: give the name of a file in %s, without its suffix", o.as, o.dir)
	}
	if o.query != "" && len(o.tables) > 0 {
		return "", ui.Usagef("--query and --table exclude each other")
	}
	if len(o.tables) == 0 {
		o.tables = dataset.Tables
	}
	for _, table := range o.tables {
		if !slices.Contains(schema.Names(), table) {
			return "", ui.Usagef("no table or view %q%s pbsduck schema lists them",
				table, cmp.Or(ui.DidYouMean(table, schema.Names()), ":"))
		}
	}
	return format, nil
}
