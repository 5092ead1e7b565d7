package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"pbsduck/cmd/pbsduck/flags"
	"pbsduck/cmd/pbsduck/ui"
	"pbsduck/duckdb"
	"pbsduck/duckdb/records"
	"pbsduck/export"
	recordtext "pbsduck/export/records"
)

type recordOptions struct {
	*flags.Global
	output                            flags.Output
	job                               flags.JobID
	filter                            flags.Filter
	json, fields, history, superseded bool
	lines                             map[string]*recordtext.JSON // by time zone
}

func newRecord(g *flags.Global) *cobra.Command {
	o := &recordOptions{Global: g, lines: map[string]*recordtext.JSON{}}
	c := &cobra.Command{
		Use:   "record [JOBID...]",
		Short: "Show the raw records of jobs",
		Long: `Writes the E records of jobs as they stood in the logs: their exact bytes, each
with a newline. On a terminal, and with --fields, characters that would steer it are shown
as escapes such as \n and \x1b.

` + flags.JobIDs + `

Without a JOBID the flags of pbsduck jobs say which jobs are meant: all of them, in
the order in which they were loaded. With one they narrow down what it can mean.

Of a job with several different E records one is its row; --superseded gives the
others, too, behind it.

With --history: what is known of the job in order of time: its events and those of
its array, E records that another one superseded, and the E record that is its
row. It works for jobs that have not ended too. A table says it in words, a line
each; other formats have all columns, and where each record was read.`,
		Example: `  pbsduck record 4012345.desched1
  pbsduck record 4012345 --fields
  pbsduck record '4012345[7]' --json | jq .attributes
  pbsduck record 4012345 --history --submit-time 2026-01-31
  pbsduck record --user user0445 --exit-status '!0' --last 7d --json -o failed.ndjson`,
		RunE: func(c *cobra.Command, args []string) error {
			switch {
			case len(args) == 0 && !o.filter.Given(c):
				return ui.Usagef(
					"which jobs? give their ids, or flags that say so, such as --user; pbsduck jobs --help lists them",
				)
			case len(args) != 1 && o.history:
				return ui.Usagef("--history is of one job: give its id")
			case len(args) == 0 && (c.Flags().Changed("all") || c.Flags().Changed("submit-time")):
				return ui.Usagef("--all and --submit-time are about ids: --submitted finds jobs by their submission")
			}
			if err := errors.Join(flags.Exclusive(c, "json", "fields", "history"), flags.Exclusive(c, "all", "history"),
				flags.Exclusive(c, "superseded", "history")); err != nil {
				return err
			}
			return o.run(c.Context(), args)
		},
	}
	o.addFlags(c)
	return c
}

func (o *recordOptions) addFlags(c *cobra.Command) {
	o.output.Add(c, o.Global, export.Table)
	f := c.Flags()
	f.Lookup("format").Usage = "with --history: " + f.Lookup("format").Usage
	o.job.AddBeside(c)
	o.filter.Add(c, "job")
	f.BoolVar(&o.superseded, "superseded", false, "behind the record of each job those that it supersedes")
	f.BoolVar(&o.json, "json", false, "the record as a line of JSON, as parse writes it")
	f.BoolVar(&o.fields, "fields", false, "one attribute per line: key = value")
	f.BoolVar(&o.history, "history", false, "everything that is known of the job, in order of time")
}

func (o *recordOptions) run(ctx context.Context, ids []string) error {
	if !o.history && (o.output.Format != "" || o.output.SafeCSV) {
		return ui.Usagef("--format and --safe-csv go with --history: a record has no rows")
	}
	if err := o.job.Check(); err != nil {
		return err
	}
	return o.filter.Read(ctx, o.Global, duckdb.Options{}, func(db *duckdb.DB, meant duckdb.Filter) error {
		if len(ids) == 0 {
			return o.writeMeant(ctx, db, meant)
		}
		return o.writeNamed(ctx, db, ids, meant)
	})
}

