package ingest

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"time"

	"pbsduck/duckdb"
	"pbsduck/ingest/pbs"
	"pbsduck/ingest/source"
)

const microsecond = time.Microsecond

// A reader reads logs into blocks that end between two records.
type reader struct {
	flow   *flow
	packer *packer
	plan   *plan
	nextID int64

	log    *logRun
	in     *source.Reader
	blocks *Blocks
	digest source.Digest
	only   *Block // of the log: the first one, if it is small, until it is known whether another follows
	small  *step  // small logs that are gathered in one block
	most   int    // bytes of a small log
}

// smallLog is up to how many bytes of news a log is taken together with others
// in one block, if inserts take as much: what becomes of a block takes memory,
// however little is in it.
const smallLog = 1 << 20

func newReader(f *flow, p *packer, plan *plan, firstID int64, o Options) *reader {
	return &reader{flow: f, packer: p, plan: plan, nextID: firstID, most: int(min(smallLog, o.Burst))}
}

// readAll reads every log of the plan. A log that can't be read does not stop
// the others.
func (r *reader) readAll(ctx context.Context) error {
	for _, log := range r.plan.logs {
		if log.skipped {
			continue
		}
		if err := r.read(ctx, log); err != nil {
			return err
		}
	}
	if err := r.sendSmall(ctx); err != nil {
		return err
	}
	return r.packer.release(ctx, r.flow)
}

