package source

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"math"

	"github.com/therootcompany/xz"
)

// A windowError says that a packed log may refer further back than maxWindow, and does.
type windowError struct{ window int64 }

func (e *windowError) Error() string {
	if e.window == 0 {
		return fmt.Sprintf(
			"it is packed with a window of more than %d MiB, which is as much as is kept in memory", maxWindow>>20,
		)
	}
	return fmt.Sprintf(
		"it is packed with a window of %d MiB, and %d MiB are kept in memory", e.window>>20, maxWindow>>20,
	)
}

// xzReader reads what the xz command reads. A dictionary as large as the header asks for is mostly more than a log
// needs, which refers back over what was unpacked at most; so one larger than maxWindow is asked for with that size.
// Where a log does refer further back, that is a windowError.
type xzReader struct {
	z      *xz.Reader
	shrunk *xzShrunk
	n      int64
}

func newXzReader(in *bufio.Reader) (*xzReader, error) {
	shrunk := &xzShrunk{in: in, next: (*xzShrunk).streamHeader}
	z, err := xz.NewReader(shrunk, maxWindow)
	return &xzReader{z: z, shrunk: shrunk}, err
}

func (x *xzReader) Read(p []byte) (int, error) {
	n, err := x.z.Read(p)
	x.n += int64(n)
	if err == xz.ErrData && x.shrunk.window > 0 && x.n >= maxWindow {
		err = &windowError{x.shrunk.window}
	}
	return n, err
}

// xzShrunk passes an xz file on, with no dictionary in the headers of its blocks that is larger than maxWindow. It
// steps over what is between them as the format says (The .xz File Format 1.2.1; of LZMA2 the heads of chunks); where
// the file is not like that, all is passed on as it is, and the decoder tells.
//
//	file   := stream { zeros | stream }
//	stream := header { block } index footer
//	block  := header { chunk } 0 padding check
type xzShrunk struct {
	in     *bufio.Reader
	next   func(*xzShrunk) error // sets one of the next two
	pass   int64                 // bytes to pass on as they are
	out    []byte                // bytes to pass on before
	check  int64                 // bytes of the check of each block
	size   int64                 // of the block's chunks so far
	window int64                 // of the largest dictionary that was made smaller; 0 if none was
}

func (x *xzShrunk) Read(p []byte) (int, error) {
	for {
		switch {
		case len(x.out) > 0:
			n := copy(p, x.out)
			x.out = x.out[n:]
			return n, nil
		case x.pass > 0:
			n, err := x.in.Read(p[:min(int64(len(p)), x.pass)])
			x.pass -= int64(n)
			return n, err
		}
		if err := x.next(x); err != nil {
			return 0, err
		}
	}
}

// asIs passes on all that is left.
func (x *xzShrunk) asIs() error {
	x.pass, x.next = math.MaxInt64, (*xzShrunk).asIs
	return nil
}

// peek looks at the next n bytes; ok is false, and all is passed on as it is, if there are fewer.
func (x *xzShrunk) peek(n int) (b []byte, ok bool) {
	b, err := x.in.Peek(n)
	if err != nil {
		_ = x.asIs() // the decoder meets the error again
	}
	return b, err == nil
}

var xzMagic = [6]byte{0xfd, '7', 'z', 'X', 'Z', 0}

// streamHeader is for a place where a stream begins, or zeros fill up the file.
func (x *xzShrunk) streamHeader() error {
	first, err := x.in.Peek(1)
	if err != nil {
		return err
	}
	if first[0] == 0 {
		x.pass = 1
		return nil
	}
	b, ok := x.peek(12)
	if !ok || [6]byte(b) != xzMagic {
		return x.asIs()
	}
	x.check = [...]int64{0, 4, 8, 16, 32, 64}[(b[7]&15+2)/3]
	x.pass, x.next = 12, (*xzShrunk).blockHeader
	return nil
}

