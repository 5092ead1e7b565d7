package codec

import (
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/valyala/gozstd"
)

// ErrTooFewSamples says that no useful dictionary can be trained: fewer than 8 records, or records that have nothing in
// common. The caller goes on with NewZstdEncoder(nil, level) and trains when there are more.
var ErrTooFewSamples = errors.New("too few samples to train a zstd dictionary")

const (
	minSamples = 8
	minTotal   = 4 << 10 // bytes; below that the dictionary is larger than what it saves

	// maxSample is how much of one record is looked at. What comes later in a longer one is a list of nodes, which
	// compresses by itself.
	maxSample = 8 << 10

	// manySamples is from how many on 64 KiB are the best size (docs/benchmarks.md), and need not be compared with others:
	// each training takes a load that begins 0.1 s in which nothing else can be done.
	manySamples = 4000

	// holdOut: one in so many samples, the last ones, judges the candidates.
	holdOut = 4
)

// TrainOptions has a useful zero value.
type TrainOptions struct {
	Level    int               // zstd level at which candidates are compared; 0: DefaultLevel
	Sizes    []int             // sizes to try, in bytes; nil: by the number of samples
	MaxBytes int               // how much of the samples is used, taken evenly; 0: 768 KiB, as more leave no fewer bytes
	Taken    func(uint32) bool // tells ids that other dictionaries have; nil: none
}

// Train makes a dictionary from records, best in the order of the log. Where there are several sizes to try, the last
// quarter of them, standing for the next day, decides how large it is to be, and then all of them make it. The same
// samples and options give the same bytes. The error is ErrTooFewSamples, or tells a wrong level.
func Train(samples [][]byte, o TrainOptions) ([]byte, error) {
	o.fill(len(samples))
	samples = pick(samples, o.MaxBytes)
	if len(samples) < minSamples || total(samples) < minTotal {
		return nil, fmt.Errorf("%w: %d with %d bytes", ErrTooFewSamples, len(samples), total(samples))
	}
	size := o.Sizes[0]
	if len(o.Sizes) > 1 {
		var err error
		cut := len(samples) - len(samples)/holdOut
		if size, err = bestSize(samples[:cut], samples[cut:], o); err != nil {
			return nil, err
		}
	}
	b := gozstd.BuildDict(samples, size)
	if len(b) == 0 {
		return nil, fmt.Errorf("%w: %d with %d bytes", ErrTooFewSamples, len(samples), total(samples))
	}
	setFreeID(b, o.Taken)
	if _, err := ParseDictionary(b); err != nil {
		return nil, err
	}
	return b, nil
}

// fill sets the defaults for n samples. Measured on real records: a few hundred are best served by 16 KiB, since a
// large dictionary learns them by heart. On thousands 64 KiB leave 2 to 3 % fewer bytes than 32 KiB and take no longer;
// 112 KiB leave no less (docs/benchmarks.md).
func (o *TrainOptions) fill(n int) {
	if o.Level == 0 {
		o.Level = DefaultLevel
	}
	if o.MaxBytes == 0 {
		o.MaxBytes = 768 << 10
	}
	switch {
	case len(o.Sizes) > 0:
	case n < 1000:
		o.Sizes = []int{8 << 10, 16 << 10, 32 << 10}
	case n < manySamples:
		o.Sizes = []int{32 << 10, 64 << 10}
	default:
		o.Sizes = []int{64 << 10}
	}
}

// bestSize trains on train with each of the sizes and returns the one that leaves least of test.
func bestSize(train, test [][]byte, o TrainOptions) (int, error) {
	plain, err := NewZstdEncoder(nil, o.Level)
	if err != nil {
		return 0, err
	}
	best, size := SizeLeft(plain, test), 0
	for _, s := range o.Sizes {
		b := gozstd.BuildDict(train, s)
		if len(b) == 0 {
			continue
		}
		left, err := sizeLeftWith(b, o.Level, test)
		if err != nil {
			return 0, err
		}
		if left < best {
			best, size = left, s
		}
	}
	if size == 0 {
		return 0, fmt.Errorf(
			"%w: %d of them give none that helps the other %d", ErrTooFewSamples, len(train), len(test),
		)
	}
	return size, nil
}

func sizeLeftWith(dict []byte, level int, samples [][]byte) (float64, error) {
	d, err := ParseDictionary(dict)
	if err != nil {
		return 0, err
	}
	e, err := NewZstdEncoder(d, level)
	if err != nil {
		return 0, err
	}
	return SizeLeft(e, samples), nil
}

// pick leaves out empty samples, cuts long ones, and takes evenly so many that they hold no more than limit bytes.
func pick(samples [][]byte, limit int) [][]byte {
	used := make([][]byte, 0, len(samples))
	for _, s := range samples {
		if len(s) > 0 {
			used = append(used, s[:min(len(s), maxSample)])
		}
	}
	step := (total(used) + limit - 1) / limit
	if step <= 1 {
		return used
	}
	few := used[:0]
	for i := 0; i < len(used); i += step {
		few = append(few, used[i])
	}
	return few
}

func total(samples [][]byte) int {
	n := 0
	for _, s := range samples {
		n += len(s)
	}
	return n
}

// setFreeID counts the id of the dictionary b upwards until it is not taken. libzstd makes the id from the content, in
// the range that is free for private use (RFC 8878, 6.2); we stay inside it.
func setFreeID(b []byte, taken func(uint32) bool) {
	const first, beyond = 1 << 15, 1 << 31
	id := binary.LittleEndian.Uint32(b[len(dictMagic):])
	for taken != nil && taken(id) {
		if id++; id >= beyond {
			id = first
		}
	}
	binary.LittleEndian.PutUint32(b[len(dictMagic):], id)
}

// Trained is the dictionary that a machine's records are packed with, and what it was trained on.
type Trained struct {
	*Dictionary
	Samples int64   // records it was trained on
	Ratio   float64 // share of their bytes that was left
}
