package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/spf13/cobra"

	"pbsduck/cmd/pbsduck/flags"
	"pbsduck/cmd/pbsduck/ui"
	"pbsduck/duckdb"
	"pbsduck/duckdb/report"
	"pbsduck/duckdb/warnings"
	"pbsduck/export"
)

type statusOptions struct {
	*flags.Global
	output                  flags.Output
	files, tables, database bool
	check, acknowledge      bool
}

func newStatus(g *flags.Global) *cobra.Command {
	o := &statusOptions{Global: g}
	c := &cobra.Command{
		Use:   "status",
		Short: "Say what is in the database",
		Long: `Says of each machine which days, jobs and logs there are and what is missing, and
how large the database and its tables are. A day is missing if no log has its name
(20260131), between the first and the last that there are; it is without jobs if
its log holds no E record that is a job's row. Bytes wait that are in a plain log,
but were not read: most often a last line that is not finished.

Warnings are what ingest and the other commands found amiss and still holds: a time
zone that does not fit, rejects, a log that could not be read, ... They are rows of
the table warnings, with those that hold no longer. --check is for monitoring: it gives
the warnings that hold and were not acknowledged, and ends with 3 if there are any;
if there are none it prints nothing (csv and json: what they are without rows).
--acknowledge says that they were seen: it gives them, and keeps when that was. They
hold on, and so do rejects; status goes on to show them. One that says something else
later, or is about other lines, has to be acknowledged again.

Warnings are lines of text; in other formats than table, and with --vertical or
--types, they are rows, and status is one row per machine. --files is the ledger (a
row per log), --tables the sizes, --database one row about the file.

Exit codes: 0 fine; 3 warnings hold that were not acknowledged (--check only);
10 no such database; 11 locked (--acknowledge, which writes).`,
		Example: `  pbsduck status
  pbsduck status --check || mail -s "look at pbsduck" operators
  pbsduck status --acknowledge
  pbsduck status --files --format csv
  pbsduck status --format json | jq -r '.[] | select(.days_missing > 0) | .missing'`,
		Args: flags.ExactArgs(0, "flags only"),
		RunE: func(c *cobra.Command, _ []string) error {
			if err := flags.Exclusive(c, "files", "tables", "database", "check", "acknowledge"); err != nil {
				return err
			}
			return o.run(c.Context())
		},
	}
	o.addFlags(c)
	return c
}

func (o *statusOptions) addFlags(c *cobra.Command) {
	o.output.Add(c, o.Global, export.Table)
	o.output.AddLayout(c)
	f := c.Flags()
	f.BoolVar(&o.files, "files", false, "the ledger: every log, how far it was read, and what became of its lines")
	f.BoolVar(&o.tables, "tables", false, "rows and estimated bytes of each table")
	f.BoolVar(
		&o.check, "check", false, "the warnings that hold and were not acknowledged; exit code 3 if there are any",
	)
	f.BoolVar(&o.acknowledge, "acknowledge", false, "say that these were seen, and give them a last time")
	f.BoolVar(&o.database, "database", false, "sizes and versions of the file")
}

