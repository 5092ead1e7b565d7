package main

import (
	"context"
	"io"
	"os"

	"pbsduck/cmd/pbsduck/ui"
	"pbsduck/export"
	"pbsduck/ingest"
	"pbsduck/ingest/pbs"
	"pbsduck/ingest/source"
)

// writeRecords writes every record as a line of JSON.
func (o *parseOptions) writeRecords(ctx context.Context, p *parsing) error {
	format, err := o.output.Choose(export.NDJSON)
	if err != nil {
		return err
	}
	if format != export.NDJSON {
		return ui.Usagef("records are written as ndjson; as %s there are rows: give --table jobs, nodes or events", format)
	}
	if o.output.File == "" {
		return p.writeLines(ctx, os.Stdout)
	}
	return export.Replace(o.output.File, func(w io.Writer) error { return p.writeLines(ctx, w) })
}

// writeAt is how many bytes of JSON are gathered before they are written.
const writeAt = 256 << 10

func (p *parsing) writeLines(ctx context.Context, w io.Writer) error {
	var (
		scanner = pbs.NewScanner(pbs.NewParser())
		lines   = newRecordJSON(p.location)
		record  pbs.Record
		out     []byte
	)
	flush := func() error {
		_, err := w.Write(out)
		out = out[:0]
		return err
	}
	begin := func(_ int, log source.Log) error {
		lines.setFile(log.File())
		return nil
	}
	visit := func(b ingest.Block) error {
		b.Scan(scanner)
		for scanner.Next(&record) {
			if record.Problem != "" {
				p.rejects++
			}
			if out = lines.appendLine(out, &record); len(out) < writeAt {
				continue
			}
			if err := flush(); err != nil {
				return err
			}
		}
		return flush() // what was parsed is shown before the next block is waited for
	}
	return p.each(ctx, begin, visit)
}
