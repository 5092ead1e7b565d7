package codec

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/klauspost/compress/gzip"
	"github.com/valyala/gozstd"
)

// A Decoder inflates blobs of both codecs and of any dictionary it was given. Not safe for concurrent use.
type Decoder struct {
	dicts map[uint32]*Dictionary
	src   bytes.Reader
	z     *gzip.Reader
	past  [1]byte // where gunzip reads beyond the end
}

// NewDecoder returns a Decoder for gzip, for zstd without a dictionary, and for the dictionaries given.
func NewDecoder(dicts ...*Dictionary) *Decoder {
	d := &Decoder{dicts: make(map[uint32]*Dictionary), z: new(gzip.Reader)}
	for _, dict := range dicts {
		d.dicts[dict.ID()] = dict
	}
	return d
}

// AddDictionary makes a stored dictionary known. The id is the one it is filed under; another one in its header is an
// error, as is a second dictionary with the same id.
func (d *Decoder) AddDictionary(id uint32, content []byte) error {
	dict, err := ParseDictionary(content)
	if err != nil {
		return err
	}
	if dict.ID() != id {
		return fmt.Errorf("%w: filed as %d, says %d", ErrNotDictionary, id, dict.ID())
	}
	if old, ok := d.dicts[id]; ok && !bytes.Equal(old.Bytes(), content) {
		return fmt.Errorf("two different zstd dictionaries with id %d", id)
	}
	d.dicts[id] = dict
	return nil
}

// Append appends the record in blob to dst and returns the extended slice; it does not allocate where dst has room. On
// an error it returns dst as it was, with ErrCorrupt, ErrUnknownMagic or an *UnknownDictionaryError.
func (d *Decoder) Append(dst, blob []byte) ([]byte, error) {
	switch {
	case bytes.HasPrefix(blob, []byte(zstdMagic)):
		return d.appendZstd(dst, blob)
	case bytes.HasPrefix(blob, []byte(gzipHeader[:2])):
		return d.appendGzip(dst, blob)
	case len(blob) < len(zstdMagic) && strings.HasPrefix(zstdMagic, string(blob)):
		return dst, fmt.Errorf("%w: %d bytes", ErrCorrupt, len(blob))
	}
	return dst, ErrUnknownMagic
}

func (d *Decoder) appendZstd(dst, blob []byte) ([]byte, error) {
	id, size, err := frameSize(blob)
	if err != nil {
		return dst, err
	}
	var inflate *gozstd.DDict
	if id != 0 {
		dict, ok := d.dicts[id]
		if !ok {
			return dst, &UnknownDictionaryError{ID: id}
		}
		inflate = dict.inflate
	}
	// One byte more than needed: gozstd looks at the room only where there is some. The limit keeps it from following a
	// second frame to a size of its own.
	out := slices.Grow(dst, size+1)
	onHeap(out)
	onHeap(blob)
	out, err = gozstd.DecompressDictLimited(out, blob, inflate, size+1)
	if err != nil {
		return dst, fmt.Errorf("%w: zstd: %w", ErrCorrupt, err)
	}
	if got := len(out) - len(dst); got != size {
		return dst, fmt.Errorf("%w: zstd: %d bytes where its header says %d", ErrCorrupt, got, size)
	}
	return out, nil
}

// maxDeflate is how far deflate expands at most (https://zlib.net/zlib_tech.html).
const maxDeflate = 1032

func (d *Decoder) appendGzip(dst, blob []byte) ([]byte, error) {
	const trailer = 8 // CRC-32 and size
	if len(blob) < len(gzipHeader)+trailer || string(blob[:len(gzipHeader)]) != gzipHeader {
		return dst, fmt.Errorf("%w: gzip header", ErrCorrupt)
	}
	size := int64(binary.LittleEndian.Uint32(blob[len(blob)-4:]))
	if size > min(int64(len(blob))*maxDeflate, MaxRecord) {
		return dst, fmt.Errorf("%w: %d bytes cannot hold a record of %d", ErrCorrupt, len(blob), size)
	}
	out, err := d.gunzip(slices.Grow(dst, int(size)), blob, int(size))
	if err != nil {
		return dst, fmt.Errorf("%w: gzip: %w", ErrCorrupt, err)
	}
	return out, nil
}

// gunzip appends the size bytes that the one member in blob holds. dst has room for them.
func (d *Decoder) gunzip(dst, blob []byte, size int) ([]byte, error) {
	d.src.Reset(blob)
	if err := d.z.Reset(&d.src); err != nil {
		return dst, err
	}
	d.z.Multistream(false)
	out := dst[:len(dst)+size]
	if _, err := io.ReadFull(d.z, out[len(dst):]); err != nil {
		return dst, err
	}
	// The checksum is compared when the end is read.
	if n, err := d.z.Read(d.past[:]); n != 0 || err != io.EOF {
		return dst, fmt.Errorf("more than the %d bytes in its trailer, or a wrong checksum", size)
	}
	if d.src.Len() != 0 {
		return dst, fmt.Errorf("%d bytes after its end", d.src.Len())
	}
	return out, nil
}