// writeMeant writes the records of all jobs that are meant.
func (o *recordOptions) writeMeant(ctx context.Context, db *duckdb.DB, meant duckdb.Filter) error {
	numbers, err := duckdb.Column[int64](ctx, db, "SELECT j.id FROM jobs j WHERE "+meant.Jobs()+" ORDER BY j.id")
	if err != nil {
		return err
	}
	if len(numbers) == 0 {
		o.Say("no jobs match")
	}
	return o.writeRecords(ctx, db, numbers, nil)
}

// writeNamed writes the records of those of the jobs that ids name, or the history of the first.
func (o *recordOptions) writeNamed(ctx context.Context, db *duckdb.DB, ids []string, meant duckdb.Filter) error {
	jobs, failed := o.job.FindAmong(ctx, db, ids, meant, o.history)
	if o.history {
		if failed != nil {
			return failed
		}
		return o.writeHistory(ctx, db, jobs[0])
	}
	var numbers []int64
	for _, job := range jobs {
		if job.Number == 0 {
			failed = errors.Join(failed, fmt.Errorf("job %s has no E record yet; --history shows its events", job))
		} else {
			numbers = append(numbers, job.Number)
		}
	}
	return o.writeRecords(ctx, db, numbers, failed)
}

// writeRecords writes what can be had; of several jobs, those without a readable record do not keep the others back. It
// gives what failed, and what had before.
func (o *recordOptions) writeRecords(ctx context.Context, db *duckdb.DB, numbers []int64, failed error) (err error) {
	if o.superseded {
		if numbers, err = records.WithSuperseded(ctx, db, numbers); err != nil {
			return err
		}
	}
	if len(numbers) == 0 && failed != nil {
		return failed
	}
	all := []error{failed}
	err = o.output.WriteText(func(w io.Writer) error {
		out := bufio.NewWriterSize(w, 1<<20)
		written := 0
		err := records.EachRaw(ctx, db, numbers, func(_ records.JobKey, r records.RawRecord, err error) error {
			if err != nil {
				all = append(all, err)
				return ctx.Err()
			}
			written++
			return errors.Join(o.writeRecord(out, r), ctx.Err())
		})
		if err == nil && written == 0 && len(numbers) > 0 {
			return errNoneWritten
		}
		return errors.Join(err, out.Flush())
	})
	if !errors.Is(err, errNoneWritten) {
		all = append(all, err)
	}
	return errors.Join(all...)
}

// errNoneWritten keeps a file from being made in which nothing would be.
var errNoneWritten = errors.New("no record can be had")

func (o *recordOptions) writeRecord(w io.Writer, r records.RawRecord) (err error) {
	switch {
	case o.json:
		return o.writeJSON(w, r)
	case o.fields:
		_, err = w.Write(recordtext.AppendFields(nil, recordtext.Split(r.Bytes)))
	case o.output.ToTerminal():
		_, err = io.WriteString(w, export.Visible(string(r.Bytes))+"\n")
	default:
		_, err = w.Write(append(r.Bytes, '\n'))
	}
	return err
}

// writeJSON writes a record as parse does, but for its place in the log in bytes, which is not kept.
func (o *recordOptions) writeJSON(w io.Writer, raw records.RawRecord) error {
	lines := o.lines[raw.TimeZone]
	if lines == nil {
		zone, err := time.LoadLocation(raw.TimeZone) // UTC if unknown
		if err != nil {
			return fmt.Errorf("log_files.time_zone: %w", err)
		}
		lines = recordtext.NewJSON(zone)
		o.lines[raw.TimeZone] = lines
	}
	record := recordtext.Split(raw.Bytes)
	record.Line, record.Offset = raw.Line, recordtext.UnknownOffset
	record.Flags |= raw.Context
	lines.SetFile(raw.File)
	_, err := w.Write(lines.AppendLine(nil, record))
	return err
}

// writeHistory writes what happened to the job: in words where people read it, and with all columns where programs do.
func (o *recordOptions) writeHistory(ctx context.Context, db *duckdb.DB, job records.JobKey) error {
	format, err := o.output.Choose(export.Table)
	if err != nil {
		return err
	}
	ask := records.History
	if format == export.Table || format == export.Markdown {
		ask = records.HistoryInWords
	}
	rows, err := ask(ctx, db, job)
	if err != nil {
		return err
	}
	defer rows.Release()
	_, err = o.output.Write(ctx, rows, export.Table)
	return err
}
