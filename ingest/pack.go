package ingest

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"

	"pbsduck/duckdb"
	"pbsduck/ingest/codec"
	"pbsduck/ingest/pbs"
)

// Names of the codecs of raw records.
const (
	CodecZstd = "zstd"
	CodecGzip = "gzip"

	// CodecNone leaves raw records out, to measure what keeping them costs. No
	// command offers it: a database without them keeps none of their promises.
	CodecNone = "none"
)

const (
	gzipLevel = 6

	// holdBlocks is how many blocks wait while there are not yet enough
	// records to train a dictionary on.
	holdBlocks = 2

	minSamples  = 64   // records below which a dictionary is not worth its place
	goodSamples = 4000 // records from which more of them teach little

	// poorRatio is the share of bytes left from which a dictionary is taken
	// not to fit any more, and worseBy by how much it may fall behind what it
	// reached on the records it was trained on.
	poorRatio = 0.18
	worseBy   = 1.35
)

// A packer decides with which dictionary raw records are packed. It holds back
// the first blocks of a run when it wants to train one, and sees all steps in
// order, so that the dictionary reaches the writer before the records do.
type packer struct {
	db      *duckdb.DB
	options Options
	use     *duckdb.StoredDictionary
	older   [][]byte // records of the machine that are in the database already
	taken   map[uint32]bool
	train   bool
	held    []*step
	blocks  int
	poor    atomic.Bool // the writer found that the dictionary does not fit
}

func newPacker(ctx context.Context, db *duckdb.DB, o Options) (*packer, error) {
	p := &packer{db: db, options: o}
	if o.Codec == CodecGzip || o.Codec == CodecNone {
		return p, nil
	}
	var err error
	if p.use, err = db.Dictionary(ctx, o.Machine); err != nil {
		return nil, fmt.Errorf("the dictionary of %s: %w", o.Machine, err)
	}
	if p.taken, err = db.DictionaryIDs(ctx); err != nil {
		return nil, err
	}
	p.train = true
	if p.use == nil || p.use.Samples < goodSamples {
		p.older, err = db.SampleRecords(ctx, o.Machine, goodSamples)
		return p, err
	}
	p.train, err = p.lastWasPoor(ctx)
	return p, err
}

// lastWasPoor tells whether the latest records in the database are packed
// worse than the dictionary promised.
func (p *packer) lastWasPoor(ctx context.Context) (bool, error) {
	raw, packed, err := p.db.LatestRatio(ctx, p.options.Machine)
	return isPoor(raw, packed, p.use), err
}

func isPoor(raw, packed int64, d *duckdb.StoredDictionary) bool {
	if raw == 0 || d == nil {
		return false
	}
	ratio := float64(packed) / float64(raw)
	return ratio > poorRatio && ratio > worseBy*d.Ratio
}

// pass lets a step through, or holds it until the dictionary is trained.
func (p *packer) pass(ctx context.Context, f *flow, s *step) error {
	if p.poor.CompareAndSwap(true, false) {
		p.train = true
	}
	if !p.train {
		return p.send(ctx, f, s)
	}
	p.held = append(p.held, s)
	if s.buffer != nil {
		p.blocks++
	}
	if p.blocks < holdBlocks {
		return nil
	}
	return p.release(ctx, f)
}

// release trains on what is held, and lets it go.
func (p *packer) release(ctx context.Context, f *flow) error {
	if p.train {
		p.train = false
		fresh, err := p.newDictionary()
		if err != nil {
			return err
		}
		if fresh != nil {
			p.use = fresh
			if err := f.send(ctx, &step{dictionary: fresh}); err != nil {
				return err
			}
		}
	}
	held := p.held
	p.held, p.blocks, p.older = nil, 0, nil
	for _, s := range held {
		if err := p.send(ctx, f, s); err != nil {
			return err
		}
	}
	return nil
}

func (p *packer) send(ctx context.Context, f *flow, s *step) error {
	if p.use != nil {
		s.pack = p.use.Dictionary
	}
	return f.send(ctx, s)
}

// newDictionary trains one on the records at hand, if there are enough and
// clearly more than the present one had.
func (p *packer) newDictionary() (*duckdb.StoredDictionary, error) {
	samples := p.older
	for _, s := range p.held {
		if s.buffer != nil {
			samples = appendEnds(samples, s.pieces)
		}
	}
	if len(samples) < minSamples || p.use != nil && p.use.Samples < goodSamples && int64(len(samples)) < 4*p.use.Samples {
		return nil, nil
	}
	content, err := codec.Train(samples, codec.TrainOptions{Taken: func(id uint32) bool { return p.taken[id] }})
	if errors.Is(err, codec.ErrTooFewSamples) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("cannot train a dictionary for %s: %w", p.options.Machine, err)
	}
	dict, err := codec.ParseDictionary(content)
	if err != nil {
		return nil, err
	}
	p.taken[dict.ID()] = true
	encoder, err := codec.NewZstdEncoder(dict, codec.DefaultLevel)
	if err != nil {
		return nil, err
	}
	ratio := codec.SizeLeft(encoder, samples[max(0, len(samples)-minSamples*8):])
	return &duckdb.StoredDictionary{Dictionary: dict, Samples: int64(len(samples)), Ratio: ratio}, nil
}

// appendEnds appends the E records of blocks.
func appendEnds(samples [][]byte, pieces []piece) [][]byte {
	var f pbs.Framer
	var r pbs.Record
	for _, p := range pieces {
		f.Reset(p.block.Bytes, 1, 0)
		for f.Next(&r) {
			if r.Letter() == 'E' && r.Problem == "" {
				samples = append(samples, r.Raw)
			}
		}
	}
	return samples
}
