// Package codec packs single raw accounting records into blobs and back.
//
// What enters is the exact bytes of one record, what leaves is one blob, and the other way round; nothing is added,
// dropped or normalised. A blob is one of
//
//	zstd  28 b5 2f fd | descriptor | dictionary id | content size | blocks | 4 bytes of XXH64 of the content
//	gzip  1f 8b 08 00 00 00 00 00 00 ff | deflate | CRC-32 | size
//
// both complete standard frames: `zstd -D`, Python's zstandard and gunzip read them. They are told apart by their first
// bytes, so one table may hold both, and zstd frames of any number of dictionaries.
//
// Promises: a changed blob is an error, never a changed record, as far as 32 bits of checksum can tell. (Both formats
// have a few padding bits, below one percent of a blob, that carry nothing; changing one changes no record.) No blob
// makes a Decoder panic, or take more memory than the format lets a blob of that length expand to.
//
// Encoders and decoders are for one goroutine each; a Dictionary is shared by all of them.
package codec

import (
	"errors"
	"fmt"
)

// DefaultLevel is the zstd level for records. With a trained dictionary levels 1 to 3 differ by less than one percent
// of the raw size, but 3 stays furthest below the 18 % that the project promises; see BenchmarkEncode and
// TestCorpusSizeLeft.
const DefaultLevel = 3

// MaxRecord is the largest record that a Decoder gives back, in bytes. The longest one seen is below 1 MiB.
const MaxRecord = 1 << 30

// ErrCorrupt marks a blob that is not what an Encoder wrote: cut, changed, or followed by other bytes.
var ErrCorrupt = errors.New("corrupt blob")

// ErrUnknownMagic marks a blob that is neither zstd nor gzip.
var ErrUnknownMagic = errors.New("unknown codec: the blob begins neither as zstd nor as gzip")

// UnknownDictionaryError says that a zstd blob needs a dictionary that the Decoder was not given.
type UnknownDictionaryError struct {
	ID uint32 // as in the frame header and in record_dictionaries
}

func (e *UnknownDictionaryError) Error() string {
	return fmt.Sprintf(
		"zstd dictionary %d is needed to inflate the record and is not in the database, or damaged there", e.ID,
	)
}

// An Encoder packs records. Not safe for concurrent use.
type Encoder interface {
	// Append appends the blob of raw to dst and returns the extended slice. It cannot fail, and does not allocate where
	// dst has room for the worst case (a little more than len(raw)).
	Append(dst, raw []byte) []byte
}

// SizeLeft packs the samples and returns packed bytes / raw bytes: 0.15 says that 15 % is left. A dictionary that fits
// gives less than 0.18 on PBS records, none gives about 0.4: what lies between tells that it is time to train again. No
// samples, or only empty ones, give 1.
func SizeLeft(e Encoder, samples [][]byte) float64 {
	var raw, packed int
	var buf []byte
	for _, s := range samples {
		buf = e.Append(buf[:0], s)
		raw += len(s)
		packed += len(buf)
	}
	if raw == 0 {
		return 1
	}
	return float64(packed) / float64(raw)
}
