package main

import (
	"context"
	"errors"
	"io"

	"github.com/apache/arrow-go/v18/arrow/array"

	"pbsduck/cmd/pbsduck/ui"
	"pbsduck/duckdb"
	"pbsduck/duckdb/report"
	"pbsduck/export"
)

// isWorkbook tells whether the answer is a workbook, which holds those of several reports.
func (o *reportOptions) isWorkbook() bool {
	format, err := o.output.Choose(export.Table)
	return err == nil && format == export.XLSX
}

// writeSheets writes a workbook with a sheet for each report.
func (o *reportOptions) writeSheets(
	ctx context.Context, db *duckdb.DB, reports []report.Report, options report.Options,
) error {
	facts, err := o.filter.About(ctx, db, options.Filter)
	if err != nil {
		return err
	}
	var names []string
	for _, r := range reports {
		names = append(names, r.Name)
	}
	return o.output.WriteSheets(ctx, facts, names,
		func(i int) (array.RecordReader, error) { return o.ask(ctx, db, reports[i], options) })
}

// writeScript writes the SQL of a report.
func (o *reportOptions) writeScript(db *duckdb.DB, r report.Report, options report.Options) error {
	script, err := r.Script(db.Site(), options)
	if err != nil {
		return usage(err)
	}
	return o.output.WriteText(func(w io.Writer) error {
		_, err := io.WriteString(w, script)
		return err
	})
}

// writeRows writes the rows of a report, and says why there are none.
func (o *reportOptions) writeRows(
	ctx context.Context, db *duckdb.DB, r report.Report, options report.Options,
) error {
	rows, err := o.ask(ctx, db, r, options)
	if err != nil {
		return err
	}
	n, err := o.output.Write(ctx, rows, export.Table)
	rows.Release()
	if format, _ := o.output.Choose(export.Table); err == nil && n == 0 && format == export.Table && r.AsksJobs() {
		return o.filter.SayWhyNone(ctx, o.Global, db, options.Filter)
	}
	return err
}

// ask runs a report, and tells what people must know of its rows.
func (o *reportOptions) ask(
	ctx context.Context, db *duckdb.DB, r report.Report, options report.Options,
) (array.RecordReader, error) {
	if err := o.tell(ctx, db, r, options); err != nil {
		return nil, err
	}
	rows, err := r.Run(ctx, db, options)
	return rows, usage(err)
}

// tell says what the database lacks for a report, and where its answer is not what people may take it for.
func (o *reportOptions) tell(ctx context.Context, db *duckdb.DB, r report.Report, options report.Options) error {
	if _, err := r.Script(db.Site(), options); err != nil { // a wrong use is told first
		return usage(err)
	}
	for _, look := range []struct {
		at     func() (string, error)
		remedy string
	}{
		{func() (string, error) { return r.Lacks(ctx, db, options.Filter) }, remedy(r.Needs)},
		{func() (string, error) { return r.Untold(ctx, db, options.Filter) }, ""},
		{func() (string, error) { return r.Gaps(ctx, db, options.Filter) }, ""},
		{func() (string, error) { return r.Waitless(ctx, db, options) }, ": --wait-kind queued or total tells another wait"},
	} {
		said, err := look.at()
		if err != nil {
			return err
		}
		if said != "" {
			o.Say("%s%s", said, look.remedy)
		}
	}
	return nil
}

// remedy says what takes over what a report needs and the database lacks.
func remedy(needs string) string {
	switch needs {
	case "capacity":
		return "; pbsduck ingest and recalculate take it over"
	case "allocations":
		return ": pbsduck allocations load FILE takes them over"
	}
	return "; pbsduck rebuild --from-records fills it"
}

// usage says that what a report could not take is a wrong use.
func usage(err error) error {
	var wrong *report.OptionError
	if errors.As(err, &wrong) {
		return ui.Usage(err)
	}
	return err
}
