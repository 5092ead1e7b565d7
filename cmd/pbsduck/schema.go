package main

import (
	"cmp"
	"context"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"pbsduck/cmd/pbsduck/flags"
	"pbsduck/cmd/pbsduck/ui"
	"pbsduck/duckdb"
	"pbsduck/export"
	"pbsduck/export/dictionary"
	"pbsduck/ingest/schema"
)

type schemaOptions struct {
	*flags.Global
	output flags.Output
}

// formatSQL is the format that only schema knows.
const formatSQL = "sql"

func newSchema(g *flags.Global) *cobra.Command {
	o := &schemaOptions{Global: g}
	c := &cobra.Command{
		Use:   "schema [TABLE...]",
		Short: "Say what the tables and columns mean",
		Long: `Writes the data dictionary of the database's tables and views, or of those named:
type, unit, whether a value can be NULL, where in a PBS record it comes from, and
what it means. It needs no database; the site's own columns are those of the
configuration, or of the database where there is none. As sql it is the
statements that make the tables, empty.`,
		Example: `  pbsduck schema jobs
  pbsduck schema --format markdown -o columns.md
  pbsduck schema --format sql | duckdb empty.duckdb`,
		ValidArgsFunction: completeTables,
		RunE:              func(c *cobra.Command, args []string) error { return o.run(c.Context(), args) },
	}
	o.addFlags(c)
	return c
}

func (o *schemaOptions) addFlags(c *cobra.Command) {
	o.output.Add(c, o.Global, export.Table)
	o.output.AddLayout(c)
	f := c.Flags().Lookup("format")
	f.Usage = strings.Replace(f.Usage, "table, ", "table, sql, ", 1)
	formats := append(slices.Clone(flagValues()["format"]), formatSQL)
	completeFlag(c, "format", cobra.FixedCompletions(formats, cobra.ShellCompDirectiveNoFileComp))
}

func (o *schemaOptions) run(ctx context.Context, names []string) error {
	all := schema.Names()
	for _, name := range names {
		if !slices.Contains(all, name) {
			return ui.Usagef("no table %q%s there are %s", name, cmp.Or(ui.DidYouMean(name, all), ":"), strings.Join(all, ", "))
		}
	}
	s, err := o.Site(ctx)
	if err != nil {
		return err
	}
	if o.output.Format == formatSQL {
		if o.output.LaidOut() {
			return ui.Usagef("--vertical and --types are for tables, not for sql")
		}
		return o.writeText(sqlText(statements(o.Version, s, names)))
	}
	if len(names) == 0 {
		names = all
	}
	format, err := o.output.Choose(export.Table)
	if err != nil {
		return err
	}
	entries := dictionary.Of(s, names)
	switch {
	case format == export.Table && !o.output.LaidOut():
		return o.writeText(dictionary.Text(entries, ui.TextWidth()))
	case format == export.Markdown:
		return o.writeText(dictionary.Markdown(pageTitle, aboutPage, entries))
	}
	rows, err := dictionary.Rows(entries)
	if err != nil {
		return err
	}
	defer rows.Release()
	_, err = o.output.Write(ctx, rows, export.Table)
	return err
}

// What the page in Markdown says of itself.
const (
	pageTitle = "Tables and columns"
	aboutPage = "What the tables and views of a database mean, as `pbsduck schema --format markdown` writes it. " +
		"Instants are UTC, durations whole seconds, " +
		"sizes bytes, unknown is NULL."
)

func (o *schemaOptions) writeText(text string) error {
	return o.output.WriteText(func(w io.Writer) error {
		_, err := io.WriteString(w, text)
		return err
	})
}

// statements make the tables and views of these names, or, without a name, a whole database.
func statements(version string, s schema.Site, names []string) []string {
	if len(names) == 0 {
		return duckdb.Schema(version, s)
	}
	return duckdb.Definitions(s, names)
}

func sqlText(statements []string) string { return strings.Join(statements, ";\n") + ";\n" }
