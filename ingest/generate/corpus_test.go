package generate

import (
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pbsduck/ingest/corpus"
)

// TestLikeTheRealOnes compares the mix of letters and the mean length of each kind of record with a real day.
func TestLikeTheRealOnes(t *testing.T) {
	real := filepath.Join(corpus.Dir(t), "ncar")
	for _, seed := range []uint64{1, 2, 3} {
		dir, _ := run(t, Options{Days: 2, Jobs: 4000, Seed: seed})
		for _, profile := range []string{"casper", "derecho"} {
			data, err := os.ReadFile(filepath.Join(real, profile, "20260101"))
			if err != nil {
				t.Skipf("no real day of %s: %v", profile, err)
			}
			want := statistics(splitLines(data))
			all, _, _ := records(t, dir, profile)
			raws := make([]string, len(all))
			for i, r := range all {
				raws[i] = string(r.raw)
			}
			got := statistics(raws)
			for _, letter := range []string{"Q", "S", "E", "a"} {
				g, w := got[letter], want[letter]
				if math.Abs(g.share-w.share) > 0.05 {
					t.Errorf("%s seed %d: %s is %.3f of all records, really %.3f", profile, seed, letter, g.share, w.share)
				}
				if math.Abs(g.mean-w.mean) > 0.2*w.mean {
					t.Errorf("%s seed %d: %s has %.0f bytes on average, really %.0f", profile, seed, letter, g.mean, w.mean)
				}
				t.Logf("%s seed %d %s: share %.3f (real %.3f), mean %.0f bytes (real %.0f)",
					profile, seed, letter, g.share, w.share, g.mean, w.mean)
			}
		}
	}
}

type letterStatistics struct{ share, mean float64 }

func statistics(raws []string) map[string]letterStatistics {
	out := map[string]letterStatistics{}
	for _, raw := range raws {
		s := out[raw[20:21]]
		s.share++
		s.mean += float64(len(raw) + 1)
		out[raw[20:21]] = s
	}
	for k, s := range out {
		out[k] = letterStatistics{s.share / float64(len(raws)), s.mean / s.share}
	}
	return out
}

func splitLines(data []byte) []string {
	return strings.Split(strings.TrimSuffix(string(data), "\n"), "\n")
}
