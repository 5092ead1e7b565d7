package export

import "io"

// flushAt is the number of bytes that text formats gather before they write. A row is never split over two gatherings,
// so the buffer is larger by one row at most.
const flushAt = 64 << 10

// textOut gathers text in buf, which the formats append to directly, and hands it on in large pieces.
type textOut struct {
	w   io.Writer
	buf []byte
}

// rowDone hands on what was gathered once that is enough.
func (t *textOut) rowDone() error {
	if len(t.buf) < flushAt {
		return nil
	}
	return t.flush()
}

func (t *textOut) flush() error {
	if len(t.buf) == 0 {
		return nil
	}
	_, err := t.w.Write(t.buf)
	t.buf = t.buf[:0]
	return err
}

// close hands on the rest.
func (t *textOut) close() error { return t.flush() }
