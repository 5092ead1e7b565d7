package ingest

import (
	"bytes"
	"context"
	"errors"
	"io"
	"time"

	"pbsduck/duckdb"
	"pbsduck/ingest/pbs"
	"pbsduck/ingest/source"
)

const (
	// maxRecord bounds the memory a log without record boundaries can take.
	maxRecord = 64 << 20

	// sniffSize is how far into a file the first record must begin.
	sniffSize = 1 << 20

	microsecond = time.Microsecond
)

// A reader reads logs into blocks that end between two records.
type reader struct {
	flow   *flow
	packer *packer
	plan   *plan
	nextID int64

	log    *logRun
	in     *source.Reader
	digest source.Digest
	block  *[]byte
	line   int64 // of the block's first byte
	offset int64
}

func newReader(f *flow, p *packer, plan *plan, firstID int64) *reader {
	return &reader{flow: f, packer: p, plan: plan, nextID: firstID}
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
	return r.packer.release(ctx, r.flow)
}

// read reads one log. The error is that of the flow; one of the log goes with
// its last step.
func (r *reader) read(ctx context.Context, log *logRun) error {
	r.log, r.digest, r.line, r.offset = log, source.Digest{}, 1, 0
	in, err := log.Open(ctx)
	if err == nil {
		r.in = in
		err = r.blocks(ctx)
		err = errors.Join(err, in.Close())
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	log.err = err
	if err == nil {
		log.entry.ReadBytes, log.entry.Digest = r.digest.Len(), r.digest.Sum()
	}
	return r.emit(ctx, &step{log: log, ends: true, stored: log.Size})
}

// blocks reads from where the ledger says to the last whole record.
func (r *reader) blocks(ctx context.Context) error {
	if err := r.passKnown(ctx); err != nil {
		return err
	}
	r.takeBlock()
	for began := false; ; {
		atEnd, err := r.fill()
		if err != nil {
			return err
		}
		if !began {
			began = true
			restart, err := r.checkBeginning(ctx, atEnd)
			if err != nil {
				return err
			}
			if restart {
				return r.blocks(ctx)
			}
		}
		if atEnd {
			return r.last(ctx)
		}
		cut := pbs.Cut(*r.block)
		if cut == 0 {
			if len(*r.block) >= maxRecord {
				return &LongError{Path: r.log.Path, Line: r.line, Offset: r.offset}
			}
			continue
		}
		if err := r.cut(ctx, cut); err != nil {
			return err
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
	changed := &ChangedError{Path: r.log.Path, Bytes: entry.ReadBytes}
	err := r.digest.ReadPrefix(ctx, r.in, entry.ReadBytes)
	if errors.Is(err, source.ErrShrunk) {
		return changed
	}
	if err != nil {
		return err
	}
	if r.digest.Sum() != entry.Digest {
		return changed
	}
	r.offset, r.line = entry.ReadBytes, entry.Lines+1
	return nil
}

// checkBeginning looks at the first bytes that are new. A line that continues
// the last record that was read before makes the whole log be read again in
// place of what it gave.
func (r *reader) checkBeginning(ctx context.Context, atEnd bool) (restart bool, err error) {
	if r.log.resume && len(*r.block) > 0 {
		if !pbs.IsHead(*r.block) && bytes.IndexByte(*r.block, '\n') >= 0 {
			return true, r.reopen(ctx)
		}
	}
	if !r.log.resume && len(*r.block) > 0 && !pbs.HasHead((*r.block)[:min(len(*r.block), sniffSize)]) {
		return false, &NotLogError{Path: r.log.Path, Begin: string((*r.block)[:min(len(*r.block), 40)])}
	}
	return false, r.emit(ctx, &step{log: r.log, begins: true})
}

func (r *reader) reopen(ctx context.Context) error {
	if err := r.in.Close(); err != nil {
		return err
	}
	in, err := r.log.Open(ctx)
	if err != nil {
		return err
	}
	r.in, r.digest, r.line, r.offset = in, source.Digest{}, 1, 0
	*r.block = (*r.block)[:0]
	r.log.resume, r.log.replace, r.log.before = false, true, duckdb.LogFile{}
	r.log.entry.FirstNewLine = 1
	return nil
}

// fill reads until the block has grown by blockSize or the log ends.
func (r *reader) fill() (atEnd bool, err error) {
	b := *r.block
	want := len(b) + blockSize
	if cap(b) < want {
		b = append(make([]byte, 0, want+want/4), b...)
	}
	for len(b) < want {
		n, err := r.in.Read(b[len(b):want])
		b = b[:len(b)+n]
		*r.block = b
		if err == io.EOF {
			return true, nil
		}
		if err != nil {
			return false, err
		}
	}
	return false, nil
}

// last sends what is left at the end of a log. A record that is not finished
// waits in a plain file, which may grow; elsewhere it is taken as it is.
func (r *reader) last(ctx context.Context) error {
	whole := len(*r.block)
	if r.log.Codec == source.Plain && !r.log.Stream {
		whole = pbs.Whole(*r.block)
	}
	r.log.waiting = int64(len(*r.block) - whole)
	if whole > 0 {
		if err := r.cut(ctx, whole); err != nil {
			return err
		}
	}
	r.putBlock()
	return nil
}

// cut sends the first n bytes as a block and keeps the rest for the next.
func (r *reader) cut(ctx context.Context, n int) error {
	full := r.block
	r.takeBlock()
	*r.block = append((*r.block)[:0], (*full)[n:]...)
	*full = (*full)[:n]
	r.digest.Write(*full) //nolint:errcheck // never fails
	s := &step{log: r.log, block: full, line: r.line, offset: r.offset, first: r.nextID, stored: r.in.StoredBytes()}
	r.nextID += pbs.CountEnds(*full)
	r.line += int64(bytes.Count(*full, []byte{'\n'}))
	r.offset += int64(n)
	return r.emit(ctx, s)
}

func (r *reader) takeBlock() {
	r.block = r.flow.pool.Get().(*[]byte)
	*r.block = (*r.block)[:0]
}

func (r *reader) putBlock() {
	r.flow.pool.Put(r.block)
	r.block = nil
}

func (r *reader) emit(ctx context.Context, s *step) error { return r.packer.pass(ctx, r.flow, s) }
