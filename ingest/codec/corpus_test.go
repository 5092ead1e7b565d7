package codec

import (
	"bytes"
	"testing"

	"pbsduck/ingest/corpus"
)

// endRecords are the E records of a log, without their line ends.
func endRecords(log []byte) [][]byte {
	var out [][]byte
	for line := range bytes.Lines(log) {
		if f := bytes.SplitN(line, []byte(";"), 3); len(f) == 3 && string(f[1]) == "E" {
			out = append(out, bytes.TrimRight(line, "\n"))
		}
	}
	return out
}

// Days that the dictionary was not trained on must shrink to 18 %.
func TestCorpusSizeLeft(t *testing.T) {
	derecho := endRecords(corpus.File(t, "ncar/derecho/20260101"))
	casper := endRecords(corpus.File(t, "ncar/casper/20260101"))
	half := len(casper) / 2
	for _, tt := range []struct {
		name        string
		train, test [][]byte
		most        float64
	}{
		{"derecho 01 -> 29", derecho, endRecords(corpus.File(t, "ncar/derecho/20260129")), 0.18},
		{"casper first half -> second", casper[:half], casper[half:], 0.18},
		// Seven hand-made records, unlike those of the machine: still better than gzip.
		{"casper 01 -> 30, synthetic", casper, endRecords(corpus.File(t, "ncar/casper/20260130")), 0.4},
		{"both -> derecho 29", append(derecho[:len(derecho):len(derecho)], casper...),
			endRecords(corpus.File(t, "ncar/derecho/20260129")), 0.18},
	} {
		b, err := Train(tt.train, TrainOptions{})
		if err != nil {
			t.Fatalf("%s: %v", tt.name, err)
		}
		left, err := sizeLeftWith(b, DefaultLevel, tt.test)
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%-28s %3d -> %3d records: dictionary %6d B, left %.2f %%, gzip %.1f %%, zstd without %.1f %%", tt.name,
			len(tt.train), len(tt.test), len(b), 100*left, 100*SizeLeft(gzipEncoder(t, 6), tt.test),
			100*SizeLeft(zstdEncoder(t, nil, DefaultLevel), tt.test))
		if left > tt.most {
			t.Errorf("%s: %.3f left, want at most %v", tt.name, left, tt.most)
		}
	}
}

// The figures behind DefaultLevel and TrainOptions.Sizes; -v shows them.
func TestCorpusBySizeAndLevel(t *testing.T) {
	train := endRecords(corpus.File(t, "ncar/derecho/20260101"))
	test := endRecords(corpus.File(t, "ncar/derecho/20260129"))
	casper := endRecords(corpus.File(t, "ncar/casper/20260101"))
	half := len(casper) / 2
	for _, size := range []int{4 << 10, 8 << 10, 16 << 10, 32 << 10, 64 << 10, 112 << 10} {
		for _, level := range []int{1, 2, 3, 6, 9} {
			o := TrainOptions{Level: level, Sizes: []int{size}}
			t.Logf("%6d B, level %d: derecho %.2f %%, casper %.2f %%",
				size, level, leftOf(t, train, test, o), leftOf(t, casper[:half], casper[half:], o))
		}
	}
}

func leftOf(t *testing.T, train, test [][]byte, o TrainOptions) float64 {
	t.Helper()
	b, err := Train(train, o)
	if err != nil {
		t.Fatal(err)
	}
	left, err := sizeLeftWith(b, o.Level, test)
	if err != nil {
		t.Fatal(err)
	}
	if left >= 0.5 {
		t.Errorf("%d B at level %d: %.3f left, hardly better than gzip", o.Sizes[0], o.Level, left)
	}
	return 100 * left
}
