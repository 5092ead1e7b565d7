package ingest

import (
	"context"

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
	sent    bool            // blocks of it alone are on their way to the writer
	waiting int64           // bytes at its end that are no whole record yet
	skipped bool            // nothing new in it
	growing bool            // the server may still write to it
	failed  map[string]int64
	twins   []string // packed files of the same log that hold something else
	back    clockStep

	otherZone bool // it was read in another time zone before, and goes on in that one
}

// A step is what passes from the reader to the writer, in the order of the
// logs: a block of a log, or of several small ones that are whole; the end of a
// log that came alone; the beginning of one that is read again; a dictionary.
type step struct {
	log        *logRun
	begins     bool
	ends       bool
	dictionary *duckdb.StoredDictionary // to be stored before what follows is

	buffer *[]byte // holds the pieces
	pieces []piece // what is to be parsed: a block of a log, or some of logs of one time zone
	whole  bool    // each piece is all that there is to be read of its log
	pack   *codec.Dictionary
	stored int64 // bytes of the log, as stored, that were read so far
	result chan result
}

// A piece is a block on its way, and whose it is.
type piece struct {
	log   *logRun
	block Block
	first int64 // number of the first job in it
}

// A result is what a worker made of a block. There may be several: rows take
// many times the memory of short records, so a worker goes on only when the
// writer has taken the ones before. The last one has the outcomes.
type result struct {
	batches  batch.Batches
	outcomes []outcome // of each piece
}

// An outcome is what became of the records of a piece.
type outcome struct {
	counts   batch.Counts
	failures map[string]int64
}

// A flow connects reader, workers and writer. Each block is in both channels:
// workers take it from one, the writer waits for it in the other, in order.
type flow struct {
	work  chan *step
	order chan *step
	pool  buffers
}

func newFlow(workers int) *flow {
	return &flow{work: make(chan *step, workers*inFlight), order: make(chan *step, ahead), pool: newBuffers(workers * (inFlight + 1))}
}

func (f *flow) send(ctx context.Context, s *step) error {
	if s.buffer != nil {
		s.result = make(chan result, 1)
		if err := put(ctx, f.work, s); err != nil {
			return err
		}
	}
	return put(ctx, f.order, s)
}

func put[T any](ctx context.Context, c chan<- T, one T) error {
	select {
	case c <- one:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// release gives the memory of a step's pieces back.
func (f *flow) release(s *step) {
	f.pool.give(s.buffer)
	s.buffer = nil
	for i := range s.pieces {
		s.pieces[i].block = Block{}
	}
}

func (f *flow) closeWork() {
	close(f.work)
	close(f.order)
}
