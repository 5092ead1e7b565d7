package batch

import (
	"math/bits"
	"sync"
	"sync/atomic"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/memory"
)

// A recycler takes back the memory of batches that were released, and gives it to vectors again: fresh pages cost a
// load more than most of what is done with them. Any goroutine may use it.
type recycler struct {
	classes [48]sync.Pool // of *[]byte, by the binary logarithm of the capacity
	made    atomic.Uint32 // how many pieces of memory
}

var recycled recycler

// Memory gives the memory of released batches again, for copies of them.
var Memory memory.Allocator = &recycled

const (
	smallest  = 1 << 10 // the capacity below which memory is not worth keeping
	page      = 4 << 10
	cacheLine = 64
)

// take gives an empty slice with room for n bytes.
func (r *recycler) take(n int) []byte {
	class := bits.Len(uint(max(n, smallest) - 1))
	if b, ok := r.classes[class].Get().(*[]byte); ok {
		return (*b)[:0]
	}
	return r.make(1 << class)
}

// make gives memory that begins at another cache line of its page than the last one did. A row is written to the same
// place of dozens of columns: if all of them began at a page, these places would drive each other out of the cache.
func (r *recycler) make(size int) []byte {
	from := int(r.made.Add(1)) % (page / cacheLine) * cacheLine
	return make([]byte, size+page)[from : from : from+size]
}

func (r *recycler) takeNumbers(n int) []int64 {
	b := r.take(n * 8)
	return arrow.Int64Traits.CastFromBytes(b[:cap(b)])[:0]
}

func (r *recycler) takeEnds(n int) []int32 {
	b := r.take(n * 4)
	return arrow.Int32Traits.CastFromBytes(b[:cap(b)])[:0]
}

// lend makes bytes an Arrow buffer whose release brings them back.
func (r *recycler) lend(b []byte) *memory.Buffer { return memory.NewBufferWithAllocator(b, r) }

func (r *recycler) lendNumbers(n []int64) *memory.Buffer {
	return r.lend(arrow.Int64Traits.CastToBytes(n[:cap(n)])[:len(n)*8])
}

func (r *recycler) lendEnds(n []int32) *memory.Buffer {
	return r.lend(arrow.Int32Traits.CastToBytes(n[:cap(n)])[:len(n)*4])
}

// Allocate, Reallocate and Free make a recycler what Arrow calls an allocator.
func (r *recycler) Allocate(n int) []byte { return r.take(n)[:n] }

// Reallocate is append, in Arrow's words.
func (r *recycler) Reallocate(n int, b []byte) []byte {
	if n <= cap(b) {
		return b[:n]
	}
	grown := append(r.take(n), b...)
	r.Free(b)
	return grown[:n]
}

// Free takes memory back.
func (r *recycler) Free(b []byte) {
	if cap(b) >= smallest {
		b = b[:0]
		r.classes[bits.Len(uint(cap(b)))-1].Put(&b)
	}
}
