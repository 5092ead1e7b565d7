package load

import (
	"context"
	"errors"

	"pbsduck/duckdb/charge"
	"pbsduck/ingest"
)

// commitGood commits the group if it makes a good transaction.
func (w *writer) commitGood(ctx context.Context) error {
	if w.grouped >= commitBytes || w.load.full() {
		return w.commit(ctx)
	}
	return nil
}

func (w *writer) rollback() error {
	for _, b := range w.gather {
		b.Release()
	}
	err := w.load.rollback()
	w.restart()
	return err
}

func (w *writer) restart() {
	w.load, w.group, w.gather = nil, nil, nil
	w.waiting, w.memory, w.grouped, w.raw, w.packed = 0, 0, 0, 0, 0
}

func (w *writer) commit(ctx context.Context) error {
	if w.load == nil {
		return nil
	}
	if len(w.group) == 0 {
		return w.rollback()
	}
	if err := w.insert(ctx); err != nil {
		return err
	}
	if err := w.catchUp(ctx); err != nil {
		return err
	}
	files := make([]*LogFile, len(w.group))
	for i, l := range w.group {
		files[i] = l.entry
	}
	for _, l := range w.group {
		w.warnOfLog(l)
	}
	if w.options.DryRun {
		return w.tryOut(ctx, files)
	}
	if err := w.load.commit(ctx, files); err != nil {
		return err
	}
	w.summary.committed(w.group, w.load)
	if ingest.IsPoor(w.raw, w.packed, w.use) {
		w.packing.Retrain()
	}
	w.unsaved, w.commits = nil, w.commits+1
	w.restart()
	return nil
}

// catchUp brings the tallies of logs that were read before up to date: earlier transactions of this run may have moved
// records to them, or from them.
func (w *writer) catchUp(ctx context.Context) error {
	var ids []int64
	for _, l := range w.group {
		if l.Known != nil {
			ids = append(ids, l.entry.ID)
		}
	}
	if w.commits == 0 || len(ids) == 0 {
		return nil
	}
	ledger, err := ledgerOf(ctx, w.db, ids)
	if err != nil {
		return err
	}
	for _, l := range w.group {
		if now := ledger[l.entry.ID]; l.Known != nil && now != nil {
			moved := now.Minus(l.before.Tally)
			l.entry.Tally = l.entry.Plus(moved)
			l.before.Tally = l.before.Plus(moved)
		}
	}
	return nil
}

// tryOut resolves the group to count what would become of it, and takes it back.
func (w *writer) tryOut(ctx context.Context, files []*LogFile) error {
	if err := w.load.resolve(ctx, files); err != nil {
		return err
	}
	if err := w.load.note(ctx, files); err != nil {
		return err
	}
	w.summary.committed(w.group, w.load)
	return w.rollback()
}

// finish takes back what was not committed, keeps what else is amiss, and gives the summary.
func (w *writer) finish(ctx context.Context, err error) (*Summary, error) {
	if w.load != nil {
		err = errors.Join(err, w.rollback())
	}
	if err == nil {
		err = w.lookRound(ctx)
	}
	if err == nil && w.commits > 0 {
		w.summary.UnknownCharges, err = charge.CountUnknownFrom(ctx, w.db, w.options.Machine, w.firstID)
	}
	return w.summary, err
}
