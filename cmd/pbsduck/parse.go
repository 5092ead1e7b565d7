package main

import (
	"context"
	"errors"
	"io"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"pbsduck/cmd/pbsduck/flags"
	"pbsduck/cmd/pbsduck/ui"
	"pbsduck/export"
	"pbsduck/ingest"
	"pbsduck/ingest/schema"
	"pbsduck/ingest/site"
	"pbsduck/ingest/source"
)

type parseOptions struct {
	*flags.Global
	flags.Logs
	output flags.Output
	table  string
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
                        truncated, prefixed, not_utf8, orphan

Strings of a record with the flag not_utf8 are its bytes read as Latin-1.

With --table the rows are those of the database's tables (see pbsduck schema):
jobs, nodes (job_nodes) or events. Jobs are numbered from 1, and file_id numbers
the logs in their order. What only a database can settle is not: exact repeats
stay, and so do E records of a job that a later one supersedes. The column
machine is --machine, or else the name of the folder that holds the log (- for
standard input). Without --table no record is left out; with it, only the exit
code tells of rejected lines.

Exit codes: 0 fine; 1 some log could not be read (the others were); 3 done, but
some lines were rejected.`,
		Example: `  pbsduck parse 20260101 | jq -r 'select(.type == "D") | .attributes.requestor'
  pbsduck parse --table jobs -o jobs.parquet --timezone America/Denver logs/derecho`,
		Args: flags.MinArgs("the logs to read: files, folders, or -"),
		RunE: func(c *cobra.Command, args []string) error { return o.run(c.Context(), args) },
	}
	o.addFlags(c)
	return c
}

func (o *parseOptions) addFlags(c *cobra.Command) {
	o.Logs.Add(c)
	o.output.Add(c, o.Global, export.NDJSON)
	c.Flags().StringVar(&o.table, "table", "", "typed rows of a table instead: jobs, nodes or events")
}

func (o *parseOptions) run(ctx context.Context, args []string) error {
	config, err := o.Configuration()
	if err != nil {
		return err
	}
	if o.Name != "" {
		if err := site.CheckName(o.Name); err != nil {
			return ui.Usage(err)
		}
	}
	loc, _, err := o.Location(config.Machine(o.Name), "")
	if err != nil {
		return err
	}
	logs, err := source.Find(args, source.FindOptions{OnSkip: func(s source.Skipped) {
		if o.Verbose {
			o.Say("skipped %s: %s", s.Path, s.Reason)
		}
	}})
	if err != nil {
		return err
	}
	if err := o.MayWrite(o.output.File, pathsOf(logs)...); err != nil {
		return err
	}
	p := &parsing{logs: logs, location: loc, site: flags.SiteOf(config), warn: func(text string) { o.Warn("%s", text) }}
	if o.table == "" {
		err = o.writeRecords(ctx, p)
	} else {
		err = o.writeTable(ctx, p)
	}
	switch {
	case errors.Is(err, syscall.EPIPE): // whoever reads has seen enough
		return ui.ErrReported
	case err != nil:
		return err
	case p.failed:
		return ui.ErrReported
	case p.rejects > 0:
		return ui.ErrRejects
	}
	return nil
}

// pathsOf lists the files of logs, with those that are packed otherwise.
func pathsOf(logs []source.Log) []string {
	var paths []string
	for _, l := range logs {
		paths = append(append(paths, l.Path), pathsOf(l.Twins)...)
	}
	return paths
}

// parsing goes through logs, and past those that can't be read.
type parsing struct {
	logs     []source.Log
	location *time.Location
	site     schema.Site
	failed   bool
	rejects  int64

	failedValues int64 // that did not convert

	warn func(string) // told of files in folders that are no logs
}

// errStop ends a parsing whose result is not wanted any more.
var errStop = errors.New("stop")

// each calls begin for each log and then visit for each of its blocks. An
// error in the log is told at once, and ends that log only; one of begin or visit
// ends it all.
func (p *parsing) each(ctx context.Context, begin func(number int, log source.Log) error, visit func(ingest.Block) error) error {
	for i, log := range p.logs {
		if err := begin(i+1, log); err != nil {
			return err
		}
		logErr, err := readBlocks(ctx, log, visit)
		if err := errors.Join(err, ctx.Err()); err != nil {
			return err
		}
		var none *ingest.NotLogError
		switch {
		case logErr == nil:
		case log.Found && log.Day.IsZero() && errors.As(logErr, &none):
			p.warn(logErr.Error())
		default:
			ui.Report(logErr, ui.ExitError)
			p.failed = true
		}
	}
	return nil
}

// readBlocks reads one log; err is that of visit.
func readBlocks(ctx context.Context, log source.Log, visit func(ingest.Block) error) (logErr, err error) {
	in, logErr := log.Open(ctx)
	if logErr != nil {
		return logErr, nil
	}
	defer func() { logErr = errors.Join(logErr, in.Close()) }()
	blocks := ingest.NewBlocks(log.File(), in)
	if logErr := blocks.Sniff(); logErr != nil {
		return logErr, nil
	}
	for {
		b, logErr := blocks.Next()
		if logErr == io.EOF {
			return nil, nil
		}
		if logErr != nil {
			return logErr, nil
		}
		err := visit(b)
		blocks.Release(b)
		if err != nil {
			return nil, err
		}
	}
}

// machineOf is the value of the column machine: --machine, or the name of the
// folder that holds the log.
func (o *parseOptions) machineOf(log source.Log) (string, error) {
	switch {
	case o.Name != "":
		return o.Name, nil
	case log.Path == source.Stdin:
		return source.Stdin, nil
	}
	path, err := filepath.Abs(log.Path)
	return source.Escape(filepath.Base(filepath.Dir(path))), err
}

func unknownTable(name string) error {
	return ui.Usagef("unknown table %q: use one of %s", name, strings.Join(parsedTables, ", "))
}
