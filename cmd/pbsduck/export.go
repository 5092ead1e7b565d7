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

// exportFormats are those that hold a table for other programs.
var exportFormats = []export.Format{export.Parquet, export.CSV, export.NDJSON, export.Arrow}

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
		if p.place != nil {
			access.Writes = append(access.Writes, p.place.Temp())
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
	for _, p := range parts {
		if err := o.write(ctx, db, format, p); err != nil {
			return err
		}
	}
	return nil
}

// A part is one file of an export.
type part struct {
	name  string // of the table, or what the query is called
	query string
	path  string
	place *export.Place // for DuckDB's own writer; nil in formats that it does not write
}

func (o *exportOptions) parts(format export.Format) ([]part, error) {
	if err := o.MayWrite(o.dir); err != nil {
		return nil, err
	}
	var parts []part
	if o.query != "" {
		parts = append(parts, part{name: o.name, query: o.query})
	} else {
		for _, table := range o.tables {
			parts = append(parts, part{name: table, query: "SELECT * FROM " + table + exportOrder[table]})
		}
	}
	for i := range parts {
		p := &parts[i]
		p.path = filepath.Join(o.dir, p.name+"."+string(format))
		err := o.MayWrite(p.path)
		if err != nil {
			return nil, err
		}
		if format != export.Parquet {
			continue
		}
		if p.place, err = export.NewPlace(p.path); err != nil {
			return nil, err
		}
	}
	return parts, nil
}

// exportOrder puts rows in the order of time, so that readers can leave out
// the parts of a file that they don't ask for.
var exportOrder = map[string]string{
	schema.Jobs.Name:     " ORDER BY end_time, id",
	schema.JobNodes.Name: " ORDER BY job_id, node",
	schema.Events.Name:   " ORDER BY time, file_id, line",

	schema.JobCharges.Name:   " ORDER BY job_id",
	schema.DailySummary.Name: " ORDER BY ALL",
}

// check finds the format, and the tables among those that there are.
func (o *exportOptions) check() (export.Format, error) {
	format, err := export.ParseFormat(o.format)
	if err != nil || !slices.Contains(exportFormats, format) {
		return "", ui.Usagef("cannot export %q: use parquet, csv, ndjson or arrow", o.format)
	}
	if o.name == "" || filepath.Base(o.name) != o.name || strings.HasPrefix(o.name, ".") {
		return "", ui.Usagef("--name %s: give the name of a file in %s, without its suffix", o.name, o.dir)
	}
	if o.query != "" && len(o.tables) > 0 {
		return "", ui.Usagef("--query and --table exclude each other")
	}
	if len(o.tables) == 0 {
		o.tables = []string{schema.Jobs.Name, schema.JobNodes.Name, schema.JobCharges.Name, schema.DailySummary.Name, schema.Events.Name}
	}
	for _, table := range o.tables {
		if !duckdb.HasTable(table) {
			return "", ui.Usagef("no table or view %q: pbsduck schema lists them", table)
		}
	}
	return format, nil
}

func (o *exportOptions) write(ctx context.Context, db *duckdb.DB, format export.Format, p part) error {
	described := export.Options{
		Fields:   fieldsOf(db.Site(), p.name),
		Metadata: map[string]string{"pbsduck.version": o.Version, "pbsduck.schema_version": fmt.Sprint(duckdb.SchemaVersion), "pbsduck.query": p.query},
	}
	write := writeResult
	if format == export.Parquet {
		write = writeParquet
	}
	rows, err := write(ctx, db, format, p, described)
	if err != nil {
		return err
	}
	o.Say("%s: %s", p.path, ui.Count(rows, "row"))
	return nil
}

func writeResult(ctx context.Context, db *duckdb.DB, format export.Format, p part, o export.Options) (int64, error) {
	reader, err := db.Ask(ctx, p.query)
	if err != nil {
		return 0, err
	}
	defer reader.Release()
	return export.WriteFile(ctx, p.path, reader, format, o)
}

// writeParquet lets DuckDB write the file, which is several times as fast,
// where its writer keeps what the query gives.
func writeParquet(ctx context.Context, db *duckdb.DB, format export.Format, p part, o export.Options) (rows int64, err error) {
	if err := duckdb.OnlyAsks(p.query); err != nil {
		return 0, err
	}
	schema, err := db.ParquetSchema(ctx, p.query)
	if err != nil || schema == nil {
		return writeResult(ctx, db, format, p, o)
	}
	metadata, err := export.ParquetMetadata(schema, o)
	if err != nil {
		return 0, err
	}
	err = p.place.Fill(func() error {
		rows, err = db.WriteParquet(ctx, p.query, p.place.Temp(), metadata)
		return err
	})
	return rows, err
}

// fieldsOf is the metadata of the columns of a table: unit, source, comment.
func fieldsOf(s schema.Site, table string) map[string]map[string]string {
	fields := map[string]map[string]string{}
	for _, t := range s.Tables() {
		if t.Name != table {
			continue
		}
		for _, c := range t.Columns {
			fields[c.Name] = c.Field().Metadata.ToMap()
		}
	}
	return fields
}
