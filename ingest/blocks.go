package ingest

import (
	"bytes"
	"io"

	"pbsduck/ingest/pbs"
)

// sniffSize is how far into what is there of a file the first record must begin.
const sniffSize = 1 << 20

// A Block is a part of a log that ends between two records, as pbs.Scanner wants it.
type Block struct {
	Bytes  []byte
	Line   int64 // number of its first line in the log, from 1
	Offset int64 // of its first byte in the (decompressed) log
	Long   int64 // if not 0: it is a line of so many bytes, too long for a record, of which Bytes are the first

	plain  bool    // see pbs.Plain
	ends   int64   // E records in it, at most
	buffer *[]byte // holds Bytes; goes back to the pool
}

// A framer is what reads blocks: a pbs.Framer, or the Scanner around it.
type framer interface {
	Reset(block []byte, line, offset int64)
	ResetPlain(block []byte, line, offset int64)
	ResetLong(begin []byte, line, offset, length int64)
}

// Scan has a framer or scanner read the block.
func (b *Block) Scan(f framer) {
	switch {
	case b.Long > 0:
		f.ResetLong(b.Bytes, b.Line, b.Offset, b.Long)
	case b.plain:
		f.ResetPlain(b.Bytes, b.Line, b.Offset)
	default:
		f.Reset(b.Bytes, b.Line, b.Offset)
	}
}

// Blocks reads a log into blocks. One goroutine at a time; a block may be used by another one.
//
// Memory is bounded: a block is about 8 MiB, or as long as its one record, or as far as the end of a value that a line
// leaves open is looked for. Of a line of more than pbs.MaxRecord only the beginning is kept, as a reject.
type Blocks struct {
	path    string
	in      io.Reader
	growing bool // a line at the end that is not finished is left out
	pool    *buffers
	framer  pbs.Framer
	passed  io.Writer // takes all bytes of the blocks, in order; may be nil

	next    *[]byte // what was read and is in no block yet
	line    int64   // of its first byte
	offset  int64
	waiting int64
	unsure  int64
	begun   bool // next was filled by Begin
	atEnd   bool
	done    bool
}

// NewBlocks reads a log from its beginning to its last byte; path is for errors.
func NewBlocks(path string, in io.Reader) *Blocks {
	return newBlocks(path, in, newBlockBuffers(1))
}

func newBlocks(path string, in io.Reader, pool *buffers) *Blocks {
	b := &Blocks{path: path, in: in, pool: pool, line: 1, unsure: -1}
	b.take()
	return b
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

// Sniff looks at the beginning, behind what was lost of the log there. It gives a *NotLogError if there is something,
// and none of it looks like a record, nor may become one as the log grows.
func (b *Blocks) Sniff() error {
	begin, err := b.Begin()
	for err == nil && len(behindLost(begin)) == 0 && !b.atEnd && len(begin) <= pbs.MaxRecord {
		err = b.fill()
		begin = *b.next
	}
	there := behindLost(begin)
	if err != nil || len(begin) == 0 || pbs.HasHead(there[:min(len(there), sniffSize)]) ||
		b.growing && isTornHead(begin) {
		return err
	}
	return &NotLogError{Path: b.path, Begin: string(begin[:min(len(begin), 40)])}
}

// behindLost is what stands behind NULs, which fill a part of a file that was lost, and white space.
func behindLost(begin []byte) []byte { return bytes.TrimLeft(begin, "\x00 \t\r\n\f\v") }

// isTornHead tells whether these are the first bytes of a first record, whose rest is still to be written.
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
		if n := b.framer.Cut(*b.next); n > 0 {
			return b.cut(n, b.framer.Plain())
		}
		if len(*b.next) > pbs.MaxRecord {
			return b.long()
		}
	}
}

// keptOfLong is how much is kept of a line that is too long for a record.
const keptOfLong = 64 << 10

// long gives the beginning of a line that is too long, and moves behind its end.
func (b *Blocks) long() (Block, error) {
	if n := pbs.Whole(*b.next); n > 0 { // the records in front of it
		return b.cut(n, pbs.Plain{})
	}
	block := Block{Line: b.line, Offset: b.offset, buffer: b.next}
	kept := append([]byte(nil), (*b.next)[:keptOfLong]...)
	for {
		n := bytes.IndexByte(*b.next, '\n') + 1
		if n == 0 && !b.atEnd {
			if err := b.drop(len(*b.next)); err != nil {
				return Block{}, err
			}
			if err := b.fill(); err != nil {
				return Block{}, err
			}
			continue
		}
		if n == 0 {
			n = len(*b.next)
		} else {
			b.line++
		}
		rest := *b.next
		if err := b.pass(rest[:n]); err != nil {
			return Block{}, err
		}
		b.take()
		*b.next = append(*b.next, rest[n:]...)
		block.Long = b.offset - block.Offset
		block.Bytes = append(rest[:0], kept...)
		*block.buffer = block.Bytes
		b.begun = len(*b.next) > 0
		return block, nil
	}
}

// drop moves over the first n bytes.
func (b *Blocks) drop(n int) error {
	err := b.pass((*b.next)[:n])
	*b.next = append((*b.next)[:0], (*b.next)[n:]...)
	return err
}

// pass notes that bytes are in a block, or were moved over.
func (b *Blocks) pass(bytes []byte) error {
	b.offset += int64(len(bytes))
	if b.passed == nil {
		return nil
	}
	_, err := b.passed.Write(bytes)
	return err
}

// Waiting is how many bytes at the end of the log are in no block, because their record is not finished. It is known
// after the last block.
func (b *Blocks) Waiting() int64 { return b.waiting }

// Unsure is where the first record begins whose reading may be another one when the log has grown; -1 if there is none.
// It is known after the last block.
func (b *Blocks) Unsure() int64 { return b.unsure }

// Release gives a block's memory back.
func (b *Blocks) Release(block Block) { b.give(block.buffer) }

// fill reads until next has grown by blockSize or the log ends. A long record grows twofold, so that the search for its
// end does not start too often, up to where it is too long.
func (b *Blocks) fill() error {
	next := *b.next
	want := min(len(next)+max(blockSize, len(next)), pbs.MaxRecord+1)
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
		if b.offset == 0 && len(bytes.TrimLeft((*b.next)[:whole], " \t\r\n\f\v")) == 0 {
			whole = 0 // white space belongs to the first record, which is still to come
		}
	}
	b.waiting = int64(len(*b.next) - whole)
	if whole == 0 {
		return Block{}, io.EOF
	}
	if n := b.framer.Unsure((*b.next)[:whole]); n >= 0 {
		b.unsure = b.offset + int64(n)
	}
	return b.cut(whole, b.framer.Plain())
}

// cut makes a block of the first n bytes, of which that is known, and keeps the rest for the next.
func (b *Blocks) cut(n int, known pbs.Plain) (Block, error) {
	full := b.next
	b.take()
	*b.next = append(*b.next, (*full)[n:]...)
	*full = (*full)[:n]
	if !known.Is {
		known.Lines, known.Ends = int64(bytes.Count(*full, []byte{'\n'})), pbs.CountEnds(*full)
	}
	block := Block{Bytes: *full, Line: b.line, Offset: b.offset, plain: known.Is, ends: known.Ends, buffer: full}
	b.line += known.Lines
	return block, b.pass(*full)
}

// Close gives back what Blocks itself holds. It does not close the log.
func (b *Blocks) Close() {
	b.give(b.next)
	b.next = nil
}

func (b *Blocks) take() { b.next = b.pool.take() }

func (b *Blocks) give(buffer *[]byte) { b.pool.give(buffer) }
