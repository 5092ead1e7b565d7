package codec

import (
	"fmt"
	"testing"
)

type benchCase struct {
	name string
	Encoder
}

// benchCases are the encoders worth choosing from; the dictionary is trained on other records than are packed.
func benchCases(b *testing.B) []benchCase {
	dict := trained(b, 1)
	cases := []benchCase{{"gzip6", gzipEncoder(b, 6)}, {"zstd3-plain", zstdEncoder(b, nil, 3)}}
	for _, level := range []int{1, 2, 3, 4, 9} {
		cases = append(cases, benchCase{fmt.Sprintf("zstd%d", level), zstdEncoder(b, dict, level)})
	}
	return cases
}

func BenchmarkEncode(b *testing.B) {
	raw := records(30, 1024)
	for _, e := range benchCases(b) {
		b.Run(e.name, func(b *testing.B) {
			b.SetBytes(int64(total(raw) / len(raw)))
			b.ReportAllocs()
			var buf []byte
			for i := 0; b.Loop(); i++ {
				buf = e.Append(buf[:0], raw[i%len(raw)])
			}
			b.ReportMetric(100*SizeLeft(e, raw), "%left")
		})
	}
}

func BenchmarkDecode(b *testing.B) {
	raw := records(30, 1024)
	d := NewDecoder(trained(b, 1))
	for _, e := range benchCases(b) {
		blobs := make([][]byte, len(raw))
		for i := range raw {
			blobs[i] = e.Append(nil, raw[i])
		}
		b.Run(e.name, func(b *testing.B) {
			b.SetBytes(int64(total(raw) / len(raw)))
			b.ReportAllocs()
			var buf []byte
			var err error
			for i := 0; b.Loop(); i++ {
				if buf, err = d.Append(buf[:0], blobs[i%len(blobs)]); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkTrain(b *testing.B) {
	for _, n := range []int{250, 2000, 60_000} {
		samples := records(31, n)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for b.Loop() {
				if _, err := Train(samples, TrainOptions{}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkChecksum(b *testing.B) {
	raw := records(32, 1)[0]
	b.SetBytes(int64(len(raw)))
	for b.Loop() {
		xxh64(raw)
	}
}
