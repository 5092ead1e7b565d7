package load

import (
	"context"
	"iter"
	"time"

	"pbsduck/duckdb"
	"pbsduck/duckdb/records"
	"pbsduck/ingest"
	"pbsduck/ingest/batch"
	"pbsduck/ingest/codec"
)

const (
	// insertBytes is how much log is gathered before its batches are inserted, and insertMemory how much memory they may
	// take: the rows of short records take more than these.
	insertBytes  = 32 << 20
	insertMemory = 64 << 20

	// commitBytes is how much log one transaction takes in, if there is as much and it does not have jobs enough before
	// (transaction.full): small commits are dear.
	commitBytes = 4 << 30
)

// A writer inserts batches in the order of the logs and commits them in groups of whole logs.
type writer struct {
	db      *duckdb.DB
	plan    *plan
	packing *ingest.Packing
	use     *codec.Trained // what records are packed with now
	options Options
	summary *Summary
	firstID int64 // outcomes from this number on are of this run

	load    *transaction
	group   []*logRun // logs that are complete in this transaction
	gather  []batch.Batches
	waiting int64 // bytes of log in gather
	memory  int64 // that gather takes
	grouped int64 // and in the transaction
	done    int64 // stored bytes of the logs before this one

	commits     int              // transactions of this run
	raw, packed int64            // of the records since the last commit
	unsaved     []*codec.Trained // dictionaries that no commit made lasting yet
}

func newWriter(ctx context.Context, db *duckdb.DB, p *plan, o Options) (*writer, error) {
	w := &writer{db: db, plan: p, options: o, summary: newSummary(p)}
	var err error
	if w.firstID, err = records.NextJobID(ctx, db); err != nil || len(p.read) == 0 {
		return w, err
	}
	w.packing, err = o.packing(ctx, db)
	if err == nil {
		w.use = w.packing.Use
	}
	return w, err
}

// take takes what the stream made of a step.
func (w *writer) take(ctx context.Context, s *ingest.Step, results iter.Seq2[ingest.Rows, error]) error {
	if err := w.begin(ctx); err != nil {
		return err
	}
	switch {
	case s.Dictionary != nil:
		w.use, w.unsaved = s.Dictionary, append(w.unsaved, s.Dictionary)
		return w.load.addDictionary(ctx, s.Dictionary)
	case s.Begins:
		return w.beginLog(ctx, w.plan.run(s.Log))
	case s.Ends:
		return w.endLog(ctx, w.plan.run(s.Log))
	}
	for rows, err := range results {
		if err != nil {
			return err
		}
		if err := w.takeRows(ctx, s, rows); err != nil {
			return err
		}
	}
	if s.Whole {
		return w.endLogs(ctx, s.Pieces)
	}
	return nil
}

// begin starts a transaction if there is none.
func (w *writer) begin(ctx context.Context) (err error) {
	if w.load != nil {
		return nil
	}
	if w.load, err = begin(ctx, w.db, w.options.Machine); err != nil {
		return err
	}
	for _, d := range w.unsaved {
		if err := w.load.addDictionary(ctx, d); err != nil {
			return err
		}
	}
	return nil
}

// beginLog makes room for a log that is read again. It has a transaction of its own: if it can't be read to its end,
// what it gave before comes back.
func (w *writer) beginLog(ctx context.Context, l *logRun) error {
	if !l.Replace {
		return nil
	}
	if err := w.commit(ctx); err != nil {
		return err
	}
	if err := w.begin(ctx); err != nil {
		return err
	}
	if err := w.load.forget(ctx, l.entry); err != nil {
		return err
	}
	l.entry.reset()
	return nil
}

// takeRows gathers rows, and inserts them if there are enough.
func (w *writer) takeRows(ctx context.Context, s *ingest.Step, r ingest.Rows) error {
	for i := range r.Outcomes {
		w.count(w.plan.run(s.Pieces[i].Log), &r.Outcomes[i])
	}
	w.gather = append(w.gather, r.Batches)
	w.memory += r.Batches.Size()
	w.options.Progress(Progress{
		DoneBytes: w.done + s.Stored, Total: w.plan.total, Records: w.summary.Records, Jobs: w.summary.readJobs,
	})
	if w.waiting >= w.options.Burst || w.memory >= insertMemory {
		return w.insert(ctx)
	}
	return nil
}

// count adds what became of a block to its log's row of the ledger.
func (w *writer) count(l *logRun, o *ingest.Outcome) {
	c, e := &o.Counts, l.entry
	w.waiting += c.Bytes
	w.grouped += c.Bytes
	e.Tally = e.Plus(c.Tally)
	e.RecordsCheck += c.RecordsCheck
	for name, n := range o.Failures {
		e.FailedValues += n
		l.failed[name] += n
	}
	if c.FirstTime != 0 && (e.FirstTime == 0 || c.FirstTime < e.FirstTime) {
		e.FirstTime = c.FirstTime
	}
	e.LastTime = max(e.LastTime, c.LastTime)
	e.ZoneFits += c.ZoneMatches
	if c.ZoneDiffers > 0 {
		e.ZoneMisfits, e.ZoneOffset = e.ZoneMisfits+c.ZoneDiffers, c.ZoneOffset
	}
	if l.back.by == 0 && c.BackBy > 0 {
		l.back = clockStep{c.BackLine, time.Duration(c.BackBy) * time.Second}
	}
	w.raw += c.RawBytes
	w.packed += c.PackedBytes
	w.summary.add(c)
}

func (w *writer) insert(ctx context.Context) error {
	gathered := w.gather
	w.gather, w.waiting, w.memory = nil, 0, 0
	return w.load.append(ctx, gathered)
}

// endLog takes a log into the group, or what there is of it out again.
func (w *writer) endLog(ctx context.Context, l *logRun) error {
	w.done += l.Size
	if l.Err != nil {
		return w.dropLog(ctx, l)
	}
	l.complete()
	w.group = append(w.group, l)
	if l.Replace {
		return w.commit(ctx)
	}
	return w.commitGood(ctx)
}

// endLogs takes logs into the group whose rows came together.
func (w *writer) endLogs(ctx context.Context, pieces []ingest.Piece) error {
	for _, p := range pieces {
		l := w.plan.run(p.Log)
		l.complete()
		w.done += l.Size
		w.group = append(w.group, l)
	}
	return w.commitGood(ctx)
}

// dropLog undoes a log that turned out to be unreadable: nothing of it stays.
func (w *writer) dropLog(ctx context.Context, l *logRun) error {
	if l.Replace {
		return w.rollback()
	}
	if !l.Sent {
		return nil
	}
	if err := w.insert(ctx); err != nil {
		return err
	}
	return w.load.discard(ctx, l.entry)
}
