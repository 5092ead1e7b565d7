package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"time"

	"pbsduck/ingest"
	"pbsduck/ingest/batch"
	"pbsduck/ingest/codec"
	"pbsduck/ingest/pbs"
)

func countNewlines(_ context.Context, o *options) (measure, error) {
	return eachBlock(o, func(b ingest.Block) int64 { return int64(bytes.Count(b.Bytes, []byte{'\n'})) })
}

func tokenise(_ context.Context, o *options) (measure, error) {
	s := pbs.NewScanner(pbs.NewParser())
	var r pbs.Record
	return eachBlock(o, func(b ingest.Block) (n int64) {
		for s.Reset(b.Bytes, b.Line, b.Offset); s.Next(&r); n++ {
		}
		return n
	})
}

func parseToArrow(_ context.Context, o *options) (measure, error) { return parse(o, nil) }

func parseAndPack(_ context.Context, o *options) (measure, error) {
	encoder, err := train(o)
	if err != nil {
		return measure{}, err
	}
	return parse(o, encoder)
}

func parse(o *options, encoder codec.Encoder) (measure, error) {
	where, err := time.LoadLocation(zone)
	if err != nil {
		return measure{}, err
	}
	parser := batch.NewParser()
	builder := batch.NewBuilder(
		parser, batch.Options{Machine: machine, Location: where, Now: time.Now(), Codec: encoder},
	)
	s := pbs.NewScanner(parser)
	var r pbs.Record
	return eachBlock(o, func(b ingest.Block) (n int64) {
		builder.Start(1, "log", 1)
		for s.Reset(b.Bytes, b.Line, b.Offset); s.Next(&r); n++ {
			builder.Add(&r)
		}
		builder.Batches().Release()
		return n
	})
}

// train makes an encoder from the first log, as an ingest does from its first blocks.
func train(o *options) (codec.Encoder, error) {
	files, err := logFiles(o.logs)
	if err != nil {
		return nil, err
	}
	var samples [][]byte
	var f pbs.Framer
	var r pbs.Record
	if err := blocksOf(files[0], func(b ingest.Block) {
		for f.Reset(bytes.Clone(b.Bytes), 1, 0); f.Next(&r); {
			if r.Letter() == 'E' {
				samples = append(samples, r.Raw)
			}
		}
	}); err != nil {
		return nil, err
	}
	content, err := codec.Train(samples, codec.TrainOptions{})
	if err != nil {
		return nil, err
	}
	dict, err := codec.ParseDictionary(content)
	if err != nil {
		return nil, err
	}
	return codec.NewZstdEncoder(dict, codec.DefaultLevel)
}

// eachBlock reads the logs block by block, and measures what do makes of them; reading, which finds them in memory, is
// not counted.
func eachBlock(o *options, do func(ingest.Block) int64) (m measure, err error) {
	files, err := logFiles(o.logs)
	if err != nil {
		return m, err
	}
	for _, path := range files {
		if err := blocksOf(path, func(b ingest.Block) {
			start, cpu := time.Now(), cpuTime()
			m.Rows += do(b)
			m.Seconds += time.Since(start).Seconds()
			m.CPU += cpuTime() - cpu
			m.Bytes += int64(len(b.Bytes))
		}); err != nil {
			return m, err
		}
	}
	return m, nil
}

func blocksOf(path string, do func(ingest.Block)) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close() //nolint:errcheck // it was only read
	blocks := ingest.NewBlocks(path, file)
	defer blocks.Close()
	for {
		b, err := blocks.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		do(b)
		blocks.Release(b)
	}
}
