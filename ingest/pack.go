package ingest

import (
	"errors"
	"fmt"
	"sync/atomic"

	"pbsduck/ingest/codec"
	"pbsduck/ingest/pbs"
)

// Names of the codecs of raw records.
const (
	CodecZstd = "zstd"
	CodecGzip = "gzip"

	// CodecNone leaves raw records out, to measure what keeping them costs. No command offers it: a database without them
	// keeps none of their promises.
	CodecNone = "none"
)

const (
	gzipLevel = 6

	// waitBlocks is how many blocks wait while there are not yet enough records to train a dictionary on.
	waitBlocks = 2

	minSamples = 64 // records below which a dictionary is not worth its place

	// GoodSamples is how many records teach a dictionary what there is to learn.
	GoodSamples = 4000

	// poorRatio is the share of bytes left from which a dictionary is taken not to fit any more, and worseBy by how much
	// it may fall behind what it reached on the records it was trained on.
	poorRatio = 0.18
	worseBy   = 1.35
)

// Packing is with which dictionary raw records are packed by zstd. The stream trains a new one, on the first blocks
// that it reads, where there is none, where there are many more records than it knew, or when it does not fit.
type Packing struct {
	Use     *codec.Trained  // the one in use; nil if there is none
	Samples [][]byte        // records of the machine that it could be trained on, besides those that come
	Taken   map[uint32]bool // ids that dictionaries have
	Train   bool            // look whether a new one is worth it

	poor atomic.Bool
}

// Retrain has a new one trained on what comes, if that is worth it. It may be called while the stream runs.
func (p *Packing) Retrain() { p.poor.Store(true) }

// IsPoor tells, by how many bytes records had before and after they were packed, whether that is worse than the
// dictionary promised.
func IsPoor(raw, packed int64, d *codec.Trained) bool {
	if raw == 0 || d == nil {
		return false
	}
	ratio := float64(packed) / float64(raw)
	return ratio > poorRatio && ratio > worseBy*d.Ratio
}

// A packer lets steps through to the workers. It has the first blocks wait when a dictionary is to be trained on them,
// and sees all steps in order, so that the dictionary is stored before the records that need it.
type packer struct {
	*Packing
	out     func(*Step) error
	waiting []*Step
	blocks  int
}

func newPacker(p *Packing, out func(*Step) error) *packer {
	if p == nil {
		p = &Packing{}
	}
	return &packer{Packing: p, out: out}
}

// pass lets a step through, or has it wait until the dictionary is trained.
func (p *packer) pass(s *Step) error {
	if p.poor.CompareAndSwap(true, false) {
		p.Train = true
	}
	if !p.Train {
		return p.send(s)
	}
	p.waiting = append(p.waiting, s)
	if s.buffer != nil {
		p.blocks++
	}
	if p.blocks < waitBlocks {
		return nil
	}
	return p.release()
}

// release trains on the steps that wait, and lets them go.
func (p *packer) release() error {
	if p.Train {
		p.Train = false
		fresh, err := p.newDictionary()
		if err != nil {
			return err
		}
		if fresh != nil {
			p.Use = fresh
			if err := p.out(&Step{Dictionary: fresh}); err != nil {
				return err
			}
		}
	}
	waiting := p.waiting
	p.waiting, p.blocks, p.Samples = nil, 0, nil
	for _, s := range waiting {
		if err := p.send(s); err != nil {
			return err
		}
	}
	return nil
}

func (p *packer) send(s *Step) error {
	if p.Use != nil {
		s.pack = p.Use.Dictionary
	}
	return p.out(s)
}

// newDictionary trains one on the records at hand, if there are enough and clearly more than the present one had.
func (p *packer) newDictionary() (*codec.Trained, error) {
	samples := p.Samples
	for _, s := range p.waiting {
		if s.buffer != nil {
			samples = appendEnds(samples, s.Pieces)
		}
	}
	if len(samples) < minSamples ||
		p.Use != nil && p.Use.Samples < GoodSamples && int64(len(samples)) < 4*p.Use.Samples {
		return nil, nil
	}
	content, err := codec.Train(samples, codec.TrainOptions{Taken: func(id uint32) bool { return p.Taken[id] }})
	if errors.Is(err, codec.ErrTooFewSamples) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("cannot train a dictionary for raw records: %w", err)
	}
	dict, err := codec.ParseDictionary(content)
	if err != nil {
		return nil, err
	}
	p.Taken[dict.ID()] = true
	encoder, err := codec.NewZstdEncoder(dict, codec.DefaultLevel)
	if err != nil {
		return nil, err
	}
	ratio := codec.SizeLeft(encoder, samples[max(0, len(samples)-minSamples*8):])
	return &codec.Trained{Dictionary: dict, Samples: int64(len(samples)), Ratio: ratio}, nil
}

// appendEnds appends the E records of blocks.
func appendEnds(samples [][]byte, pieces []Piece) [][]byte {
	var f pbs.Framer
	var r pbs.Record
	for _, p := range pieces {
		p.block.Scan(&f)
		for f.Next(&r) {
			if r.Letter() == 'E' && r.Problem == "" {
				samples = append(samples, r.Raw)
			}
		}
	}
	return samples
}
