package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/spf13/cobra"

	"pbsduck/cmd/pbsduck/flags"
	"pbsduck/cmd/pbsduck/ui"
	"pbsduck/duckdb"
	"pbsduck/duckdb/verify"
	"pbsduck/export"
)

type verifyOptions struct {
	*flags.Global
	output flags.Output
	quick  bool
	limit  int
}

func newVerify(g *flags.Global) *cobra.Command {
	o := &verifyOptions{Global: g}
	c := &cobra.Command{
		Use:   "verify",
		Short: "Check that the database is what it promises to be",
		Long: `Makes every check, and tells of those that fail the first rows. The check readable
reads every value of every table; what can't be read does not keep the other checks
from being made. The check records inflates each raw record, makes the rows of it
again, and compares all columns with what is stored; --quick leaves the raw records
out, and the rest takes seconds.

Exit codes: 0 all checks passed; 1 a check failed, or could not be made.`,
		Example: `  pbsduck verify
  pbsduck verify --quick --format json | jq '.[] | select(.ok | not)'`,
		Args: flags.ExactArgs(0, "flags only"),
		RunE: func(c *cobra.Command, _ []string) error { return o.run(c.Context()) },
	}
	o.addFlags(c)
	return c
}

func (o *verifyOptions) addFlags(c *cobra.Command) {
	o.output.Add(c, o.Global, export.Table)
	o.output.AddLayout(c)
	f := c.Flags()
	f.BoolVar(&o.quick, "quick", false, "leave the raw records out")
	f.IntVar(&o.limit, "limit", 5, "how many of the rows that fail are told")
}

const maxFailing = 1_000_000

func (o *verifyOptions) run(ctx context.Context) error {
	format, err := o.output.Choose(export.Table)
	if err != nil {
		return err
	}
	if err := flags.Within("--limit", o.limit, 1, maxFailing); err != nil {
		return err
	}
	db, err := o.OpenWith(ctx, duckdb.Options{Bounds: true})
	if err != nil {
		return err
	}
	defer db.Close()
	bar := o.Progress()
	findings, err := verify.Run(ctx, db, verify.Options{Quick: o.quick, Limit: o.limit,
		Checking: func(c verify.Check) { bar.Describe(c.Name) }, Progress: bar.Show})
	bar.Finish()
	if err != nil {
		return err
	}
	if format == export.Table && !o.output.LaidOut() {
		err = o.output.WriteText(func(w io.Writer) error { return showFindings(w, findings) })
	} else {
		err = o.writeRows(ctx, findings)
	}
	if err != nil {
		return err
	}
	return verdict(db.Path(), findings)
}

func verdict(path string, findings []verify.Finding) error {
	failed := 0
	for _, f := range findings {
		if !f.OK() {
			failed++
		}
	}
	if failed == 0 {
		return nil
	}
	return fmt.Errorf("%s: %s of %d failed", path, ui.Count(int64(failed), "check"), len(findings))
}

// showFindings writes a line per check, and below it the rows that fail.
func showFindings(w io.Writer, findings []verify.Finding) error {
	for _, f := range findings {
		state := "ok"
		if !f.OK() {
			state = "FAILED"
		}
		if _, err := fmt.Fprintf(w, "%-6s  %-16s %6.2f s  %s\n", state, f.Name, f.Took.Seconds(), f.Meaning); err != nil {
			return err
		}
		for _, line := range details(f) {
			if _, err := fmt.Fprintf(w, "        %s\n", export.Visible(line)); err != nil {
				return err
			}
		}
	}
	return nil
}

// details are the rows that fail, and how many more there are.
func details(f verify.Finding) []string {
	lines := f.First
	if more := f.Rows - int64(len(f.First)); more > 0 {
		lines = append(lines, fmt.Sprintf("and %s more", ui.Grouped(more)))
	}
	if f.Err != nil {
		lines = append(lines, "cannot be checked: "+f.Err.Error())
	}
	return lines
}

var findingsSchema = arrow.NewSchema([]arrow.Field{
	{Name: "check", Type: arrow.BinaryTypes.String},
	{Name: "ok", Type: arrow.FixedWidthTypes.Boolean},
	{Name: "rows", Type: arrow.PrimitiveTypes.Int64},
	{Name: "seconds", Type: arrow.PrimitiveTypes.Float64},
	{Name: "meaning", Type: arrow.BinaryTypes.String},
	{Name: "first", Type: arrow.ListOf(arrow.BinaryTypes.String)},
}, nil)

func (o *verifyOptions) writeRows(ctx context.Context, findings []verify.Finding) error {
	reader, err := export.Filled(findingsSchema, func(b *array.RecordBuilder) {
		for _, f := range findings {
			b.Field(0).(*array.StringBuilder).Append(f.Name)
			b.Field(1).(*array.BooleanBuilder).Append(f.OK())
			b.Field(2).(*array.Int64Builder).Append(f.Rows)
			b.Field(3).(*array.Float64Builder).Append(f.Took.Round(time.Millisecond).Seconds())
			b.Field(4).(*array.StringBuilder).Append(f.Meaning)
			list := b.Field(5).(*array.ListBuilder)
			list.Append(true)
			for _, line := range details(f) {
				list.ValueBuilder().(*array.StringBuilder).Append(line)
			}
		}
	})
	if err != nil {
		return err
	}
	defer reader.Release()
	_, err = o.output.Write(ctx, reader, export.Table)
	return err
}
