package main

import (
	"bytes"
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
	json, fields, history, superseded bool
}

func newRecord(g *flags.Global) *cobra.Command {
	o := &recordOptions{Global: g}
	c := &cobra.Command{
		Use:   "record JOBID",
		Short: "Show the raw record of a job",
		Long: `Writes the E record of a job as it stood in the log: its exact bytes and a
newline. On a terminal, and with --fields, characters that would steer it are shown
as escapes such as \n and \x1b.

` + flags.JobIDs + `

Of a job with several different E records one is its row; --superseded gives the
others, too, behind it.

With --history: what is known of the job in order of time: its events and those of
its array, E records that another one superseded, and the E record that is its
row. It works for jobs that have not ended too. A table says it in words, a line
each; other formats have all columns, and where each record was read.`,
		Example: `  pbsduck record 4012345.desched1
  pbsduck record 4012345 --fields
  pbsduck record '4012345[7]' --json | jq .attributes
  pbsduck record 4012345 --history --submit-time 2026-01-31`,
		Args: flags.ExactArgs(1, "the id of one job"),
		RunE: func(c *cobra.Command, args []string) error {
			if err := errors.Join(flags.Exclusive(c, "json", "fields", "history"), flags.Exclusive(c, "all", "history"), flags.Exclusive(c, "superseded", "history")); err != nil {
				return err
			}
			return o.run(c.Context(), args[0])
		},
	}
	o.addFlags(c)
	return c
}

func (o *recordOptions) addFlags(c *cobra.Command) {
	o.output.Add(c, o.Global, export.Table)
	f := c.Flags()
	f.Lookup("format").Usage = "with --history: " + f.Lookup("format").Usage
	o.job.Add(c)
	f.BoolVar(&o.superseded, "superseded", false, "behind the record of each job those that it supersedes")
	f.BoolVar(&o.json, "json", false, "the record as a line of JSON, as parse writes it")
	f.BoolVar(&o.fields, "fields", false, "one attribute per line: key = value")
	f.BoolVar(&o.history, "history", false, "everything that is known of the job, in order of time")
}

func (o *recordOptions) run(ctx context.Context, id string) error {
	if !o.history && (o.output.Format != "" || o.output.SafeCSV) {
		return ui.Usagef("--format and --safe-csv go with --history: a record has no rows")
	}
	if err := o.job.Check(); err != nil {
		return err
	}
	db, err := o.Open(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	jobs, err := o.job.Find(ctx, db, id)
	switch {
	case err != nil:
		return err
	case o.history:
		return o.writeHistory(ctx, db, jobs[0])
	case jobs[0].Number == 0:
		return fmt.Errorf("job %s has no E record yet; --history shows its events", jobs[0])
	}
	if o.superseded {
		if jobs, err = withSuperseded(ctx, db, jobs); err != nil {
			return err
		}
	}
	return o.writeRecords(ctx, db, jobs)
}

// withSuperseded puts behind each job the records that its row supersedes.
func withSuperseded(ctx context.Context, db *duckdb.DB, jobs []records.JobKey) (all []records.JobKey, err error) {
	for _, job := range jobs {
		others, err := records.FindSuperseded(ctx, db, job)
		if err != nil {
			return nil, err
		}
		all = append(append(all, job), others...)
	}
	return all, nil
}

// writeRecords writes what can be had; of several jobs, those without a
// readable record do not keep the others back.
func (o *recordOptions) writeRecords(ctx context.Context, db *duckdb.DB, jobs []records.JobKey) error {
	var failed []error
	var out bytes.Buffer
	for _, job := range jobs {
		r, err := records.Raw(ctx, db, job)
		if err == nil {
			err = o.appendRecord(&out, r)
		}
		if err != nil {
			failed = append(failed, err)
		}
	}
	if out.Len() > 0 {
		failed = append(failed, o.output.WriteText(func(w io.Writer) error {
			_, err := w.Write(out.Bytes())
			return err
		}))
	}
	return errors.Join(failed...)
}

func (o *recordOptions) appendRecord(out *bytes.Buffer, r records.RawRecord) error {
	switch {
	case o.json:
		return appendJSON(out, r)
	case o.fields:
		out.Write(recordtext.AppendFields(nil, recordtext.Split(r.Bytes)))
	case o.output.ToTerminal():
		out.WriteString(export.Visible(string(r.Bytes)) + "\n")
	default:
		out.Write(append(r.Bytes, '\n'))
	}
	return nil
}

// appendJSON writes a record as parse does, but for its place in the log in
// bytes, which is not kept.
func appendJSON(out *bytes.Buffer, raw records.RawRecord) error {
	zone, err := time.LoadLocation(raw.TimeZone) // UTC if unknown
	if err != nil {
		return fmt.Errorf("log_files.time_zone: %w", err)
	}
	record := recordtext.Split(raw.Bytes)
	record.Line, record.Offset = raw.Line, recordtext.UnknownOffset
	record.Flags |= raw.Context
	lines := recordtext.NewJSON(zone)
	lines.SetFile(raw.File)
	out.Write(lines.AppendLine(nil, record))
	return nil
}

// writeHistory writes what happened to the job: in words where people read it, and
// with all columns where programs do.
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
