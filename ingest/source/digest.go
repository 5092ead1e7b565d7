package source

import (
	"context"
	"encoding/hex"
	"fmt"
	"io"

	"github.com/zeebo/xxh3"
)

// A Digest is the running 128-bit XXH3 of a log's unpacked bytes from its beginning. The zero value is ready for use.
// It guards against accidents, not against forgers.
type Digest struct {
	hash xxh3.Hasher
	n    int64
}

// Write adds bytes. It never fails.
func (d *Digest) Write(p []byte) (int, error) {
	d.n += int64(len(p))
	return d.hash.Write(p)
}

// Len is how many bytes were added.
func (d *Digest) Len() int64 { return d.n }

// Sum is the digest of the bytes so far as 32 hexadecimal digits, the way xxhsum -H2 prints it.
func (d *Digest) Sum() string {
	sum := d.hash.Sum128().Bytes()
	return hex.EncodeToString(sum[:])
}

// chunk is how much is read at a time where nobody else decides it.
const chunk = 1 << 20

// ReadPrefix adds the next n bytes of r, exactly, so that r stands where the last reading stopped and d goes on with
// what is new. The error is ErrShrunk where r ends before.
func (d *Digest) ReadPrefix(ctx context.Context, r io.Reader, n int64) error {
	buf := buffers.Get().(*[chunk]byte)
	defer buffers.Put(buf)
	for left := n; left > 0; {
		if err := ctx.Err(); err != nil {
			return err
		}
		got, err := r.Read(buf[:min(left, chunk)])
		d.Write(buf[:got]) //nolint:errcheck // never fails
		left -= int64(got)
		switch {
		case left == 0:
		case err == io.EOF:
			return fmt.Errorf("%w: %d bytes are left of the %d that were read before", ErrShrunk, n-left, n)
		case err != nil:
			return err
		}
	}
	return nil
}
