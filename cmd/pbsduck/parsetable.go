package main

import (
	"context"
	"slices"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"

	"pbsduck/cmd/pbsduck/ui"
	"pbsduck/export"
	"pbsduck/ingest"
	"pbsduck/ingest/batch"
	"pbsduck/ingest/pbs"
	"pbsduck/ingest/schema"
	"pbsduck/ingest/source"
)

// writeTable writes the rows of one table.
func (o *parseOptions) writeTable(ctx context.Context, p *parsing) error {
	table := slices.Index(parsedTables, o.table)
	if table < 0 {
		return unknownTable(o.table)
	}
	schema := [...]schema.Table{p.site.Jobs(), schema.JobNodes, schema.Events}[table].Arrow()
	rows := func(yield func(arrow.RecordBatch, error) bool) {
		if err := o.eachBatch(ctx, p, table, func(b arrow.RecordBatch) bool { return yield(b, nil) }); err != nil && err != errStop {
			yield(nil, err)
		}
	}
	reader := array.ReaderFromIter(schema, rows)
	defer reader.Release()
	_, err := o.output.Write(ctx, reader, export.NDJSON)
	if err == nil && p.failedValues > 0 {
		o.Say("%s", ui.Unconverted(p.failedValues))
	}
	return err
}

// eachBatch makes batches of the table that has that place in parsedTables,
// until yield has had enough.
func (o *parseOptions) eachBatch(ctx context.Context, p *parsing, table int, yield func(arrow.RecordBatch) bool) error {
	var (
		parser  = p.site.NewParser()
		scanner = pbs.NewScanner(parser)
		record  pbs.Record
		builder *batch.Builder
		path    string
		number  int
		jobs    int64
	)
	begin := func(n int, log source.Log) error {
		machine, err := o.machineOf(log)
		builder = batch.NewBuilder(parser, batch.Options{Machine: machine, Location: p.location, Site: p.site})
		number, path = n, log.File()
		return err
	}
	visit := func(b ingest.Block) error {
		builder.Start(int64(number), path, jobs+1)
		b.Scan(scanner)
		for scanner.Next(&record) {
			builder.Add(&record)
		}
		batches := builder.Batches()
		defer batches.Release()
		jobs += batches.Jobs.NumRows()
		p.rejects += batches.Rejects.NumRows()
		for _, n := range builder.Failures() {
			p.failedValues += n
		}
		rows := []arrow.RecordBatch{batches.Jobs, batches.Nodes, batches.Events[0]}[table]
		rows.Retain() // the reader releases what it is given
		if !yield(rows) {
			return errStop
		}
		return nil
	}
	return p.each(ctx, begin, visit)
}
