package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/spf13/cobra"

	"pbsduck/export"
)

// output is how a command gives its result: the flags --format, -o and
// --timezone.
type output struct {
	format   string
	file     string
	safeCSV  bool
	location *time.Location
}

// addFlags adds them to a command, which does not begin if -o would write over
// what must stay.
func (o *output) addFlags(c *cobra.Command, g *global, standard export.Format) {
	c.PreRunE = func(*cobra.Command, []string) error { return g.mayWrite(o.file) }
	o.format = ""
	c.Flags().StringVar(&o.format, "format", "", fmt.Sprintf("table, csv, json, ndjson, markdown, parquet, arrow or arrows (default %s, or by the suffix of -o)", standard))
	c.Flags().StringVarP(&o.file, "output", "o", "", "write to `FILE` instead of standard output")
	c.Flags().BoolVar(&o.safeCSV, "safe-csv", false, "in csv, put a quote before text that a spreadsheet would take for a formula")
}

// choose finds the format: the flag, the suffix of the file, or the standard.
func (o *output) choose(standard export.Format) (export.Format, error) {
	if o.format != "" {
		f, err := export.ParseFormat(o.format)
		if err != nil {
			return "", usageError{err}
		}
		return f, nil
	}
	if f, ok := export.FormatOf(o.file); o.file != "" && ok {
		return f, nil
	}
	return standard, nil
}

// write writes a result and says how many rows it had.
func (o *output) write(ctx context.Context, r array.RecordReader, standard export.Format) (int64, error) {
	format, err := o.choose(standard)
	if err != nil {
		return 0, err
	}
	options := export.Options{Location: o.location, SafeCSV: o.safeCSV}
	if o.file != "" {
		return export.WriteFile(ctx, o.file, r, format, options)
	}
	options.Width, options.Terminal = terminalWidth(), isTerminal(os.Stdout)
	if format.Binary() && isTerminal(os.Stdout) {
		return 0, usageError{fmt.Errorf("%s is not for a terminal: give -o FILE", format)}
	}
	return export.Write(ctx, os.Stdout, r, format, options)
}
