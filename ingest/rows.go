package ingest

import (
	"context"
	"fmt"
	"time"

	"pbsduck/ingest/batch"
	"pbsduck/ingest/codec"
	"pbsduck/ingest/pbs"
	"pbsduck/ingest/schema"
)

// Rows are what became of the pieces of a step. There may be several of one step: rows take many times the memory of
// short records, so a worker goes on only when those before were taken. The last ones have the outcomes.
type Rows struct {
	Batches  batch.Batches
	Outcomes []Outcome // of each piece
}

// An Outcome is what became of the records of a piece.
type Outcome struct {
	Counts   batch.Counts
	Failures map[string]int64 // values that did not convert, by table.column
}

// RowOptions say how rows are made.
type RowOptions struct {
	Site     schema.Site
	Now      time.Time // when the run began
	ByLetter bool      // see batch.Options
	Codec    string    // of raw records: zstd (default), gzip, or none
}

// NewWorker makes a worker of a stream that turns records into rows.
func (o RowOptions) NewWorker() (func(ctx context.Context, s *Step, emit func(Rows) error) (Rows, error), error) {
	parser := o.Site.NewParser()
	w := &rowMaker{options: o, parser: parser, scanner: pbs.NewScanner(parser)}
	return w.convert, nil
}

// A rowMaker is one worker.
type rowMaker struct {
	options RowOptions
	parser  *pbs.Parser
	scanner *pbs.Scanner
	record  pbs.Record

	builder       *batch.Builder
	machine, zone string            // of the builder
	packs         *codec.Dictionary // what it packs with
}

// convert makes rows of a step's pieces.
func (w *rowMaker) convert(ctx context.Context, s *Step, emit func(Rows) error) (last Rows, err error) {
	if err := w.turnTo(s.Pieces[0].Log, s.pack); err != nil {
		return last, err
	}
	for i := range s.Pieces {
		p := &s.Pieces[i]
		w.builder.Start(p.Log.ID, p.Log.File(), p.first)
		p.Scan(w.scanner)
		for w.scanner.Next(&w.record) {
			w.builder.Add(&w.record)
			if err := ctx.Err(); err != nil {
				return last, err
			}
			if !w.builder.Full() {
				continue
			}
			if err := emit(Rows{Batches: w.builder.Batches()}); err != nil {
				return last, err
			}
		}
		last.Outcomes = append(last.Outcomes, Outcome{w.builder.TakeCounts(), w.builder.Failures()})
	}
	last.Batches = w.builder.Batches()
	return last, nil
}

// turnTo has what follows read as a log's, and packed with a dictionary.
func (w *rowMaker) turnTo(l *Log, packs *codec.Dictionary) error {
	same := w.builder != nil && l.Machine == w.machine && l.Zone == w.zone
	if same && packs == w.packs {
		return nil
	}
	if !same {
		loc, err := time.LoadLocation(l.Zone)
		if err != nil {
			return fmt.Errorf("time zone of %s: %w", l.Machine, err)
		}
		o := w.options
		w.builder = batch.NewBuilder(
			w.parser, batch.Options{Machine: l.Machine, Location: loc, Now: o.Now, Site: o.Site, ByLetter: o.ByLetter},
		)
		w.machine, w.zone = l.Machine, l.Zone
	}
	encoder, err := newEncoder(packs, w.options.Codec)
	if err != nil {
		return err
	}
	w.packs = packs
	w.builder.SetCodec(encoder)
	return nil
}

func newEncoder(d *codec.Dictionary, how string) (codec.Encoder, error) {
	switch how {
	case CodecGzip:
		return codec.NewGzipEncoder(gzipLevel)
	case CodecNone:
		return nil, nil
	}
	return codec.NewZstdEncoder(d, codec.DefaultLevel)
}
