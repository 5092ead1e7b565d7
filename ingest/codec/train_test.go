package codec

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"testing"
)

func TestTrainIsDeterministic(t *testing.T) {
	again, err := Train(records(1, 1000), TrainOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(trained(t, 1).Bytes(), again) {
		t.Error("the same samples gave two dictionaries")
	}
}

func TestTrainedHelps(t *testing.T) {
	test := records(11, 500)
	for _, n := range []int{40, 250, 2000} {
		b, err := Train(records(10, n), TrainOptions{})
		if err != nil {
			t.Fatal(err)
		}
		left, err := sizeLeftWith(b, DefaultLevel, test)
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%d records: dictionary of %d bytes, %.1f %% left", n, len(b), 100*left)
		if left > 0.25 {
			t.Errorf("%d records: %.3f left", n, left)
		}
	}
	if plain := SizeLeft(zstdEncoder(t, nil, DefaultLevel), test); plain < 0.3 {
		t.Errorf("without a dictionary %.3f is left: these records are too easy to show anything", plain)
	}
}

func TestTrainTooFew(t *testing.T) {
	noise := make([][]byte, 200)
	for i := range noise {
		sum := sha256.Sum256([]byte{byte(i)})
		noise[i] = sum[:]
	}
	for name, samples := range map[string][][]byte{
		"none": nil, "seven": records(1, 7), "empty": make([][]byte, 100), "tiny": bytes.Split(make([]byte, 100), nil),
		"nothing in common": noise,
	} {
		if b, err := Train(samples, TrainOptions{}); !errors.Is(err, ErrTooFewSamples) {
			t.Errorf("%s: %d bytes, %v", name, len(b), err)
		}
	}
}

func TestTrainAvoidsTakenIDs(t *testing.T) {
	first := trained(t, 1)
	b, err := Train(records(1, 1000), TrainOptions{Taken: func(id uint32) bool { return id <= first.ID() }})
	if err != nil {
		t.Fatal(err)
	}
	d, err := ParseDictionary(b)
	if err != nil {
		t.Fatal(err)
	}
	if d.ID() != first.ID()+1 {
		t.Errorf("id %d, want the next free one after %d", d.ID(), first.ID())
	}
	checkRoundTrip(t, "moved id", zstdEncoder(t, d, 3), NewDecoder(first, d), []byte("a record"))
}

func TestSizeLeftOfNothing(t *testing.T) {
	if got := SizeLeft(zstdEncoder(t, nil, 3), [][]byte{nil}); got != 1 {
		t.Errorf("SizeLeft of an empty record = %v", got)
	}
}
