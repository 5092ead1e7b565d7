package flags

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/spf13/cobra"

	"pbsduck/cmd/pbsduck/ui"
	"pbsduck/export"
	"pbsduck/export/whole"
)

// Output is how a command gives its result: the flags --format, -o and --safe-csv, and those of AddRows.
type Output struct {
	Format  string // as given
	File    string // empty: standard output
	SafeCSV bool

	limit           int64
	limited         bool // somebody gave the limit
	layout          bool // AddLayout was called
	vertical, types bool
	zone            string
	what            string // a row is, if AddRows was called
	global          *Global
}

// readRows is how many rows people read on a terminal.
const readRows = 50

// Add adds them to a command, which does not begin if -o would write over what must stay.
func (o *Output) Add(c *cobra.Command, g *Global, standard export.Format) {
	o.global = g
	c.PreRunE = func(c *cobra.Command, _ []string) error {
		o.limited = c.Flags().Changed("limit")
		return g.MayWrite(o.File)
	}
	c.Flags().StringVar(&o.Format, "format", "", fmt.Sprintf("`FORMAT`: table, csv, json, ndjson, markdown, parquet, "+
		"arrow or arrows (default %s, or by the suffix of -o)", standard))
	c.Flags().StringVarP(&o.File, "output", "o", "", "write to `FILE` instead of standard output")
	AddSafeCSV(c, &o.SafeCSV)
}

// AddSafeCSV adds the flag --safe-csv.
func AddSafeCSV(c *cobra.Command, safe *bool) {
	c.Flags().BoolVar(safe, "safe-csv", false,
		"csv for a spreadsheet: marked as UTF-8, and with a quote before text that it would take for a formula")
}

// WithoutRows refuses the flags of AddRows beside others, which give something else than rows.
func WithoutRows(c *cobra.Command, others ...string) error {
	for _, other := range others {
		for _, name := range []string{"limit", "vertical", "types", "tz"} {
			if err := Exclusive(c, other, name); err != nil {
				return err
			}
		}
	}
	return nil
}

// AddRows adds --limit, --vertical, --types and --tz to a command whose result is rows that people read; what is what a
// row is.
func (o *Output) AddRows(c *cobra.Command, what string) {
	o.what = what
	f := c.Flags()
	f.Int64Var(&o.limit, "limit", 0,
		fmt.Sprintf("so many %ss at most; 0: all (default: all; of a table on a terminal %d)", what, readRows))
	o.AddLayout(c)
	o.AddZone(c, "; parquet and arrow have them in UTC")
}

// AddZone adds --tz, to whose help it adds what is more to say.
func (o *Output) AddZone(c *cobra.Command, more string) {
	c.Flags().StringVar(&o.zone, "tz", "UTC", "show instants in this time `ZONE`, with their offset"+more)
}

// AddLayout adds --vertical and --types, which say how a table of rows is laid out.
func (o *Output) AddLayout(c *cobra.Command) {
	o.layout = true
	c.Flags().BoolVar(&o.vertical, "vertical", false, "each row as a block, a column a line")
	c.Flags().BoolVar(&o.types, "types", false, "in a table, the types under the columns' names")
}

// LaidOut tells whether somebody said how a table is laid out: then it is one of rows, where a command writes text
// otherwise.
func (o *Output) LaidOut() bool { return o.vertical || o.types }

// Choose finds the format: the flag, the suffix of the file, or the standard. It refuses a suffix that stands for none,
// and flags that do not go with it.
func (o *Output) Choose(standard export.Format) (export.Format, error) {
	f, err := o.format(standard)
	if err == nil {
		err = o.check(f)
	}
	return f, err
}

func (o *Output) format(standard export.Format) (export.Format, error) {
	if o.Format != "" {
		f, err := export.ParseFormat(o.Format)
		if err != nil {
			return "", ui.Usage(err)
		}
		return f, nil
	}
	suffix := filepath.Ext(o.File)
	if f, ok := export.FormatOf(o.File); ok {
		return f, nil
	}
	if info, err := os.Stat(o.File); suffix == "" || err == nil && !info.Mode().IsRegular() {
		return standard, nil
	}
	return "", ui.Usagef("-o %s: there is no format for %s: give --format, or a name that ends in %s",
		ui.ShellWord(o.File), suffix, strings.Join(export.Suffixes(), ", "))
}

func (o *Output) check(f export.Format) error {
	switch {
	case f.Binary() && o.ToTerminal():
		return ui.Usagef("%s is not for a terminal: give -o FILE", f)
	case o.vertical && f != export.Table, o.types && f != export.Table:
		return ui.Usagef("--vertical and --types are for tables, not for %s", f)
	case o.limit < 0:
		return ui.Usagef("--limit %d: give a number of %ss, or 0 for all", o.limit, o.what)
	}
	_, err := o.Location()
	return err
}

// Location is the zone that instants are shown in.
func (o *Output) Location() (*time.Location, error) {
	if o.zone == "" {
		return time.UTC, nil
	}
	return zone(o.zone)
}

