package source

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"github.com/klauspost/compress/zstd"
)

// A Reader reads the unpacked bytes of a log. Read and Close are for one goroutine; the counters may be asked by any.
type Reader struct {
	log    Log
	codec  Codec
	ctx    context.Context
	cancel context.CancelFunc
	file   *os.File
	stored *stored
	ahead  *ahead    // nil for a plain file
	in     io.Reader // ahead or stored
	bytes  atomic.Int64
	err    error // sticky
}

// Open opens the log and looks at its first bytes; the rest of it is read by Read, where it is packed in a goroutine of
// its own. The errors are those of PathError. When ctx is done, so is the Reader, with the error of ctx.
func (l Log) Open(ctx context.Context) (*Reader, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	file := os.Stdin
	if l.Path != Stdin {
		var err error
		if file, err = l.openFile(); err != nil {
			return nil, pathError(l.Path, err)
		}
	}
	return l.read(ctx, file)
}

// openFile opens the log's file. It never waits, and refuses what is no longer what Find saw.
func (l Log) openFile() (*os.File, error) {
	file, err := openFile(l.Path)
	if err != nil {
		return nil, err
	}
	if info, err := file.Stat(); err == nil && !l.Stream && !info.Mode().IsRegular() {
		file.Close() //nolint:errcheck // nothing was written
		return nil, ErrNotLog
	}
	return file, nil
}

func (l Log) read(ctx context.Context, file *os.File) (*Reader, error) {
	r := &Reader{log: l, file: file}
	r.ctx, r.cancel = context.WithCancel(ctx)
	r.stored = &stored{ctx: r.ctx, in: file}
	if l.Stream {
		// Its first bytes may be long in coming, so they too are read ahead.
		r.ahead = readAhead(r.ctx, r.unpack, false)
		r.in = r.ahead
		return r, nil
	}
	if err := r.detect(); err != nil {
		r.cancel()
		file.Close() //nolint:errcheck // nothing was written, and there is an error to tell already
		return nil, pathError(l.Path, err)
	}
	if r.in = r.stored; r.codec != Plain {
		r.ahead = readAhead(r.ctx, func() (io.ReadCloser, error) { return unpack(r.stored, r.codec) }, true)
		r.in = r.ahead
	}
	return r, nil
}

// unpack tells the codec of a stream, and unpacks it.
func (r *Reader) unpack() (io.ReadCloser, error) {
	if err := r.detect(); err != nil {
		return nil, err
	}
	return unpack(r.stored, r.codec)
}

// detect reads the first bytes to tell the codec, and puts them back.
func (r *Reader) detect() error {
	var head [headSize]byte
	n, err := io.ReadFull(r.file, head[:])
	if err == io.EOF && r.log.Stream && isNamedPipe(r.log.Path) {
		if n, err = r.awaitWriter(head[:]); n == 0 && err == io.EOF {
			return ErrNoWriter
		}
	}
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return err
	}
	r.codec = codecOf(head[:n])
	r.stored.in = io.MultiReader(bytes.NewReader(head[:n]), r.file)
	return nil
}

// writerPatience is how long a named pipe may be without somebody who writes to it: as long as a shell needs to start
// him.
const writerPatience = time.Second

// awaitWriter reads from a pipe that had nobody at its other end, or nobody who wrote anything.
func (r *Reader) awaitWriter(head []byte) (n int, err error) {
	for end := time.Now().Add(writerPatience); n == 0 && time.Now().Before(end); {
		select {
		case <-r.ctx.Done():
			return 0, r.ctx.Err()
		case <-time.After(writerPatience / 20):
		}
		if n, err = io.ReadFull(r.file, head); err != nil && err != io.EOF {
			break
		}
	}
	return n, err
}

// isNamedPipe tells whether a pipe has a name of its own: those that a shell makes, <(zcat x), have none, and always
// somebody who wrote or had nothing to write.
func isNamedPipe(path string) bool {
	_, err := filepath.EvalSymlinks(path)
	return path != Stdin && err == nil
}

// Read implements io.Reader. An error that is not io.EOF or that of the context is a *PathError or a *CorruptError;
// what was read before it stands.
func (r *Reader) Read(p []byte) (int, error) {
	if r.err == nil {
		r.err = r.ctx.Err()
	}
	if r.err != nil || len(p) == 0 {
		return 0, r.err
	}
	n, err := r.in.Read(p)
	r.bytes.Add(int64(n))
	if err != nil {
		r.err = r.explain(err)
	}
	return n, r.err
}

// explain gives an error the file, the place and the advice.
func (r *Reader) explain(err error) error {
	switch {
	case r.ctx.Err() != nil:
		return r.ctx.Err()
	case err == io.EOF:
		return err
	case r.stored.failed.Load():
		return pathError(r.log.Path, err)
	case errors.Is(err, zstd.ErrWindowSizeExceeded), errors.Is(err, zstd.ErrDecoderSizeExceeded):
		return r.explain(&windowError{})
	case errors.As(err, new(*windowError)):
		return &PathError{
			Path: r.log.Path, Err: err, Next: "unpack it with `" + codecs[r.codec].unpack + "`, or pack it again with less",
		}
	case r.ahead != nil && r.codec != Plain:
		return &CorruptError{Path: r.log.Path, Codec: r.codec, Offset: r.StoredBytes(), Err: err}
	}
	return pathError(r.log.Path, err)
}

// Codec is what the log is packed with. For a stream it is known after the first Read.
func (r *Reader) Codec() Codec { return r.codec }

// StoredBytes is how many bytes of the file, as it is stored, have been consumed: progress towards Log.Size.
func (r *Reader) StoredBytes() int64 { return r.stored.n.Load() }

// Bytes is how many unpacked bytes Read has given.
func (r *Reader) Bytes() int64 { return r.bytes.Load() }

// Close stops reading and releases everything; the standard input stays open. It waits for the goroutine that reads
// ahead, unless that one is blocked in a read which cannot be interrupted.
func (r *Reader) Close() error {
	r.cancel()
	if r.err == nil {
		r.err = os.ErrClosed
	}
	if r.ahead != nil {
		if r.log.Stream && !r.interrupt() {
			return nil
		}
		<-r.ahead.done
		r.ahead.release()
		r.ahead = nil
	}
	if r.log.Path == Stdin {
		return nil
	}
	return r.file.Close()
}

// interrupt wakes a blocked read of a pipe. It is false where the system cannot, and the goroutine has not ended.
func (r *Reader) interrupt() bool {
	select {
	case <-r.ahead.done:
		return true
	default:
		return r.file.SetReadDeadline(time.Unix(1, 0)) == nil
	}
}

// stored reads the file as it is stored, counts, and stops when the context is done.
type stored struct {
	ctx    context.Context
	in     io.Reader
	n      atomic.Int64
	failed atomic.Bool // the file could not be read, as opposed to: what was read is damaged
}

func (s *stored) Read(p []byte) (int, error) {
	if err := s.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := s.in.Read(p)
	s.n.Add(int64(n))
	if err != nil && err != io.EOF {
		s.failed.Store(true)
	}
	return n, err
}
