package ingest

// buffers are memory that waits to be used again: fresh pages cost a load as much as finding the records in them. (A
// sync.Pool would lose it with each collection of garbage.) Any goroutine may use them.
type buffers struct {
	free chan *[]byte
	size int // of a new one
	most int // of one that is kept
}

// blockBuffer is the size of a buffer for a block that holds no long record.
const blockBuffer = blockSize + blockSize/4

// newBuffers are buffers of a size, of which no more than n are kept that nobody uses, and none that grew beyond most.
func newBuffers(n, size, most int) *buffers { return &buffers{make(chan *[]byte, n), size, most} }

// newBlockBuffers are those for blocks: one that grew for a long record is let go.
func newBlockBuffers(n int) *buffers { return newBuffers(n, blockBuffer, blockBuffer) }

// take gives an empty buffer.
func (b *buffers) take() *[]byte {
	select {
	case one := <-b.free:
		return one
	default:
		one := make([]byte, 0, b.size)
		return &one
	}
}

// give takes a buffer back.
func (b *buffers) give(one *[]byte) {
	if cap(*one) > b.most {
		return
	}
	*one = (*one)[:0]
	select {
	case b.free <- one:
	default:
	}
}