// Write writes a result and says how many rows it had.
func (o *Output) Write(ctx context.Context, r array.RecordReader, standard export.Format) (rows int64, err error) {
	format, err := o.Choose(standard)
	if err != nil {
		return 0, err
	}
	err = o.to(func(w io.Writer) error {
		rows, err = o.write(ctx, w, r, format)
		return err
	})
	return rows, err
}

// WriteEach writes n results, one after the other; those of text that is laid out in lines have an empty one between
// them.
func (o *Output) WriteEach(
	ctx context.Context, n int, result func(i int) (array.RecordReader, error), standard export.Format,
) error {
	format, err := o.Choose(standard)
	if err != nil {
		return err
	}
	if n > 1 && (format.Binary() || format == export.JSON) {
		return ui.Usagef("these are %d results, and %s holds one: write each to a file of its own", n, format)
	}
	return o.to(func(w io.Writer) error {
		for i := range n {
			if i > 0 && (format == export.Table || format == export.CSV || format == export.Markdown) {
				if _, err := io.WriteString(w, "\n"); err != nil {
					return err
				}
			}
			r, err := result(i)
			if err != nil {
				return err
			}
			_, err = o.write(ctx, w, r, format)
			r.Release()
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// WriteSheets writes a workbook with a sheet for each name, and what result gives for it; facts are names of what is
// true of all of them, and what that is.
func (o *Output) WriteSheets(
	ctx context.Context, facts [][2]string, names []string, result func(i int) (array.RecordReader, error),
) (err error) {
	if err := o.check(export.XLSX); err != nil {
		return err
	}
	loc, err := o.Location()
	if err != nil {
		return err
	}
	book := export.NewWorkbook()
	defer func() { err = errors.Join(err, book.Close()) }()
	for _, fact := range facts {
		book.Tell(fact[0], fact[1])
	}
	for i, name := range names {
		r, err := result(i)
		if err != nil {
			return err
		}
		_, err = book.Add(ctx, name, r, export.Options{Location: loc, Limit: o.limit})
		r.Release()
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return o.to(book.Write)
}

// to has a result written where the flags say. A file is there whole or not at all.
func (o *Output) to(write func(io.Writer) error) error {
	if o.File == "" {
		return write(os.Stdout)
	}
	return whole.Write(o.File, write)
}

// write writes a result, and tells people what of it they do not see.
func (o *Output) write(ctx context.Context, w io.Writer, r array.RecordReader, format export.Format) (int64, error) {
	loc, err := o.Location()
	if err != nil {
		return 0, err
	}
	options := export.Options{
		SafeCSV: o.SafeCSV, Location: loc, Vertical: o.vertical, Types: o.types, Limit: o.Limit(format),
	}
	if o.ToTerminal() {
		options.Width, options.Terminal = ui.Width(), true
	}
	var hidden []string
	options.Hidden = func(columns []string) { hidden = columns }
	rows, err := export.Write(ctx, w, r, format, options)
	if err != nil {
		return rows, err
	}
	o.SayHidden(hidden)
	if rows == 0 && format == export.Table {
		o.global.Say("no %ss", cmp.Or(o.what, "row"))
	}
	if limit := options.Limit; limit > 0 && rows > limit {
		o.SayFirst(limit, ui.AtLeast(rows, max(limit, export.Counted), o.what))
	}
	return rows, nil
}

// Limit is how many rows are given at most: what was asked for or, of a table on a terminal, what people read; 0 is
// all.
func (o *Output) Limit(format export.Format) int64 {
	if o.what != "" && !o.limited && format == export.Table && o.ToTerminal() {
		return readRows
	}
	return o.limit
}

// SayFirst tells that only some rows of all are given.
func (o *Output) SayFirst(given int64, all string) {
	help := ""
	if !o.limited {
		help = "; --limit 0 shows all, -o FILE.csv writes them to a file"
	}
	o.global.Say("the first %s of %s%s", ui.Grouped(given), all, help)
}

// SayHidden tells which columns a table has no room for, if there are any.
func (o *Output) SayHidden(columns []string) {
	const told = 8
	if len(columns) == 0 {
		return
	}
	names := strings.Join(columns[:min(told, len(columns))], ", ")
	if more := len(columns) - told; more > 0 {
		names += fmt.Sprintf(" and %d more", more)
	}
	way := "-o FILE writes them"
	if o.layout {
		way = "--vertical shows them"
	}
	o.global.Say("no room for %s: %s; %s", ui.Count(int64(len(columns)), "column"), names, way)
}

// WriteText gives a result that is no table, where the flags say.
func (o *Output) WriteText(write func(io.Writer) error) error {
	if o.File == "" {
		return write(ui.Stdout())
	}
	return whole.Write(o.File, write)
}

// ToTerminal tells whether the result is for people's eyes.
func (o *Output) ToTerminal() bool { return o.File == "" && ui.IsTerminal(os.Stdout) }

// AddFiles adds the flag that lets questions read files.
func AddFiles(c *cobra.Command, files *bool) {
	c.Flags().BoolVar(files, "allow-files", false, "let the SQL read files beside the database")
}