// read reads one log. The error is that of the flow; one of the log goes with
// its last step.
func (r *reader) read(ctx context.Context, log *logRun) error {
	r.log = log
	restart, err := r.once(ctx)
	var changed *ChangedError
	if log.moved && errors.As(err, &changed) {
		r.log.startAsNew(r.plan.zone)
		restart, err = r.once(ctx)
	}
	if restart && err == nil {
		r.log.startOver()
		_, err = r.once(ctx)
	}
	if log.err = err; err == nil {
		log.entry.ReadBytes, log.entry.Digest = r.digest.Len(), r.digest.Sum()
		log.twins = r.unlikeTwins(ctx)
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err == nil && !log.replace && !log.sent {
		return r.gather(ctx)
	}
	r.drop()
	return r.emit(ctx, &step{log: log, ends: true, stored: log.Size})
}

// gather puts the log with other small ones of its time zone into one buffer.
func (r *reader) gather(ctx context.Context) error {
	if r.small != nil && r.small.pieces[0].log.entry.TimeZone != r.log.entry.TimeZone {
		if err := r.sendSmall(ctx); err != nil {
			return err
		}
	}
	if r.small == nil {
		r.small = &step{buffer: r.flow.pool.take(), whole: true}
	}
	s, p := r.small, piece{log: r.log, block: Block{Line: 1}, first: r.nextID}
	if r.only != nil {
		p.block = *r.only
		*s.buffer = append(*s.buffer, p.block.Bytes...)
		r.nextID += pbs.CountEnds(p.block.Bytes)
		r.drop()
	}
	s.pieces = append(s.pieces, p)
	if len(*s.buffer) > blockSize-smallLog {
		return r.sendSmall(ctx)
	}
	return nil
}

// drop gives the log's only block back.
func (r *reader) drop() {
	if r.only != nil {
		r.blocks.Release(*r.only)
		r.only = nil
	}
}

// sendSmall sends the small logs that were gathered.
func (r *reader) sendSmall(ctx context.Context) error {
	s := r.small
	if r.small = nil; s == nil {
		return nil
	}
	rest := *s.buffer // which does not move any more
	for i := range s.pieces {
		b := &s.pieces[i].block
		b.Bytes, rest = rest[:len(b.Bytes)], rest[len(b.Bytes):]
	}
	return r.packer.pass(ctx, r.flow, s)
}

// once opens the log and sends its blocks.
func (r *reader) once(ctx context.Context) (restart bool, err error) {
	if info, err := os.Stat(r.log.Path); err == nil && duckdb.IsOpen(info) {
		return false, &source.PathError{Path: r.log.File(), Err: source.ErrNotLog, Next: "it is the database"}
	}
	in, err := r.log.Open(ctx)
	if err != nil {
		return false, err
	}
	r.in, r.digest = in, source.Digest{}
	r.blocks = newBlocks(r.log.File(), in, r.flow.pool)
	r.blocks.growing, r.blocks.passed = r.log.growing, &r.digest
	restart, err = r.send(ctx)
	r.blocks.Close()
	return restart, errors.Join(err, in.Close())
}

// send sends the blocks from where the ledger says to the last whole record.
func (r *reader) send(ctx context.Context) (restart bool, err error) {
	if err := r.passKnown(ctx); err != nil {
		return false, err
	}
	if restart, err = r.checkBeginning(ctx); restart || err != nil {
		return restart, err
	}
	for {
		b, err := r.blocks.Next()
		if err == io.EOF {
			r.log.waiting, r.log.entry.UnsureAt = r.blocks.Waiting(), r.blocks.Unsure()
			return false, nil
		}
		if err != nil {
			return false, err
		}
		if err := r.sendBlock(ctx, b); err != nil {
			return false, err
		}
	}
}

// passKnown moves to the end of what was read before, and proves that it is
// unchanged.
func (r *reader) passKnown(ctx context.Context) error {
	entry := r.log.entry
	if !r.log.resume {
		return nil
	}
	err := r.digest.ReadPrefix(ctx, r.in, entry.ReadBytes)
	if errors.Is(err, source.ErrShrunk) {
		return &ChangedError{Path: r.log.File(), Bytes: entry.ReadBytes, Left: r.digest.Len(), Shrunk: true}
	}
	if err != nil {
		return err
	}
	if r.digest.Sum() != entry.Digest {
		return &ChangedError{Path: r.log.File(), Bytes: entry.ReadBytes}
	}
	r.blocks.offset, r.blocks.line = entry.ReadBytes, entry.Lines+1
	r.blocks.unsure = entry.UnsureAt // as long as nothing new is read
	return nil
}

// checkBeginning looks at the first bytes that are new. Where they may change
// how what was read before is to be read, they make the whole log be read again
// in place of what it gave: a line that continues the last record, anything
// behind a value that is open or a line without its newline.
func (r *reader) checkBeginning(ctx context.Context) (restart bool, err error) {
	if !r.log.resume {
		err = r.blocks.Sniff()
	} else {
		var begin []byte
		begin, err = r.blocks.Begin()
		news := bytes.IndexByte(begin, '\n') >= 0 || len(begin) > 0 && !r.log.growing
		restart = news && (r.log.before.UnsureAt >= 0 || !pbs.IsHead(begin))
	}
	if err != nil || restart || !r.log.replace {
		return restart, err
	}
	if err := r.sendSmall(ctx); err != nil { // before its transaction begins
		return false, err
	}
	return false, r.emit(ctx, &step{log: r.log, begins: true})
}

// startOver has the log read from its beginning, in place of what it gave.
func (l *logRun) startOver() {
	l.resume, l.replace, l.before = false, true, duckdb.LogFile{}
	l.entry.FirstNewLine = 1
}

// startAsNew has the log read as one that was never read before: it is another
// one than the one that had its name.
func (l *logRun) startAsNew(zone string) {
	l.resume, l.replace, l.otherZone, l.before, l.entry = false, false, false, duckdb.LogFile{}, l.asNew
	l.asRead(l.entry, zone)
}

// sendBlock sends a block, or keeps it if it may be all there is of a small log.
// One that is read again has a transaction of its own.
func (r *reader) sendBlock(ctx context.Context, b Block) error {
	if !r.log.sent && !r.log.replace && r.only == nil && len(b.Bytes) <= r.most {
		r.only = &b
		return nil
	}
	if first := r.only; first != nil {
		r.only = nil
		if err := r.emitBlock(ctx, *first); err != nil {
			return err
		}
	}
	return r.emitBlock(ctx, b)
}

func (r *reader) emitBlock(ctx context.Context, b Block) error {
	if err := r.sendSmall(ctx); err != nil {
		return err
	}
	p := piece{r.log, b, r.nextID}
	r.nextID += pbs.CountEnds(b.Bytes)
	r.log.sent = true
	return r.emit(ctx, &step{buffer: b.buffer, pieces: []piece{p}, stored: r.in.StoredBytes()})
}

func (r *reader) emit(ctx context.Context, s *step) error { return r.packer.pass(ctx, r.flow, s) }
