package ingest

import (
	"context"
	"fmt"
	"time"

	"pbsduck/ingest/batch"
	"pbsduck/ingest/codec"
	"pbsduck/ingest/pbs"
)

// A worker turns blocks into batches.
type worker struct {
	options Options
	parser  *pbs.Parser
	scanner *pbs.Scanner
	builder *batch.Builder
	zone    string // of the builder
	record  pbs.Record

	packs *codec.Dictionary // what the builder packs with now
}

// work takes blocks until there are no more.
func work(ctx context.Context, f *flow, o Options) error {
	giveWay()
	parser := o.site.NewParser()
	w := worker{options: o, parser: parser, scanner: pbs.NewScanner(parser)}
	w.build(o.Location, o.Zone)
	if err := w.packWith(nil, o); err != nil {
		return err
	}
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case s, open := <-f.work:
			if !open {
				return nil
			}
			if s.pack != w.packs {
				if err := w.packWith(s.pack, o); err != nil {
					return err
				}
			}
			if err := w.readIn(s.pieces[0].log.entry.TimeZone); err != nil {
				return err
			}
			if err := w.convert(ctx, f, s); err != nil {
				return err
			}
		}
	}
}

// build makes the builder for logs of a time zone.
func (w *worker) build(zone *time.Location, name string) {
	o := w.options
	w.builder = batch.NewBuilder(w.parser, batch.Options{Machine: o.Machine, Location: zone, Now: o.Now, Site: o.site, ByLetter: true})
	w.zone = name
}

// readIn has what follows read in a time zone: a log that was read before goes
// on in the one in which it began.
func (w *worker) readIn(zone string) error {
	if zone == w.zone {
		return nil
	}
	loc, err := time.LoadLocation(zone)
	if err != nil {
		return fmt.Errorf("log_files.time_zone: %w", err)
	}
	w.build(loc, zone)
	return w.packWith(w.packs, w.options)
}

func (w *worker) packWith(d *codec.Dictionary, o Options) error {
	encoder, err := newEncoder(d, o)
	if err != nil {
		return err
	}
	w.packs = d
	w.builder.SetCodec(encoder)
	return nil
}

func newEncoder(d *codec.Dictionary, o Options) (codec.Encoder, error) {
	switch o.Codec {
	case CodecGzip:
		return codec.NewGzipEncoder(gzipLevel)
	case CodecNone:
		return nil, nil
	}
	return codec.NewZstdEncoder(d, codec.DefaultLevel)
}

// convert makes batches of a block, and sends them to whom waits for them.
func (w *worker) convert(ctx context.Context, f *flow, s *step) error {
	var all []outcome
	for _, p := range s.pieces {
		w.builder.Start(p.log.entry.ID, p.log.entry.File, p.first)
		p.block.Scan(w.scanner)
		for w.scanner.Next(&w.record) {
			w.builder.Add(&w.record)
			if err := ctx.Err(); err != nil {
				return err
			}
			if !w.builder.Full() {
				continue
			}
			if err := put(ctx, s.result, result{batches: w.builder.Batches()}); err != nil {
				return err
			}
		}
		all = append(all, outcome{w.builder.TakeCounts(), w.builder.Failures()})
	}
	last := result{w.builder.Batches(), all}
	f.release(s) // before the writer has the step for itself
	return put(ctx, s.result, last)
}
