package codec

import (
	"fmt"
	"slices"

	"github.com/klauspost/compress/gzip"
	"github.com/valyala/gozstd"
)

// Levels of zstd that an encoder takes. Above 19 it needs memory out of all proportion to a record.
const minLevel, maxLevel = 1, 19

const (
	// inline is the length from which DuckDB keeps a value apart, and spends a block of 256 KiB on it beside each segment
	// of its column.
	inline = 4096

	// hardLevel takes four times as long, and leaves a sixth less of a record with a long list of nodes.
	hardLevel = 6
)

// ZstdEncoder packs records into zstd frames that carry dictionary id, content size and checksum. One that would be too
// long to be kept inline is packed once more, harder.
type ZstdEncoder struct {
	dict  *gozstd.CDict // nil: none
	hard  *gozstd.CDict
	level int
}

// NewZstdEncoder packs with dict, or without a dictionary where dict is nil, at a level from 1 to 19.
func NewZstdEncoder(dict *Dictionary, level int) (*ZstdEncoder, error) {
	if level < minLevel || level > maxLevel {
		return nil, fmt.Errorf("zstd level %d: must be from %d to %d", level, minLevel, maxLevel)
	}
	e := &ZstdEncoder{level: level}
	if dict == nil {
		return e, nil
	}
	var err error
	if e.dict, err = dict.forLevel(level); err == nil && level < hardLevel {
		e.hard, err = dict.forLevel(hardLevel)
	}
	return e, err
}

// Append implements Encoder.
func (e *ZstdEncoder) Append(dst, raw []byte) []byte {
	start := len(dst)
	dst = e.append(dst, raw, e.dict)
	if len(dst)-start >= inline && e.hard != nil {
		dst = e.append(dst[:start], raw, e.hard)
	}
	return dst
}

func (e *ZstdEncoder) append(dst, raw []byte, dict *gozstd.CDict) []byte {
	start := len(dst)
	dst = slices.Grow(dst, zstdBound(len(raw)))
	onHeap(dst)
	onHeap(raw)
	switch {
	case len(raw) == 0:
		dst = append(dst, emptyFrame...)
	case dict != nil:
		dst = gozstd.CompressDict(dst, raw, dict)
	default:
		dst = gozstd.CompressLevel(dst, raw, e.level)
	}
	return seal(dst, start, raw)
}

// zstdBound is ZSTD_COMPRESSBOUND of zstd.h, rounded up, and the checksum: with that much room gozstd compresses in
// place, once.
func zstdBound(n int) int { return n + n>>8 + 64 + 1 + 4 }

// gzipHeader is the whole header of our gzip blobs: deflate, no flags, no time, no level, unknown system (RFC 1952).
const gzipHeader = "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"

// GzipEncoder packs records into gzip members, for tools that read nothing else.
type GzipEncoder struct {
	z   *gzip.Writer
	out appender
}

// NewGzipEncoder packs at a level from 1 to 9.
func NewGzipEncoder(level int) (*GzipEncoder, error) {
	if level < gzip.BestSpeed || level > gzip.BestCompression {
		return nil, fmt.Errorf("gzip level %d: must be from %d to %d", level, gzip.BestSpeed, gzip.BestCompression)
	}
	e := new(GzipEncoder)
	var err error
	e.z, err = gzip.NewWriterLevel(&e.out, level)
	return e, err
}

// Append implements Encoder.
func (e *GzipEncoder) Append(dst, raw []byte) []byte {
	start := len(dst)
	e.out.buf = dst
	e.z.Reset(&e.out)
	_, err := e.z.Write(raw)
	if err == nil {
		err = e.z.Close()
	}
	if err != nil {
		// The writer below takes everything, so this is a broken gzip package, not a state of the data.
		panic(fmt.Errorf("gzip of %d bytes in memory: %w", len(raw), err))
	}
	dst, e.out.buf = e.out.buf, nil
	copy(dst[start:], gzipHeader) // the same for every level, so that a Decoder can compare it
	return dst
}

// appender is an io.Writer at the end of a slice.
type appender struct{ buf []byte }

func (a *appender) Write(p []byte) (int, error) {
	a.buf = append(a.buf, p...)
	return len(p), nil
}

var (
	never bool
	sink  []byte //nolint:unused // being written is all it is for
)

// onHeap makes the compiler keep the bytes of b on the heap. gozstd turns their address into an integer before it calls
// C; bytes on the goroutine's stack could move in between, when the stack grows.
func onHeap(b []byte) {
	if never {
		sink = b
	}
}
