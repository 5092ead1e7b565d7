package generate

import (
	"context"
	"sync"
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

// chunks are used again for the slot at hand only, where most records go. Those that wait for a later slot get buffers of their
// own small size: memory must not grow with the days.
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

// simulateAll gives every slot's output in order of time, made by that many workers. At most two outputs per worker wait.
func (w *world) simulateAll(ctx context.Context, workers int) <-chan chan *slotOutput {
	type task struct {
		slot int
		to   chan *slotOutput
	}
	ordered, tasks := make(chan chan *slotOutput, workers), make(chan task)
	go func() {
		defer close(ordered)
		defer close(tasks)
		for n := -warmupSlots; n < w.cal.count(); n++ {
			t := task{n, make(chan *slotOutput, 1)}
			select {
			case ordered <- t.to:
			case <-ctx.Done():
				return
			}
			tasks <- t
		}
	}()
	for range workers {
		go func() {
			s := simulation{world: w}
			for t := range tasks {
				t.to <- s.simulateSlot(t.slot)
			}
		}()
	}
	return ordered
}

// stage says which of several profiles is being written, for Progress.
type stage struct{ index, of int }

// write makes one profile's files.
func (w *world) write(ctx context.Context, o Options, st stage) (ProfileSummary, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	f, err := createFiles(o.Dir, w)
	if err != nil {
		return ProfileSummary{}, err
	}
	pending := map[int][]*chunkOfRecords{}
	for next := range w.simulateAll(ctx, o.Workers) {
		out := <-next
		for slot, c := range out.filed {
			pending[slot] = append(pending[slot], c)
		}
		if err := f.add(out, pending[out.slot]); err != nil {
			return ProfileSummary{}, f.abandon(err)
		}
		delete(pending, out.slot)
		if o.Progress != nil {
			all := w.cal.count() + warmupSlots
			o.Progress(int64(st.index*all+out.slot+warmupSlots+1), int64(st.of*all))
		}
		out.release()
	}
	if err := ctx.Err(); err != nil {
		return ProfileSummary{}, f.abandon(err)
	}
	return f.finish()
}
