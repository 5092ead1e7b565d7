package source

import (
	"bufio"
	"io"

	"github.com/klauspost/compress/gzip"
)

// gzipReader reads member after member, as the gzip command does: zero bytes behind the last one, with which tapes and
// tar fill their blocks, are no damage, and nothing else may follow.
type gzipReader struct {
	*gzip.Reader
	in *bufio.Reader
}

func newGzipReader(in *bufio.Reader) (*gzipReader, error) {
	z, err := gzip.NewReader(in)
	if err != nil {
		return nil, err
	}
	z.Multistream(false)
	return &gzipReader{z, in}, nil
}

func (g *gzipReader) Read(p []byte) (n int, err error) {
	for n == 0 && err == nil && len(p) > 0 {
		if n, err = g.Reader.Read(p); err == io.EOF {
			err = g.next()
		}
	}
	return n, err
}

// next goes to the next member; io.EOF says that there is none.
func (g *gzipReader) next() error {
	first, err := g.in.Peek(1)
	if err != nil {
		return err
	}
	if first[0] == 0 {
		return onlyZeros(g.in)
	}
	if err := g.Reset(g.in); err != nil {
		if err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		return err
	}
	g.Multistream(false)
	return nil
}

// onlyZeros is io.EOF if nothing else is left.
func onlyZeros(in io.ByteReader) error {
	for {
		b, err := in.ReadByte()
		if err != nil {
			return err
		}
		if b != 0 {
			return gzip.ErrHeader
		}
	}
}
