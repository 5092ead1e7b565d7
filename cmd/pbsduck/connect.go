package main

import (
	"cmp"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode"

	"github.com/spf13/cobra"

	"pbsduck/cmd/pbsduck/flags"
	"pbsduck/cmd/pbsduck/ui"
	"pbsduck/duckdb"
	"pbsduck/duckdb/publish"
	"pbsduck/export"
)

func newConnect(g *flags.Global) *cobra.Command {
	return &cobra.Command{
		Use:   "connect [TOOL]",
		Short: "Print the lines that open the database from Python, R and others",
		Long: `Prints what to type to open the database from a TOOL: python, polars, r, shell,
excel, dbeaver, metabase, grafana or spark; all of them if none is named. What each
needs stands over it; docs/recipes.md says more. If there is a published copy, of the name that
publish gives it, that is opened: an open database keeps new logs from being
loaded, a copy does not.`,
		Example: `  pbsduck connect
  pbsduck connect python`,
		Args:      flags.MaxArgs(1, "one tool"),
		ValidArgs: toolNames(),
		RunE:      func(_ *cobra.Command, args []string) error { return connect(g, append(args, "")[0]) },
	}
}

// A tool is something that opens the database, and what to type there.
type tool struct {
	name, title string
	lines       func(path string) string
}

var tools = []tool{
	{"python", "Python (pip install duckdb pandas pytz; without pytz instants are not fetched)", func(path string) string {
		return fmt.Sprintf("import duckdb\ncon = duckdb.connect(%s, read_only=True)\n"+
			"con.sql(\"SELECT queue, count(*) AS jobs FROM jobs GROUP BY ALL\").df()\n", quotedText(path))
	}},
	{"polars", "Polars (pip install duckdb polars pyarrow pytz)", func(path string) string {
		return fmt.Sprintf("import duckdb\ncon = duckdb.connect(%s, read_only=True)\ncon.sql(\"SELECT * FROM jobs\").pl()\n",
			quotedText(path))
	}},
	{"r", `R (install.packages(c("duckdb", "bit64")); without bigint whole numbers become doubles)`,
		func(path string) string {
			return fmt.Sprintf("library(DBI)\n"+
				"con <- dbConnect(duckdb::duckdb(bigint = \"integer64\"), dbdir = %s, read_only = TRUE, timezone_out = \"UTC\")\n"+
				"dbGetQuery(con, \"SELECT queue, count(*) AS jobs FROM jobs GROUP BY ALL\")\n", quotedText(path))
		}},
	{"shell", "DuckDB's command line", func(path string) string {
		return fmt.Sprintf("duckdb -readonly %s\n", ui.ShellWord(path))
	}},
	{"excel", "Excel and other spreadsheets: workbooks", func(path string) string {
		return fmt.Sprintf("pbsduck report usage waits --db %[1]s -o reports.xlsx\n"+
			"pbsduck query --db %[1]s \"SELECT * FROM daily_summary\" -o daily.xlsx\n", ui.ShellWord(path))
	}},
	{"dbeaver", "DBeaver and JDBC (driver org.duckdb:duckdb_jdbc; property duckdb.read_only=true)",
		func(path string) string {
			return fmt.Sprintf("jdbc:duckdb:%s\n", export.Visible(path))
		}},
	{"metabase", "Metabase (plugin metabase_duckdb_driver; establish a read-only connection): the database file",
		func(path string) string {
			return export.Visible(path) + "\n"
		}},
	{"grafana", "Grafana (data source motherduck-duckdb-datasource): the path", func(path string) string {
		return export.Visible(path) + "\n"
	}},
	{"spark", "Spark, which reads a dataset", func(path string) string {
		return fmt.Sprintf("pbsduck export --db %s --dataset dataset\n"+
			"spark.read.option(\"basePath\", \"dataset/jobs\").parquet(\"dataset/jobs\")\n", ui.ShellWord(path))
	}},
}

func toolNames() []string {
	var names []string
	for _, t := range tools {
		names = append(names, t.name)
	}
	return names
}

func connect(g *flags.Global, name string) error {
	known := slices.IndexFunc(tools, func(t tool) bool { return t.name == name })
	if known < 0 && name != "" {
		return unknownTool(name)
	}
	path, err := readersPath(g)
	if err != nil {
		return err
	}
	if name == "" {
		return connectAll(path)
	}
	_, err = io.WriteString(ui.Stdout(), tools[known].lines(path))
	return err
}

func unknownTool(name string) error {
	names := toolNames()
	return ui.Usagef("unknown tool %q%s there are %s",
		name, cmp.Or(ui.DidYouMean(name, names), ":"), strings.Join(names, ", "))
}

func connectAll(path string) error {
	var all []string
	for _, t := range tools {
		all = append(all, fmt.Sprintf("# %s\n%s", t.title, t.lines(path)))
	}
	_, err := io.WriteString(ui.Stdout(), strings.Join(all, "\n"))
	return err
}

// readersPath is the absolute path of the published copy, or else of the database.
func readersPath(g *flags.Global) (string, error) {
	path, err := filepath.Abs(g.DB)
	if err != nil {
		return "", err
	}
	published := publish.NameOf(path)
	if _, err := os.Stat(published); err == nil {
		return published, nil
	}
	info, err := os.Stat(path)
	if err != nil {
		return "", duckdb.NoDatabase(g.DB)
	}
	if info.Mode()&0o222 == 0 { // it is a copy itself
		return path, nil
	}
	g.Say("there is no published copy: while someone has %s open, no logs can be loaded (pbsduck publish makes one)", g.DB)
	return path, nil
}

// quotedText writes a path as Python and R read it.
func quotedText(path string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range path {
		switch {
		case r == '"' || r == '\\':
			b.WriteString(`\` + string(r))
		case r > 0xffff && !unicode.IsPrint(r):
			fmt.Fprintf(&b, `\U%08x`, r)
		case !unicode.IsPrint(r):
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String() + `"`
}
