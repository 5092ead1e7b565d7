package flags

import (
	"context"
	"fmt"
	"io"
	"os"

	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/spf13/cobra"

	"pbsduck/cmd/pbsduck/ui"
	"pbsduck/export"
	"pbsduck/export/whole"
)

// Output is how a command gives its result: the flags --format, -o and
// --safe-csv.
type Output struct {
	Format  string // as given
	File    string // empty: standard output
	SafeCSV bool
}

// Add adds them to a command, which does not begin if -o would write over
// what must stay.
func (o *Output) Add(c *cobra.Command, g *Global, standard export.Format) {
	c.PreRunE = func(*cobra.Command, []string) error { return g.MayWrite(o.File) }
	c.Flags().StringVar(&o.Format, "format", "", fmt.Sprintf("table, csv, json, ndjson, markdown, parquet, arrow or arrows (default %s, or by the suffix of -o)", standard))
	c.Flags().StringVarP(&o.File, "output", "o", "", "write to `FILE` instead of standard output")
	c.Flags().BoolVar(&o.SafeCSV, "safe-csv", false, "in csv, put a quote before text that a spreadsheet would take for a formula")
}

// Choose finds the format: the flag, the suffix of the file, or the standard.
func (o *Output) Choose(standard export.Format) (export.Format, error) {
	if o.Format != "" {
		f, err := export.ParseFormat(o.Format)
		if err != nil {
			return "", ui.Usage(err)
		}
		return f, nil
	}
	if f, ok := export.FormatOf(o.File); o.File != "" && ok {
		return f, nil
	}
	return standard, nil
}

// Write writes a result and says how many rows it had.
func (o *Output) Write(ctx context.Context, r array.RecordReader, standard export.Format) (int64, error) {
	format, err := o.Choose(standard)
	if err != nil {
		return 0, err
	}
	options := export.Options{SafeCSV: o.SafeCSV}
	if o.File != "" {
		return export.WriteFile(ctx, o.File, r, format, options)
	}
	options.Width, options.Terminal = ui.Width(), ui.IsTerminal(os.Stdout)
	if format.Binary() && ui.IsTerminal(os.Stdout) {
		return 0, ui.Usagef("%s is not for a terminal: give -o FILE", format)
	}
	return export.Write(ctx, os.Stdout, r, format, options)
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
