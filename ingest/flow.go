package ingest

import (
	"context"
	"sync"

	"pbsduck/duckdb"
	"pbsduck/ingest/batch"
	"pbsduck/ingest/codec"
	"pbsduck/ingest/source"
)

// blockSize is about how much of a log one worker takes at a time: DuckDB
// takes batches of some thousand rows at half the cost of small ones.
const blockSize = 8 << 20

// inFlight is how many blocks per worker may be on their way.
const inFlight = 2

// ahead is how many steps the workers may be ahead of the writer: it gathers
// and inserts in bursts, and they go on meanwhile.
const ahead = 20

// A logRun is one log on its way through the flow.
type logRun struct {
	source.Log
	entry   *duckdb.LogFile // its row of the ledger, as it will be
	before  duckdb.LogFile  // as it was; zero if it is read from its beginning
	replace bool            // what it gave before is to go first
	resume  bool            // it was read before, up to entry.ReadBytes
	moved   bool            // it was read at another place, if its beginning is that of this one
	asNew   *duckdb.LogFile // its row of the ledger if it was not
	err     error           // why it can't be taken in
	waiting int64           // bytes at its end that are no whole record yet
	skipped bool            // nothing new in it
	growing bool            // the server may still write to it
	failed  map[string]int64
	twins   []string // packed files of the same log that hold something else
	back    clockStep

	otherZone bool // it was read in another time zone before, and goes on in that one
}

// A step is what passes from the reader to the writer, in the order of the
// logs: the beginning or the end of a log, or a block of it, or a dictionary.
type step struct {
	log        *logRun
	begins     bool
	ends       bool
	dictionary *duckdb.StoredDictionary // to be stored before what follows is

	block  *Block
	first  int64 // number of the first job in the block
	pack   *codec.Dictionary
	stored int64 // bytes of the log, as stored, that were read so far
	result chan result
}

type result struct {
	batches  batch.Batches
	failures map[string]int64
}

// A flow connects reader, workers and writer. Each block is in both channels:
// workers take it from one, the writer waits for it in the other, in order.
type flow struct {
	work  chan *step
	order chan *step
	pool  sync.Pool
}

func newFlow(workers int) *flow {
	f := &flow{work: make(chan *step, workers*inFlight), order: make(chan *step, ahead)}
	f.pool.New = newBuffer
	return f
}

func (f *flow) send(ctx context.Context, s *step) error {
	if s.block != nil {
		s.result = make(chan result, 1)
		if err := put(ctx, f.work, s); err != nil {
			return err
		}
	}
	return put(ctx, f.order, s)
}

func put(ctx context.Context, c chan<- *step, s *step) error {
	select {
	case c <- s:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// release gives the memory of a step's block back.
func (f *flow) release(s *step) {
	*s.block.buffer = (*s.block.buffer)[:0]
	f.pool.Put(s.block.buffer)
	s.block = nil
}

func (f *flow) closeWork() {
	close(f.work)
	close(f.order)
}
