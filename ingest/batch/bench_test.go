package batch_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"pbsduck/ingest/batch"
	"pbsduck/ingest/codec"
	"pbsduck/ingest/generate"
	"pbsduck/ingest/pbs"
)

// generated is one day of logs of a profile.
func generated(b *testing.B, profile string) []byte {
	b.Helper()
	dir := b.TempDir()
	start := time.Date(2026, 1, 15, 0, 0, 0, 0, time.UTC)
	_, err := generate.Run(context.Background(), generate.Options{
		Dir: dir, Profiles: []string{profile}, Days: 1, Jobs: 4000, Seed: 1, Start: start, NoTruth: true,
	})
	if err != nil {
		b.Fatal(err)
	}
	data, err := os.ReadFile(filepath.Join(dir, profile, "20260115"))
	if err != nil {
		b.Fatal(err)
	}
	return data
}

func BenchmarkParseToArrow(b *testing.B) {
	for _, profile := range []string{"derecho", "casper"} {
		data := generated(b, profile)
		for _, packed := range []bool{false, true} {
			name := profile
			if packed {
				name += "+records"
			}
			b.Run(name, func(b *testing.B) { parseToArrow(b, data, packed) })
		}
	}
}

func parseToArrow(b *testing.B, data []byte, packed bool) {
	zone, err := time.LoadLocation("America/Denver")
	if err != nil {
		b.Fatal(err)
	}
	parser := batch.NewParser()
	builder := batch.NewBuilder(parser, batch.Options{Machine: "m", Location: zone, Now: time.Unix(0, 0)})
	scanner := pbs.NewScanner(parser)
	if packed {
		builder.SetCodec(trained(b, data))
	}
	var r pbs.Record
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		builder.Start(1, "log", 1)
		scanner.Reset(data, 1, 0)
		for scanner.Next(&r) {
			builder.Add(&r)
		}
		builder.Batches().Release()
	}
}

func trained(b *testing.B, data []byte) codec.Encoder {
	var f pbs.Framer
	var r pbs.Record
	var samples [][]byte
	f.Reset(data, 1, 0)
	for f.Next(&r) {
		if r.Letter() == 'E' {
			samples = append(samples, r.Raw)
		}
	}
	content, err := codec.Train(samples, codec.TrainOptions{})
	if err != nil {
		b.Fatal(err)
	}
	dict, err := codec.ParseDictionary(content)
	if err != nil {
		b.Fatal(err)
	}
	encoder, err := codec.NewZstdEncoder(dict, codec.DefaultLevel)
	if err != nil {
		b.Fatal(err)
	}
	return encoder
}