// blockHeader is for a place where a block begins, or the index.
func (x *xzShrunk) blockHeader() error {
	first, ok := x.peek(1)
	if !ok {
		return nil
	}
	if first[0] == 0 {
		return x.index()
	}
	header, ok := x.peek(4 * (int(first[0]) + 1))
	if !ok {
		return nil
	}
	at := dictionaryAt(header[:len(header)-4])
	if at < 0 || crc32.ChecksumIEEE(header[:len(header)-4]) != binary.LittleEndian.Uint32(header[len(header)-4:]) {
		return x.asIs()
	}
	x.pass, x.size, x.next = int64(len(header)), 0, (*xzShrunk).chunk
	if window := dictionarySize(header[at]); window > maxWindow {
		x.window = max(x.window, window)
		x.out = append([]byte(nil), header...)
		x.out[at] = maxWindowBits
		binary.LittleEndian.PutUint32(x.out[len(x.out)-4:], crc32.ChecksumIEEE(x.out[:len(x.out)-4]))
		x.pass = 0
		_, err := x.in.Discard(len(header))
		return err
	}
	return nil
}

// maxWindowBits is maxWindow in the header of a block.
const maxWindowBits = 30

// dictionarySize is what the header of a block calls that size.
func dictionarySize(bits byte) int64 {
	if bits >= 40 {
		return math.MaxUint32
	}
	return int64(2|bits&1) << (bits/2 + 11)
}

// dictionaryAt is where the header of a block says the size of the dictionary; -1 if that is not where it should be.
func dictionaryAt(header []byte) int {
	if len(header) < 2 {
		return -1
	}
	flags, at := header[1], 2
	number := func() uint64 {
		n, size := binary.Uvarint(header[min(at, len(header)):])
		if size <= 0 {
			at = len(header) + 1
			return 0
		}
		at += size
		return n
	}
	for _, has := range []byte{0x40, 0x80} { // sizes, packed and unpacked
		if flags&has != 0 {
			number()
		}
	}
	for range flags & 3 { // filters before the last, which is LZMA2
		number()
		at += int(min(number(), 1024))
	}
	if id, size := number(), number(); id != 0x21 || size != 1 || at >= len(header) {
		return -1
	}
	return at
}

// chunk is for a place where a chunk of LZMA2 begins, or a block ends.
func (x *xzShrunk) chunk() error {
	control, ok := x.peek(1)
	if !ok {
		return nil
	}
	switch c := control[0]; {
	case c == 0:
		x.size++
		x.pass, x.next = 1+(4-x.size%4)%4+x.check, (*xzShrunk).blockHeader
		return nil
	case c <= 2: // not packed
		if b, ok := x.peek(3); ok {
			x.pass = 3 + int64(binary.BigEndian.Uint16(b[1:])) + 1
		}
	case c >= 0x80:
		if b, ok := x.peek(5); ok {
			x.pass = 5 + int64(binary.BigEndian.Uint16(b[3:])) + 1
			if c >= 0xc0 { // with new properties
				x.pass++
			}
		}
	default:
		return x.asIs()
	}
	x.size += x.pass
	return nil
}

// index steps over the index, and what ends the stream: it is passed on as it is read.
func (x *xzShrunk) index() error {
	x.out = x.out[:0]
	take := func() byte {
		b, err := x.in.ReadByte()
		if err == nil {
			x.out = append(x.out, b)
		}
		return b
	}
	number := func() (n uint64) {
		for shift := 0; shift < 63; shift += 7 {
			b := take()
			n |= uint64(b&0x7f) << shift
			if b < 0x80 {
				break
			}
		}
		return n
	}
	take()
	const most = 1 << 20 // a record has 17 GiB of log with xz's own sizes of blocks, and a few bytes here
	records := number()
	if records > most {
		return x.asIs()
	}
	for range 2 * records {
		number()
	}
	x.pass, x.next = int64((4-len(x.out)%4)%4)+4+12, (*xzShrunk).streamHeader
	return nil
}
