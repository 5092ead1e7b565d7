package main

import (
	"bytes"
	"context"
	"io"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"pbsduck/cmd/pbsduck/flags"
	"pbsduck/cmd/pbsduck/ui"
	"pbsduck/duckdb"
	"pbsduck/duckdb/records"
	"pbsduck/export"
)

type jobOptions struct {
	*flags.Global
	output flags.Output
	job    flags.JobID
	local  bool
}

func newJob(g *flags.Global) *cobra.Command {
	o := &jobOptions{Global: g}
	c := &cobra.Command{
		Use:   "job JOBID",
		Short: "Tell the story of one job",
		Long: `Tells what is known of a job, on one screen: whose it is, how it ended, what it
asked for and used, how long it waited, what it is charged and by which rule, where
it ran, its runs if there were several, and its life in short.

` + flags.JobIDs + `

Efficiency is a share: walltime used of the walltime asked for, CPU time of cpus x
walltime used, memory used of the memory asked for. Times are UTC, durations
hours:minutes:seconds; with --tz or --local times have their offset. A job that has
not ended has a story, too: what its events tell, and until when the logs go.

On a terminal a line is as wide as that, and what is too long ends in …; elsewhere
names are whole. --format json has everything, with the names and units of the
columns, and all nodes.`,
		Example: `  pbsduck job 4012345.desched1
  pbsduck job '4012345[7]'
  pbsduck job 4012345 --submit-time 2026-01-31
  pbsduck job 4012345 --local
  pbsduck job 4012345 --format json | jq '.[0].cpu_efficiency_percent'`,
		Args: flags.ExactArgs(1, "the id of one job"),
		RunE: func(c *cobra.Command, args []string) error {
			if err := flags.Exclusive(c, "local", "tz"); err != nil {
				return err
			}
			return o.run(c.Context(), args[0])
		},
	}
	o.output.Add(c, o.Global, export.Table)
	c.Flags().Lookup("format").Usage = "`FORMAT`: table (text for people), json or ndjson"
	completeFlag(
		c, "format", cobra.FixedCompletions([]string{"table", "json", "ndjson"}, cobra.ShellCompDirectiveNoFileComp),
	)
	o.output.AddZone(c, "")
	c.Flags().BoolVar(&o.local, "local", false, "instants in the machine's own time, not in UTC")
	o.job.Add(c)
	return c
}

func (o *jobOptions) run(ctx context.Context, id string) error {
	format, err := o.output.Choose(export.Table)
	if err != nil {
		return err
	}
	if o.output.SafeCSV || format != export.Table && format != export.JSON && format != export.NDJSON {
		return ui.Usagef(
			"a story is no table: --format is table, json or ndjson here; " +
				"pbsduck query \"SELECT * FROM job_details\" gives rows",
		)
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
	if err != nil {
		return err
	}
	stories := make([]*records.Story, len(jobs))
	for i, job := range jobs {
		if stories[i], err = records.TellStory(ctx, db, job); err != nil {
			return err
		}
		zone, err := o.zone(ctx, db, job.Machine)
		if err != nil {
			return err
		}
		stories[i].In(zone)
	}
	return o.output.WriteText(func(w io.Writer) error { return o.write(w, stories, format) })
}

// zone is that in which the story of a job of a machine is told.
func (o *jobOptions) zone(ctx context.Context, db *duckdb.DB, machine string) (*time.Location, error) {
	if !o.local {
		return o.output.Location()
	}
	machines, err := db.Machines(ctx)
	if i := slices.IndexFunc(machines, func(m duckdb.Machine) bool { return m.Name == machine }); i >= 0 {
		return machines[i].Location()
	}
	return time.UTC, err
}

func (o *jobOptions) write(w io.Writer, stories []*records.Story, format export.Format) error {
	width := 0
	if o.output.ToTerminal() {
		width = ui.Width()
	}
	between := "\n"
	if format == export.JSON {
		between = ",\n"
	}
	var out []byte
	for i, s := range stories {
		if format == export.Table {
			if i > 0 {
				out = append(out, '\n')
			}
			out = append(out, tellJob(s, width)...)
			continue
		}
		text, err := export.MarshalJSON(s)
		if err != nil {
			return err
		}
		out = append(append(out, text...), between...)
	}
	if format == export.JSON {
		out = append(append([]byte("[\n"), bytes.TrimSuffix(out, []byte(",\n"))...), "\n]\n"...)
	}
	_, err := w.Write(out)
	return err
}
