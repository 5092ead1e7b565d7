package ingest

// buffers are memory for blocks that waits to be used again: fresh pages cost a
// load as much as finding the records in them. (A sync.Pool would lose it with
// each collection of garbage.) Any goroutine may use it.
type buffers chan *[]byte

// bufferSize is the size of a buffer that holds no long record.
const bufferSize = blockSize + blockSize/4

// newBuffers keeps no more than n buffers that nobody uses.
func newBuffers(n int) buffers { return make(buffers, n) }

// take gives an empty buffer.
func (all buffers) take() *[]byte {
	select {
	case b := <-all:
		return b
	default:
		b := make([]byte, 0, bufferSize)
		return &b
	}
}

// give takes a buffer back. One that grew for a long record is let go.
func (all buffers) give(b *[]byte) {
	if cap(*b) > bufferSize {
		return
	}
	*b = (*b)[:0]
	select {
	case all <- b:
	default:
	}
}
