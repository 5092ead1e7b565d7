package ingest

import (
	"context"
	"io/fs"
	"iter"
	"runtime"

	"pbsduck/ingest/inorder"
)

const (
	// blockSize is about how much of a log one worker takes at a time: DuckDB takes batches of some thousand rows at half
	// the cost of small ones.
	blockSize = 8 << 20

	// inFlight is how many blocks per worker may be on their way.
	inFlight = 2

	// BurstsAhead is how many steps the workers may be ahead of who takes their results in bursts.
	BurstsAhead = 20
)

// A Stream reads logs on all cores, in order.
type Stream[R any] struct {
	Logs    []*Log
	Workers int      // goroutines that parse; 0: one per core
	FirstID int64    // number of the first job; 0 is taken as 1
	Small   int      // logs of up to so many bytes of news share a block
	Ahead   int      // steps that may be done, or worked on, and wait to be taken; 0: two for each worker
	Packing *Packing // how raw records are packed; nil: they are not

	// NewWorker makes what turns the pieces of a step into results; it is called in each goroutine that parses. The last
	// result is returned: the pieces are gone when who takes it sees it.
	NewWorker func() (func(ctx context.Context, s *Step, emit func(R) error) (last R, err error), error)

	// Taken says which files are no logs, whatever is in them, and what they are; nil: there are none.
	Taken func(fs.FileInfo) string

	pool *buffers
}

// Run reads the logs, and calls take for each step with what was made of it, in order. An error of a log is in the last
// step of it, and does not disturb the others.
func (s *Stream[R]) Run(
	ctx context.Context, take func(ctx context.Context, s *Step, results iter.Seq2[R, error]) error,
) error {
	workers := s.Workers
	if workers == 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	ahead := s.Ahead
	if ahead == 0 {
		ahead = workers * inFlight
	}
	s.pool = newBlockBuffers(workers * (inFlight + 1))
	line := inorder.Line[*Step, R]{
		Source: func(ctx context.Context, send func(*Step) error) error {
			r := reader{
				logs: s.Logs, pool: s.pool, packer: newPacker(s.Packing, send), nextID: max(1, s.FirstID),
				most: min(smallLog, s.Small), taken: s.Taken,
			}
			return r.readAll(ctx)
		},
		Workers: workers, Queued: workers * inFlight, Ahead: ahead,
		Worker: s.newWorker,
		Take:   take,
	}
	return line.Run(ctx)
}

func (s *Stream[R]) newWorker(context.Context) (inorder.Worker[*Step, R], func() error, error) {
	GiveWay()
	work, err := s.NewWorker()
	if err != nil {
		return nil, nil, err
	}
	return func(ctx context.Context, step *Step, emit func(R) error) error {
		if step.buffer == nil {
			return nil
		}
		last, err := work(ctx, step, emit)
		step.release(s.pool)
		if err != nil {
			return err
		}
		return emit(last)
	}, nil, nil
}

// release gives the memory of a step's pieces back.
func (s *Step) release(pool *buffers) {
	pool.give(s.buffer)
	s.buffer = nil
	for i := range s.Pieces {
		s.Pieces[i].block = Block{}
	}
}
