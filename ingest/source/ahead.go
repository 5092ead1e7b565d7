package source

import (
	"context"
	"io"
	"sync"
)

// buffers are shared by all readers, so that a thousand small files cost no more memory than one.
var buffers = sync.Pool{New: func() any { return new([chunk]byte) }}

// ringSize is how many buffers one reader has: one that is being filled, one that is being read, one in between.
const ringSize = 3

// filled is a buffer on its way from the goroutine that fills it to the one that reads.
type filled struct {
	buf *[chunk]byte // nil at the end
	n   int
	err error // what came after these bytes
}

// ahead reads from another goroutine before it is asked to.
//
//	goroutine: free -> fill -> full        Read: full -> copy out -> free
type ahead struct {
	ctx  context.Context
	free chan *[chunk]byte
	full chan filled
	done chan struct{} // closed when the goroutine has ended

	now  filled // being read
	rest []byte // of now
}

// readAhead starts reading what open returns. Open itself runs in the goroutine too: it may block, and reads. With
// whole, buffers are handed on when they are full, else with what one read gave, as suits a pipe.
func readAhead(ctx context.Context, open func() (io.ReadCloser, error), whole bool) *ahead {
	a := &ahead{
		ctx:  ctx,
		free: make(chan *[chunk]byte, ringSize),
		full: make(chan filled, ringSize),
		done: make(chan struct{}),
	}
	for range ringSize {
		a.free <- nil // taken from the pool when first needed
	}
	go func() {
		defer close(a.done)
		defer close(a.full)
		a.run(open, whole)
	}()
	return a
}

func (a *ahead) run(open func() (io.ReadCloser, error), whole bool) {
	r, err := open()
	if err != nil {
		a.full <- filled{err: err} // there is room for all buffers, so this does not block
		return
	}
	defer r.Close() //nolint:errcheck // only releases memory; errors come with the bytes
	for err == nil {
		var f filled
		select {
		case f.buf = <-a.free:
		case <-a.ctx.Done():
			return
		}
		if f.buf == nil {
			f.buf = buffers.Get().(*[chunk]byte)
		}
		f.n, f.err = fill(a.ctx, r, f.buf[:], whole)
		err = f.err
		a.full <- f
	}
}

// fill reads until buf is full, or once where not whole. A reader that gives nothing a hundred times in a row is
// broken.
func fill(ctx context.Context, r io.Reader, buf []byte, whole bool) (n int, err error) {
	for idle := 0; n < len(buf) && err == nil && (whole || n == 0); {
		if err := ctx.Err(); err != nil {
			return n, err
		}
		var got int
		got, err = r.Read(buf[n:])
		n += got
		if idle++; got > 0 {
			idle = 0
		} else if idle == 100 && err == nil {
			err = io.ErrNoProgress
		}
	}
	return n, err
}

// Read gives what the goroutine has read. It blocks until there is something, or ctx is done.
func (a *ahead) Read(p []byte) (int, error) {
	for len(a.rest) == 0 {
		if a.now.err != nil {
			return 0, a.now.err
		}
		if err := a.next(); err != nil {
			return 0, err
		}
	}
	n := copy(p, a.rest)
	a.rest = a.rest[n:]
	return n, nil
}

func (a *ahead) next() error {
	if a.now.buf != nil {
		a.free <- a.now.buf // there is room for all buffers
		a.now.buf = nil
	}
	if err := a.ctx.Err(); err != nil {
		return err
	}
	select {
	case f, ok := <-a.full:
		if !ok {
			return a.ctx.Err() // only a cancelled run ends without an error of its own
		}
		a.now, a.rest = f, nil
		if f.buf != nil {
			a.rest = f.buf[:f.n]
		}
		return nil
	case <-a.ctx.Done():
		return a.ctx.Err()
	}
}

// release gives the buffers back. Only when done is closed, and nobody reads any more.
func (a *ahead) release() {
	if a.now.buf != nil {
		buffers.Put(a.now.buf)
	}
	for f := range a.full {
		if f.buf != nil {
			buffers.Put(f.buf)
		}
	}
	for len(a.free) > 0 {
		if buf := <-a.free; buf != nil {
			buffers.Put(buf)
		}
	}
}
