package ingest

import (
	"bytes"
	"io"
	"sync"

	"pbsduck/ingest/pbs"
)

const (
	// maxRecord bounds the memory a log without record boundaries can take.
	maxRecord = 64 << 20

	// sniffSize is how far into a file the first record must begin.
	sniffSize = 1 << 20
)

// A Block is a part of a log that ends between two records, as pbs.Scanner
// wants it.
type Block struct {
	Bytes  []byte
	Line   int64 // number of its first line in the log, from 1
	Offset int64 // of its first byte in the (decompressed) log

	buffer *[]byte // holds Bytes; goes back to the pool
}

// Blocks reads a log into blocks. One goroutine at a time; a block may be
// used by another one.
//
// Memory is bounded: a block is about 8 MiB, or as long as its one record, and
// a record of more than 64 MiB is a *LongError.
type Blocks struct {
	path    string
	in      io.Reader
	growing bool // a record at the end that is not finished is left out
	pool    *sync.Pool

	next    *[]byte // what was read and is in no block yet
	line    int64   // of its first byte
	offset  int64
	waiting int64
	begun   bool // next was filled by Begin
	atEnd   bool
	done    bool
}

// NewBlocks reads a log from its beginning to its last byte; path is for
// errors.
func NewBlocks(path string, in io.Reader) *Blocks {
	return newBlocks(path, in, &sync.Pool{New: newBuffer})
}

func newBlocks(path string, in io.Reader, pool *sync.Pool) *Blocks {
	b := &Blocks{path: path, in: in, pool: pool, line: 1}
	b.take()
	return b
}

func newBuffer() any {
	b := make([]byte, 0, blockSize+blockSize/4)
	return &b
}

// Begin reads as much as fits a block, and gives it to look at before Next.
func (b *Blocks) Begin() ([]byte, error) {
	if !b.begun {
		if err := b.fill(); err != nil {
			return nil, err
		}
		b.begun = true
	}
	return *b.next, nil
}

// Sniff looks at the beginning. It gives a *NotLogError if there is something
// and none of it looks like a record, nor may become one as the log grows.
func (b *Blocks) Sniff() error {
	begin, err := b.Begin()
	if err != nil || len(begin) == 0 || pbs.HasHead(begin[:min(len(begin), sniffSize)]) || b.growing && isTornHead(begin) {
		return err
	}
	return &NotLogError{Path: b.path, Begin: string(begin[:min(len(begin), 40)])}
}

// isTornHead tells whether these are the first bytes of a first record, whose
// rest is still to be written.
func isTornHead(begin []byte) bool {
	const head = "00/00/0000 00:00:00;X;"
	for i, c := range begin[:min(len(begin), len(head))] {
		digit := c >= '0' && c <= '9'
		if head[i] == '0' && !digit || head[i] != '0' && head[i] != 'X' && c != head[i] {
			return false
		}
	}
	return bytes.IndexByte(begin, '\n') < 0
}

// Next gives the next block; io.EOF says that there are no more.
func (b *Blocks) Next() (Block, error) {
	for {
		if _, err := b.Begin(); err != nil {
			return Block{}, err
		}
		if b.atEnd {
			return b.last()
		}
		b.begun = false
		if n := pbs.Cut(*b.next); n > 0 {
			return b.cut(n), nil
		}
		if len(*b.next) > maxRecord {
			return Block{}, &LongError{Path: b.path, Line: b.line, Offset: b.offset}
		}
	}
}

// Waiting is how many bytes at the end of the log are in no block, because
// their record is not finished. It is known after the last block.
func (b *Blocks) Waiting() int64 { return b.waiting }

// Release gives a block's memory back.
func (b *Blocks) Release(block Block) { b.give(block.buffer) }

// fill reads until next has grown by blockSize or the log ends. A long record
// grows twofold, so that the search for its end does not start too often, up to
// where it is too long.
func (b *Blocks) fill() error {
	next := *b.next
	want := min(len(next)+max(blockSize, len(next)), maxRecord+1)
	if cap(next) < want {
		next = append(make([]byte, 0, want+want/4), next...)
	}
	for len(next) < want && !b.atEnd {
		n, err := b.in.Read(next[len(next):want])
		next = next[:len(next)+n]
		*b.next = next
		switch {
		case err == io.EOF:
			b.atEnd = true
		case err != nil:
			return err
		}
	}
	return nil
}

// last gives what is left at the end of the log.
func (b *Blocks) last() (Block, error) {
	if b.done {
		return Block{}, io.EOF
	}
	b.done = true
	whole := len(*b.next)
	if b.growing {
		whole = pbs.Whole(*b.next)
	}
	b.waiting = int64(len(*b.next) - whole)
	if whole == 0 {
		return Block{}, io.EOF
	}
	return b.cut(whole), nil
}

// cut makes a block of the first n bytes and keeps the rest for the next.
func (b *Blocks) cut(n int) Block {
	full := b.next
	b.take()
	*b.next = append(*b.next, (*full)[n:]...)
	*full = (*full)[:n]
	block := Block{Bytes: *full, Line: b.line, Offset: b.offset, buffer: full}
	b.line += int64(bytes.Count(*full, []byte{'\n'}))
	b.offset += int64(n)
	return block
}

// Close gives back what Blocks itself holds. It does not close the log.
func (b *Blocks) Close() {
	b.give(b.next)
	b.next = nil
}

func (b *Blocks) take() {
	b.next = b.pool.Get().(*[]byte)
	*b.next = (*b.next)[:0]
}

func (b *Blocks) give(buffer *[]byte) {
	*buffer = (*buffer)[:0]
	b.pool.Put(buffer)
}
