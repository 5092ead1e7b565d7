package generate

import (
	"context"
	"iter"
	"sync"

	"pbsduck/ingest/inorder"
)

// slotOutput is what the submissions of one slot give.
type slotOutput struct {
	slot    int
	filed   map[int]*chunkOfRecords // by the slot of the records' instants
	truth   []byte
	lastRow int // offset in truth of the last row
	jobs    int64
	repeats int64
	superseded,
	events int64
}

// chunkOfRecords is the records that one slot's submissions have in one slot.
type chunkOfRecords struct {
	data  []byte
	index []entry
}

// entry is one record in a chunk, with its newline.
type entry struct {
	at       int64
	from, to int
	lines    int
	letter   byte
}

// chunks are used again for the slot at hand only, where most records go. Those that wait for a later slot get buffers
// of their own small size: memory must not grow with the days.
var chunks = sync.Pool{New: func() any { return new(chunkOfRecords) }}

var outputs = sync.Pool{New: func() any { return &slotOutput{filed: map[int]*chunkOfRecords{}} }}

// takeOutput gives an empty output, with the truth buffer of an earlier one.
func takeOutput(slot int) *slotOutput {
	o := outputs.Get().(*slotOutput)
	*o = slotOutput{slot: slot, filed: o.filed, truth: o.truth[:0]}
	return o
}

// release gives the output's buffers to the next one; chunks of later slots are not among them.
func (o *slotOutput) release() {
	if c := o.filed[o.slot]; c != nil {
		chunks.Put(c)
	}
	clear(o.filed)
	outputs.Put(o)
}

func (o *slotOutput) chunk(slot int) *chunkOfRecords {
	c := o.filed[slot]
	switch {
	case c != nil:
		return c
	case slot == o.slot:
		c = chunks.Get().(*chunkOfRecords)
		c.data, c.index = c.data[:0], c.index[:0]
	default:
		c = new(chunkOfRecords)
	}
	o.filed[slot] = c
	return c
}

// simulateAll gives take every slot's output in order of time, made by that many workers. At most two outputs per
// worker wait.
func (w *world) simulateAll(ctx context.Context, workers int, take func(*slotOutput) error) error {
	line := inorder.Line[*plan, *slotOutput]{
		Source:  func(_ context.Context, send func(*plan) error) error { return w.planAll(send) },
		Workers: workers, Ahead: workers,
		Worker: func(context.Context) (inorder.Worker[*plan, *slotOutput], func() error, error) {
			s := simulation{world: w}
			return func(_ context.Context, p *plan, emit func(*slotOutput) error) error {
				out := s.simulate(p)
				plans.Put(p)
				return emit(out)
			}, nil, nil
		},
		Take: func(_ context.Context, _ *plan, results iter.Seq2[*slotOutput, error]) error {
			for out, err := range results {
				if err == nil {
					err = take(out)
				}
				if err != nil {
					return err
				}
			}
			return nil
		},
	}
	return line.Run(ctx)
}

// planAll gives send the plan of every slot in order of time, each when all of its legs were granted. Jobs that still
// wait when the log ends never start.
func (w *world) planAll(send func(*plan) error) error {
	sched, asker := newScheduler(w), simulation{world: w, asking: true}
	var line []*plan // in order, not sent yet
	for n := -warmupSlots; n < w.cal.count(); n++ {
		if n == veteranSlots {
			sched.retire(w)
		}
		p := takePlan(n)
		asker.ask(p)
		sched.add(p)
		sched.advance(w.cal.slotAt(n).start + slotSeconds)
		for line = append(line, p); len(line) > 0 && line[0].waiting == 0; line = line[1:] {
			if err := send(line[0]); err != nil {
				return err
			}
		}
	}
	for _, p := range line {
		if err := send(p); err != nil {
			return err
		}
	}
	return nil
}

// stage says which of several profiles is being written, for Progress.
type stage struct{ index, of int }

// write makes one profile's files.
func (w *world) write(ctx context.Context, o Options, st stage) (ProfileSummary, error) {
	f, err := createFiles(o.Dir, w)
	if err != nil {
		return ProfileSummary{}, err
	}
	pending := map[int][]*chunkOfRecords{}
	err = w.simulateAll(ctx, o.Workers, func(out *slotOutput) error {
		for slot, c := range out.filed {
			pending[slot] = append(pending[slot], c)
		}
		if err := f.add(out, pending[out.slot]); err != nil {
			return err
		}
		delete(pending, out.slot)
		if o.Progress != nil {
			all := w.cal.count() + warmupSlots
			o.Progress(int64(st.index*all+out.slot+warmupSlots+1), int64(st.of*all))
		}
		out.release()
		return nil
	})
	if err != nil {
		return ProfileSummary{}, f.abandon(err)
	}
	return f.finish()
}
