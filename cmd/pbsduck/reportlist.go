package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"

	"pbsduck/duckdb/report"
	"pbsduck/export"
)

// list writes which reports there are, with their questions; those that can't be read are an error behind the others.
func (o *reportOptions) list(ctx context.Context) error {
	format, err := o.output.Choose(export.Table)
	if err != nil {
		return err
	}
	all, broken, err := o.all()
	if err != nil {
		return err
	}
	if format == export.Table && !o.output.LaidOut() {
		return errors.Join(broken, o.output.WriteText(func(w io.Writer) error { return writeQuestions(w, all) }))
	}
	rows, err := listed(all)
	if err != nil {
		return err
	}
	defer rows.Release()
	_, err = o.output.Write(ctx, rows, export.Table)
	return errors.Join(broken, err)
}

func writeQuestions(w io.Writer, all []report.Report) error {
	for _, r := range all {
		if _, err := fmt.Fprintf(w, "%-14s %s\n", r.Name, export.Visible(r.Question)); err != nil {
			return err
		}
	}
	return nil
}

var listSchema = arrow.NewSchema([]arrow.Field{
	{Name: "report", Type: arrow.BinaryTypes.String},
	{Name: "title", Type: arrow.BinaryTypes.String},
	{Name: "question", Type: arrow.BinaryTypes.String},
	{Name: "definition", Type: arrow.BinaryTypes.String},
}, nil)

// listed are reports as rows. The caller releases the reader.
func listed(all []report.Report) (array.RecordReader, error) {
	return export.Filled(listSchema, func(b *array.RecordBuilder) {
		for _, r := range all {
			for i, text := range []string{r.Name, r.Title, r.Question, r.Definition} {
				b.Field(i).(*array.StringBuilder).Append(text)
			}
		}
	})
}
