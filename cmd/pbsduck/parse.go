package main

import (
	"context"
	"errors"
	"io"
	"os"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/spf13/cobra"

	"pbsduck/cmd/pbsduck/flags"
	"pbsduck/cmd/pbsduck/logs"
	"pbsduck/cmd/pbsduck/ui"
	"pbsduck/export"
	"pbsduck/export/records"
	"pbsduck/export/whole"
	"pbsduck/ingest"
	"pbsduck/ingest/batch"
	"pbsduck/ingest/pbs"
	"pbsduck/ingest/schema"
	"pbsduck/ingest/source"
)

type parseOptions struct {
	*flags.Global
	flags.Logs
	output flags.Output
	table  string
	parts  string
	share  logShare
}

// parsedTables are the values of --table.
var parsedTables = []string{"jobs", "nodes", "events"}

func newParse(g *flags.Global) *cobra.Command {
	o := &parseOptions{Global: g}
	c := &cobra.Command{
		Use:   "parse PATH...",
		Short: "Show what is in logs, without a database",
		Long: `Reads logs as ingest does, to their last byte, and writes every record as one
line of JSON, in the order of the logs:

    file, line, offset  where it begins: line from 1, byte offset from 0
    time                head of the record, in UTC; null if it is no possible time
    type, id            second and third field; null if the line is no record
    attributes          key=value pairs, values without PBS's quotes; of a key that
                        comes twice the value is an array
    text                instead, where the record has no attributes
    problem             why a line is rejected; its bytes are in text
    flags               doubts: ambiguous, unclosed_quote, forged_record, torn,
                        truncated, prefixed, not_utf8, orphan, doubtful,
                        wrapped, cut_off

Strings of a record with the flag not_utf8 are its bytes read as Latin-1.

With --table the rows are those of the database's tables (see pbsduck schema):
jobs, nodes (job_nodes) or events. Jobs are numbered from 1, and file_id numbers
the logs in their order. What only a database can settle is not: exact repeats
stay, and so do E records of a job that a later one supersedes. Without --table
no record is left out; with it, only the exit code tells of rejected lines.

With --parts the rows of each log go to Parquet files of its own, in DIR/jobs,
DIR/nodes, DIR/events and DIR/logs, with what it takes to settle the rest later:
so several machines can parse, each its --share of the logs (docs/cluster.md).

A log is of --machine, or else of the configured machine whose log folder holds
it, or else of one that is called as the folder is that holds it (- for standard
input). Its time zone is --timezone, or else the machine's in the configuration,
or else, with a warning, the system's.

Exit codes: 0 fine; 1 some log could not be read (the others were); 3 done, but
some lines were rejected.`,
		Example: `  pbsduck parse 20260101 | jq -r 'select(.type == "D") | .attributes.requestor'
  pbsduck parse --table jobs -o jobs.parquet --timezone America/Denver logs/derecho
  pbsduck parse --parts parts --share 3/10 --timezone America/Denver logs/derecho`,
		Args: flags.MinArgs("the logs to read: files, folders, or -"),
		RunE: func(c *cobra.Command, args []string) error {
			for _, other := range []string{"table", "output", "format", "safe-csv", "vertical", "types"} {
				if err := flags.Exclusive(c, "parts", other); err != nil {
					return err
				}
			}
			if o.share.n > 0 && o.parts == "" {
				return ui.Usagef("--share goes with --parts")
			}
			return o.run(c.Context(), args)
		},
	}
	o.addFlags(c)
	return c
}

func (o *parseOptions) addFlags(c *cobra.Command) {
	o.Logs.Add(c, flags.SystemZone)
	o.output.Add(c, o.Global, export.NDJSON)
	o.output.AddLayout(c)
	c.Flags().StringVar(&o.table, "table", "", "typed rows of a `TABLE` instead: jobs, nodes or events")
	c.Flags().StringVar(&o.parts, "parts", "", "typed rows of all tables, those of each log in files of its own in `DIR`")
	c.Flags().Var(&o.share, "share", "with --parts: only the logs of the `K/N`-th share, as 3/10; each log is in one")
}

func (o *parseOptions) run(ctx context.Context, args []string) error {
	config, err := o.Configuration()
	if err != nil {
		return err
	}
	if err := o.Logs.Check(); err != nil {
		return err
	}
	if err := o.checkTable(); err != nil {
		return err
	}
	if _, err := o.output.Choose(export.NDJSON); err != nil {
		return err
	}
	found, err := source.Find(args, source.FindOptions{OnSkip: func(s source.Skipped) {
		if o.Verbose {
			o.Say("skipped %s: %s", s.Path, s.Reason)
		}
	}})
	if err != nil {
		return err
	}
	if err := o.MayWrite(o.output.File, pathsOf(found)...); err != nil {
		return err
	}
	p := &parsing{Global: o.Global, owner: logs.Owner{Flags: o.Logs, Config: config}}
	p.Parsing = ingest.Parsing{Logs: o.share.of(found), Owner: p.ownerOf, Failed: p.tell}
	switch {
	case o.parts != "":
		err = o.writeParts(ctx, p, config)
	case o.table == "":
		err = o.writeRecords(ctx, p)
	default:
		err = o.writeTable(ctx, p, flags.SiteOf(config))
	}
	switch {
	case errors.Is(err, syscall.EPIPE): // whoever reads has seen enough
		return ui.ErrReported
	case err != nil:
		return err
	case p.failed:
		return ui.ErrReported
	case p.Rejects > 0:
		return ui.ErrRejects
	}
	return nil
}

