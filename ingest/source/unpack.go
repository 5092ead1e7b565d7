package source

import (
	"bufio"
	"bytes"
	"compress/bzip2"
	"io"

	"github.com/klauspost/compress/zstd"
)

// headSize is how many bytes tell every codec.
const headSize = 6

// codecOf tells by the first bytes of a file what it is packed with. No record begins like any of these: records begin
// with a date.
func codecOf(head []byte) Codec {
	has := func(magic string) bool { return bytes.HasPrefix(head, []byte(magic)) }
	switch {
	case has("\x1f\x8b\x08"):
		return Gzip
	case has("\x28\xb5\x2f\xfd"), len(head) >= 4 && head[0]&0xf0 == 0x50 && string(head[1:4]) == "\x2a\x4d\x18":
		return Zstd // the second is a skippable frame, with which parallel packers begin
	case has("\xfd7zXZ\x00"):
		return Xz
	case len(head) == headSize && has("BZh") && (string(head[4:]) == "1A" || string(head[4:]) == "\x17\x72"):
		return Bzip2 // a first block, or none
	}
	return Plain
}

// maxWindow is how far back a stream may refer, and so what unpacking needs of memory: as much as the zstd command
// takes without --long, and xz -9 writes less.
const maxWindow = 128 << 20

// unpack returns the unpacked bytes of r. All of them go on after the end of a first stream with the next one.
func unpack(r io.Reader, c Codec) (io.ReadCloser, error) {
	if c == Plain {
		return io.NopCloser(r), nil
	}
	in := bufio.NewReaderSize(r, 64<<10) // by themselves most of them ask for 4 KiB at a time
	switch c {
	case Gzip:
		return newGzipReader(in)
	case Zstd:
		z, err := zstd.NewReader(
			in, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(maxWindow), zstd.WithDecoderLowmem(true),
		)
		if err != nil {
			return nil, err
		}
		return z.IOReadCloser(), nil
	case Xz:
		z, err := newXzReader(in)
		return io.NopCloser(z), err
	default:
		return io.NopCloser(bzip2.NewReader(in)), nil
	}
}
