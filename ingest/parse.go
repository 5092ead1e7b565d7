package ingest

import (
	"context"
	"errors"
	"io"
	"time"

	"pbsduck/ingest/batch"
	"pbsduck/ingest/pbs"
	"pbsduck/ingest/schema"
	"pbsduck/ingest/source"
)

// EachBlock reads logs to their last byte, without a database: begin is called
// for each log, with its number from 1, and visit for each of its blocks, in
// their order. What is wrong with a log ends that log only, and failed is told;
// an error of begin or visit ends it all.
func EachBlock(ctx context.Context, logs []source.Log, begin func(number int64, log source.Log) error, visit func(Block) error, failed func(source.Log, error)) error {
	for i, log := range logs {
		if err := begin(int64(i+1), log); err != nil {
			return err
		}
		logErr, err := readBlocks(ctx, log, visit)
		if err := errors.Join(err, ctx.Err()); err != nil {
			return err
		}
		if logErr != nil {
			failed(log, logErr)
		}
	}
	return nil
}

// readBlocks reads one log; err is that of visit.
func readBlocks(ctx context.Context, log source.Log, visit func(Block) error) (logErr, err error) {
	in, logErr := log.Open(ctx)
	if logErr != nil {
		return logErr, nil
	}
	defer func() { logErr = errors.Join(logErr, in.Close()) }()
	blocks := NewBlocks(log.File(), in)
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

// IsStray tells whether an error says that a file which was found in a folder
// is no log, and not called like one: a text that lies there is no reason to
// fail.
func IsStray(log source.Log, err error) bool {
	var none *NotLogError
	return log.Found && log.Day.IsZero() && errors.As(err, &none)
}

// A Parsing makes rows of logs, without a database: jobs are numbered from 1,
// and logs in their order. What only a database can settle is not.
type Parsing struct {
	Logs     []source.Log
	Location *time.Location
	Site     schema.Site
	Machine  func(source.Log) (string, error) // whose log it is
	Failed   func(source.Log, error)          // told of logs that can't be read

	Rejects  int64 // lines that were no records
	Failures int64 // values that did not convert
}

// Each calls visit for the rows of one block after the other. They are released
// when it returns; an error of it ends the parsing.
func (p *Parsing) Each(ctx context.Context, visit func(batch.Batches) error) error {
	var (
		parser  = p.Site.NewParser()
		scanner = pbs.NewScanner(parser)
		record  pbs.Record
		builder *batch.Builder
		path    string
		file    int64
		jobs    int64
	)
	begin := func(number int64, log source.Log) error {
		machine, err := p.Machine(log)
		builder = batch.NewBuilder(parser, batch.Options{Machine: machine, Location: p.Location, Site: p.Site})
		file, path = number, log.File()
		return err
	}
	rows := func(b Block) error {
		builder.Start(file, path, jobs+1)
		b.Scan(scanner)
		for scanner.Next(&record) {
			builder.Add(&record)
		}
		batches := builder.Batches()
		defer batches.Release()
		jobs += batches.Jobs.NumRows()
		p.Rejects += batches.Rejects.NumRows()
		for _, n := range builder.Failures() {
			p.Failures += n
		}
		return visit(batches)
	}
	return EachBlock(ctx, p.Logs, begin, rows, p.Failed)
}