// checkTable refuses a table that no log alone tells, and more files than one of a table that one does.
func (o *parseOptions) checkTable() error {
	switch {
	case o.table == "":
		return nil
	case o.table == "runs":
		return ui.Usagef("--table runs: records of several logs may tell what a job held, and so no log alone does: " +
			"parse --parts DIR writes what it takes, and resolve makes the runs of it")
	case !slices.Contains(parsedTables, o.table):
		return ui.Usagef("unknown table %q: use one of %s", o.table, strings.Join(parsedTables, ", "))
	}
	if info, err := os.Stat(o.output.File); err == nil && info.IsDir() || strings.HasSuffix(o.output.File, "/") {
		return ui.Usagef("-o %s: it is a folder, and --table writes one file; --parts %[1]s writes the rows of each log "+
			"to files of its own, of all tables, with what resolve needs", ui.ShellWord(o.output.File))
	}
	return nil
}

// pathsOf lists the files of logs, with those that are packed otherwise.
func pathsOf(all []source.Log) []string {
	var paths []string
	for _, l := range all {
		paths = append(append(paths, l.Path), pathsOf(l.Twins)...)
	}
	return paths
}

// A parsing is what became of the logs.
type parsing struct {
	*flags.Global
	ingest.Parsing
	owner   logs.Owner
	failed  bool      // some could not be read
	assumed sync.Once // tells in which time zone they are read
}

// ownerOf is whose a log is, and the time zone in which it is read; that nobody says it is told once.
func (p *parsing) ownerOf(log source.Log) (machine, zone string, err error) {
	m, err := p.owner.Alone(log)
	if err == nil && m.Assumed {
		p.assumed.Do(func() {
			p.Warn("nobody says in which time zone the logs were written: they are read in the system's, %s; "+
				"if that is another one, give it with --timezone, e.g. America/Denver", m.Zone)
		})
	}
	return m.Name, m.Zone, err
}

// tell tells what is wrong with a log.
func (p *parsing) tell(log source.Log, err error) {
	if ingest.IsStray(log, err) {
		p.Warn("%s", err)
		return
	}
	ui.Report(err, ui.ExitError)
	p.failed = true
}

// writeRecords writes every record as a line of JSON.
func (o *parseOptions) writeRecords(ctx context.Context, p *parsing) error {
	format, err := o.output.Choose(export.NDJSON)
	if err != nil {
		return err
	}
	if format != export.NDJSON {
		return ui.Usagef(
			"records are written as ndjson; as %s there are rows: give --table jobs, nodes or events", format,
		)
	}
	if o.output.File == "" {
		return p.writeLines(ctx, os.Stdout)
	}
	return whole.Write(o.output.File, func(w io.Writer) error { return p.writeLines(ctx, w) })
}

func (p *parsing) writeLines(ctx context.Context, w io.Writer) error {
	newTeller := func() ingest.Teller {
		lines, zone := records.NewJSON(time.UTC), ""
		var last *ingest.Log
		return func(dst []byte, log *ingest.Log, r *pbs.Record) []byte {
			if log != last {
				lines.SetFile(log.File())
				last = log
			}
			if log.Zone != zone {
				if location, err := time.LoadLocation(log.Zone); err == nil { // it was loaded before
					lines.SetZone(location)
				}
				zone = log.Zone
			}
			return lines.AppendLine(dst, r)
		}
	}
	return p.EachText(ctx, newTeller, func(text []byte) error {
		_, err := w.Write(text)
		return err
	})
}

// errStop ends a parsing whose rows are not wanted any more.
var errStop = errors.New("stop")

// writeTable writes the rows of one table.
func (o *parseOptions) writeTable(ctx context.Context, p *parsing, site schema.Site) error {
	table := slices.Index(parsedTables, o.table)
	rows := func(yield func(arrow.RecordBatch, error) bool) {
		err := p.EachRows(ctx, site, func(b batch.Batches) error {
			rows := []arrow.RecordBatch{b.Jobs, b.JobNodes, b.Events[0]}[table]
			rows.Retain() // the reader releases what it is given
			if !yield(rows, nil) {
				return errStop
			}
			return nil
		})
		if err != nil && err != errStop {
			yield(nil, err)
		}
	}
	schema := [...]schema.Table{site.Jobs(), schema.JobNodes, schema.Events}[table].Arrow()
	reader := array.ReaderFromIter(schema, rows)
	defer reader.Release()
	_, err := o.output.Write(ctx, reader, export.NDJSON)
	if err == nil && p.Failures > 0 {
		o.Say("%s", ui.Unconverted(p.Failures))
	}
	return err
}
