package codec

import (
	"encoding/binary"
	"fmt"

	"github.com/klauspost/compress/zstd"
)

const (
	zstdMagic = "\x28\xb5\x2f\xfd"

	// Bits of the frame header descriptor, the byte after the magic (RFC 8878, 3.1.1.1.1).
	descriptor   = len(zstdMagic)
	flagChecksum = 1 << 2
	flagReserved = 1<<3 | 1<<4 // "reserved" and "unused": we write both as 0

	// A block is 4 bytes or more (header and content) and never expands beyond 128 KiB (RFC 8878, 3.1.1.2).
	minBlock, maxBlock = 4, 128 << 10
)

// emptyFrame is the frame of no bytes, which gozstd leaves out: single segment, content size 0, one empty last block.
const emptyFrame = zstdMagic + "\x20\x00\x01\x00\x00"

// DictID returns the id of the dictionary that a zstd frame needs. It is false where there is none: a frame made
// without a dictionary, a gzip blob, anything else.
func DictID(frame []byte) (uint32, bool) {
	var h zstd.Header
	if err := h.Decode(frame); err != nil || h.Skippable {
		return 0, false
	}
	return h.DictionaryID, h.DictionaryID != 0
}

// seal adds the content checksum to the frame that begins at dst[start:]. gozstd has no way to ask libzstd for it, but
// the format makes it a flag in the header and four bytes at the end, which leave the rest of the frame as it is.
func seal(dst []byte, start int, raw []byte) []byte {
	dst[start+descriptor] |= flagChecksum
	return binary.LittleEndian.AppendUint32(dst, uint32(xxh64(raw)))
}

// frameSize checks the header of a zstd blob against what an Encoder writes and returns the id of its dictionary (0:
// none) and the size of its content in bytes.
func frameSize(blob []byte) (id uint32, size int, err error) {
	var h zstd.Header
	switch err := h.Decode(blob); {
	case err != nil:
		return 0, 0, fmt.Errorf("%w: zstd frame header: %w", ErrCorrupt, err)
	case !h.HasFCS || !h.HasCheckSum || blob[descriptor]&flagReserved != 0:
		return 0, 0, fmt.Errorf("%w: zstd frame without content size or checksum", ErrCorrupt)
	}
	if most := uint64(len(blob)/minBlock) * maxBlock; h.FrameContentSize > min(most, MaxRecord) {
		return 0, 0, fmt.Errorf("%w: %d bytes cannot hold a record of %d", ErrCorrupt, len(blob), h.FrameContentSize)
	}
	return h.DictionaryID, int(h.FrameContentSize), nil
}