func (o *statusOptions) run(ctx context.Context) error {
	format, err := o.output.Choose(export.Table)
	if err != nil {
		return err
	}
	if o.acknowledge {
		return o.acknowledgeWarnings(ctx, format)
	}
	db, err := o.Open(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	question := report.Machines
	switch {
	case o.files:
		question = report.Files
	case o.tables:
		question = report.Sizes
	case o.database:
		question = report.Database
	case o.check:
		return o.checkWarnings(ctx, db, format)
	case format == export.Table && !o.output.LaidOut():
		return o.output.WriteText(func(w io.Writer) error { return o.overview(ctx, w, db) })
	}
	rows, err := question(ctx, db)
	if err != nil {
		return err
	}
	defer rows.Release()
	_, err = o.output.Write(ctx, rows, export.Table)
	return err
}

// acknowledgeWarnings gives the warnings that nobody acknowledged, and does so.
func (o *statusOptions) acknowledgeWarnings(ctx context.Context, format export.Format) error {
	db, err := o.OpenForWriting(ctx)
	if err != nil {
		return err
	}
	n := int64(0)
	err = warnings.Acknowledge(ctx, db, func(rows array.RecordReader) (err error) {
		n, err = o.giveWarnings(ctx, rows, format)
		return err
	})
	if err := errors.Join(err, db.Close()); err != nil {
		return err
	}
	o.Say("acknowledged %s", ui.Count(n, "warning"))
	return nil
}

// checkWarnings gives the warnings that hold and were not acknowledged. Text of none is nothing: cron mails what is
// written.
func (o *statusOptions) checkWarnings(ctx context.Context, db *duckdb.DB, format export.Format) error {
	n, err := warnings.Count(ctx, db)
	if err != nil {
		return err
	}
	if n == 0 && format == export.Table && o.output.File == "" {
		return nil
	}
	rows, err := warnings.List(ctx, db, false)
	if err != nil {
		return err
	}
	defer rows.Release()
	if _, err := o.giveWarnings(ctx, rows, format); err != nil {
		return err
	}
	if n > 0 {
		return ui.ErrWarnings
	}
	return nil
}

// giveWarnings writes warnings: for people in lines of text, of which nothing is cut.
func (o *statusOptions) giveWarnings(
	ctx context.Context, rows array.RecordReader, format export.Format,
) (n int64, err error) {
	if format != export.Table || o.output.LaidOut() {
		return o.output.Write(ctx, rows, export.Table)
	}
	lines, err := warningLines(rows)
	if err != nil {
		return 0, err
	}
	return int64(len(lines)), o.output.WriteText(func(w io.Writer) error { return o.writeLines(w, lines) })
}

// writeLines writes lines of text. Those that are longer than a terminal is wide are broken between words.
func (o *statusOptions) writeLines(w io.Writer, lines []string) error {
	width := math.MaxInt
	if o.output.ToTerminal() {
		width = ui.Width()
	}
	for i, line := range lines {
		lines[i] = ui.Wrap(line, "", width) + "\n"
	}
	_, err := io.WriteString(w, strings.Join(lines, ""))
	return err
}

// warningLines are warnings, a line each.
func warningLines(rows array.RecordReader) (lines []string, err error) {
	for rows.Next() {
		b := rows.RecordBatch()
		column := func(name string) arrow.Array { return b.Column(b.Schema().FieldIndices(name)[0]) }
		for row := range int(b.NumRows()) {
			seen := ""
			if at := column("acknowledged_at"); at.IsValid(row) {
				seen = ", acknowledged " + second(at, row)
			}
			lines = append(lines, fmt.Sprintf("warning since %s%s: %s", second(column("first_seen"), row), seen,
				export.Visible(column("text").ValueStr(row))))
		}
	}
	return lines, rows.Err()
}

// second is an instant of a column, to the second.
func second(column arrow.Array, row int) string {
	at := column.(*array.Timestamp)
	return at.Value(row).ToTime(at.DataType().(*arrow.TimestampType).Unit).UTC().Format(time.RFC3339)
}

// overview is all of it, for people.
func (o *statusOptions) overview(ctx context.Context, w io.Writer, db *duckdb.DB) error {
	for _, part := range []struct {
		ask  func(context.Context, *duckdb.DB) (array.RecordReader, error)
		show func(context.Context, io.Writer, array.RecordReader) error
	}{
		{report.Database, showDatabase}, {report.Machines, o.showMachines}, {allWarnings, o.showWarnings},
		{report.Sizes, o.showRows},
	} {
		rows, err := part.ask(ctx, db)
		if err != nil {
			return err
		}
		err = part.show(ctx, w, rows)
		rows.Release()
		if err != nil {
			return err
		}
	}
	return nil
}

func showDatabase(_ context.Context, w io.Writer, rows array.RecordReader) error {
	if !rows.Next() {
		return rows.Err()
	}
	b := rows.RecordBatch()
	value := func(name string) arrow.Array { return b.Column(b.Schema().FieldIndices(name)[0]) }
	number := func(name string) int64 { return value(name).(*array.Int64).Value(0) }
	size := ui.Bytes(number("bytes"))
	if wal := number("wal_bytes"); wal > 0 {
		size += " and " + ui.Bytes(wal) + " in its log"
	}
	_, err := fmt.Fprintf(
		w, "%s: %s, schema version %d (made by %s), storage version %s\n", export.Visible(value("file").ValueStr(0)),
		size, number("schema_version"), export.Visible(value("made_by").ValueStr(0)),
		value("storage_version").ValueStr(0),
	)
	if ratio := value("record_ratio").(*array.Float64); err == nil && ratio.IsValid(0) {
		_, err = fmt.Fprintf(w, "the latest raw records take %.1f %% of their bytes\n", 100*ratio.Value(0))
	}
	return err
}

// machineColumns are those that the overview shows; it tells of gaps in lines of their own.
var machineColumns = []string{
	"machine", "first_day", "last_day", "logs", "jobs", "array_parents", "events", "superseded", "repeats", "rejects",
	"failed_values", "waiting_bytes", "loaded_at", "loaded_by",
}

func (o *statusOptions) showMachines(ctx context.Context, w io.Writer, rows array.RecordReader) error {
	var gaps []string
	var batches []arrow.RecordBatch
	for rows.Next() {
		batches = append(batches, columnsOf(rows.RecordBatch(), machineColumns))
		gaps = append(gaps, tellGaps(rows.RecordBatch())...)
	}
	if rows.Err() != nil || len(batches) == 0 {
		return rows.Err()
	}
	brief, err := array.NewRecordReader(batches[0].Schema(), batches)
	if err != nil {
		return err
	}
	defer brief.Release()
	if err := o.showRows(ctx, w, brief); err != nil {
		return err
	}
	return o.writeLines(w, gaps)
}

// allWarnings asks for those that were acknowledged, too.
func allWarnings(ctx context.Context, db *duckdb.DB) (array.RecordReader, error) {
	return warnings.List(ctx, db, true)
}

// shownWarnings is how many the overview shows.
const shownWarnings = 20

func (o *statusOptions) showWarnings(_ context.Context, w io.Writer, rows array.RecordReader) error {
	lines, err := warningLines(rows)
	if err != nil || len(lines) == 0 {
		return err
	}
	if more := len(lines) - shownWarnings; more > 0 {
		lines = append(lines[:shownWarnings], "and "+ui.Count(int64(more), "warning")+
			" more: pbsduck query \"SELECT * FROM warnings WHERE true_until IS NULL\"")
	}
	if _, err := io.WriteString(w, "\n"); err != nil {
		return err
	}
	return o.writeLines(w, lines)
}

// columnsOf picks columns by name.
func columnsOf(b arrow.RecordBatch, names []string) arrow.RecordBatch {
	var fields []arrow.Field
	var columns []arrow.Array
	for _, name := range names {
		i := b.Schema().FieldIndices(name)[0]
		fields, columns = append(fields, b.Schema().Field(i)), append(columns, b.Column(i))
	}
	return array.NewRecordBatch(arrow.NewSchema(fields, nil), columns, b.NumRows())
}

func tellGaps(b arrow.RecordBatch) (lines []string) {
	value := func(name string, row int) string { return b.Column(b.Schema().FieldIndices(name)[0]).ValueStr(row) }
	for row := range int(b.NumRows()) {
		for _, gap := range [][3]string{
			{"days_missing", "missing", "without a log"},
			{"days_without_jobs", "without_jobs", "with a log, but no jobs"},
		} {
			if days := value(gap[0], row); days != "0" {
				lines = append(lines, fmt.Sprintf("%s: days %s: %s (%s)",
					export.Visible(value("machine", row)), gap[2], days, value(gap[1], row)))
			}
		}
	}
	return lines
}

// showRows writes a table under an empty line.
func (o *statusOptions) showRows(ctx context.Context, w io.Writer, rows array.RecordReader) error {
	if _, err := io.WriteString(w, "\n"); err != nil {
		return err
	}
	options := export.Options{}
	var hidden []string
	if o.output.ToTerminal() {
		options.Width, options.Hidden = ui.Width(), func(columns []string) { hidden = columns }
	}
	_, err := export.Write(ctx, w, rows, export.Table, options)
	o.output.SayHidden(hidden)
	return err
}
