package ingest

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"

	"pbsduck/ingest/pbs"
	"pbsduck/ingest/source"
)

// A reader reads logs into blocks that end between two records.
type reader struct {
	logs   []*Log
	pool   *buffers
	packer *packer
	nextID int64
	most   int // bytes of a small log
	taken  func(fs.FileInfo) string

	log    *Log
	in     *source.Reader
	blocks *Blocks
	digest source.Digest
	only   *Block // of the log: the first one, if it is small, until it is known whether another follows
	small  *Step  // small logs that are gathered in one block
}

// smallLog is up to how many bytes of news a log is taken together with others in one block, if inserts take as much:
// what becomes of a block takes memory, however little is in it.
const smallLog = 1 << 20

// readAll reads every log. One that can't be read does not stop the others.
func (r *reader) readAll(ctx context.Context) error {
	for _, log := range r.logs {
		if err := r.read(ctx, log); err != nil {
			return err
		}
	}
	if err := r.sendSmall(); err != nil {
		return err
	}
	return r.packer.release()
}

// read reads one log. The error is that of the stream; one of the log goes with its last step.
func (r *reader) read(ctx context.Context, log *Log) error {
	r.log = log
	restart, err := r.once(ctx)
	var changed *ChangedError
	if log.Else != nil && errors.As(err, &changed) {
		log.startAsElse()
		restart, err = r.once(ctx)
	}
	if restart && err == nil {
		log.startOver()
		_, err = r.once(ctx)
	}
	if log.Err = err; err == nil {
		log.ReadTo.Bytes, log.ReadTo.Digest = r.digest.Len(), r.digest.Sum()
		log.Unlike = r.unlikeTwins(ctx)
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err == nil && !log.Replace && !log.Sent {
		return r.gather()
	}
	r.drop()
	return r.packer.pass(&Step{Log: log, Ends: true, Stored: log.Size})
}

// gather puts the log with other small ones of its kind into one buffer.
func (r *reader) gather() error {
	if r.small != nil && !sameOrigin(r.small.Pieces[0].Log, r.log) {
		if err := r.sendSmall(); err != nil {
			return err
		}
	}
	if r.small == nil {
		r.small = &Step{buffer: r.pool.take(), Whole: true}
	}
	s, p := r.small, Piece{Log: r.log, block: Block{Line: 1}, first: r.nextID}
	if r.only != nil {
		p.block = *r.only
		*s.buffer = append(*s.buffer, p.block.Bytes...)
		r.nextID += p.block.ends
		r.drop()
	}
	s.Pieces = append(s.Pieces, p)
	if len(*s.buffer) > blockSize-smallLog {
		return r.sendSmall()
	}
	return nil
}

func sameOrigin(a, b *Log) bool { return a.Machine == b.Machine && a.Zone == b.Zone }

// drop gives the log's only block back.
func (r *reader) drop() {
	if r.only != nil {
		r.blocks.Release(*r.only)
		r.only = nil
	}
}

// sendSmall sends the small logs that were gathered.
func (r *reader) sendSmall() error {
	s := r.small
	if r.small = nil; s == nil {
		return nil
	}
	rest := *s.buffer // which does not move any more
	for i := range s.Pieces {
		b := &s.Pieces[i].block
		b.Bytes, rest = rest[:len(b.Bytes)], rest[len(b.Bytes):]
	}
	return r.packer.pass(s)
}

// once opens the log and sends its blocks.
func (r *reader) once(ctx context.Context) (restart bool, err error) {
	if info, err := os.Stat(r.log.Path); err == nil && r.taken != nil {
		if what := r.taken(info); what != "" {
			return false, &source.PathError{Path: r.log.File(), Err: source.ErrNotLog, Next: "it is " + what}
		}
	}
	in, err := r.log.Open(ctx)
	if err != nil {
		return false, err
	}
	r.in, r.digest = in, source.Digest{}
	r.blocks = newBlocks(r.log.File(), in, r.pool)
	r.blocks.growing, r.blocks.passed = r.log.Growing, &r.digest
	restart, err = r.send(ctx)
	r.blocks.Close()
	return restart, errors.Join(err, in.Close())
}

// send sends the blocks from where the log was read to, up to the last whole record.
func (r *reader) send(ctx context.Context) (restart bool, err error) {
	if err := r.passKnown(ctx); err != nil {
		return false, err
	}
	if restart, err = r.checkBeginning(); restart || err != nil {
		return restart, err
	}
	for {
		b, err := r.blocks.Next()
		if err == io.EOF {
			r.log.Waiting, r.log.ReadTo.UnsureAt = r.blocks.Waiting(), r.blocks.Unsure()
			return false, nil
		}
		if err != nil {
			return false, err
		}
		if err := r.sendBlock(b); err != nil {
			return false, err
		}
	}
}

// passKnown moves to the end of what was read before, and proves that it is unchanged.
func (r *reader) passKnown(ctx context.Context) error {
	known := r.log.Known
	if known == nil {
		return nil
	}
	err := r.digest.ReadPrefix(ctx, r.in, known.Bytes)
	if errors.Is(err, source.ErrShrunk) {
		return &ChangedError{Path: r.log.File(), Bytes: known.Bytes, Left: r.digest.Len(), Shrunk: true}
	}
	if err != nil {
		return err
	}
	if r.digest.Sum() != known.Digest {
		return &ChangedError{Path: r.log.File(), Bytes: known.Bytes}
	}
	r.blocks.offset, r.blocks.line = known.Bytes, known.Lines+1
	r.blocks.unsure = known.UnsureAt // as long as nothing new is read
	return nil
}

// checkBeginning looks at the first bytes that are new. Where they may change how what was read before is to be read,
// they make the whole log be read again in place of what it gave: a line that continues the last record, anything
// behind a value that is open or a line without its newline.
func (r *reader) checkBeginning() (restart bool, err error) {
	if r.log.Known == nil {
		err = r.blocks.Sniff()
	} else {
		var begin []byte
		begin, err = r.blocks.Begin()
		news := bytes.IndexByte(begin, '\n') >= 0 || len(begin) > 0 && !r.log.Growing
		restart = news && (r.log.Known.UnsureAt >= 0 || !pbs.IsHead(begin))
	}
	if err != nil || restart || !r.log.Replace {
		return restart, err
	}
	if err := r.sendSmall(); err != nil { // before its transaction begins
		return false, err
	}
	return false, r.packer.pass(&Step{Log: r.log, Begins: true})
}

// sendBlock sends a block, or keeps it if it may be all there is of a small log. One that is read again comes alone.
func (r *reader) sendBlock(b Block) error {
	if !r.log.Sent && !r.log.Replace && r.only == nil && len(b.Bytes) <= r.most {
		r.only = &b
		return nil
	}
	if first := r.only; first != nil {
		r.only = nil
		if err := r.emit(*first); err != nil {
			return err
		}
	}
	return r.emit(b)
}

func (r *reader) emit(b Block) error {
	if err := r.sendSmall(); err != nil {
		return err
	}
	p := Piece{r.log, b, r.nextID}
	r.nextID += b.ends
	r.log.Sent = true
	return r.packer.pass(&Step{buffer: b.buffer, Pieces: []Piece{p}, Stored: r.in.StoredBytes()})
}
