package rebuild

import (
	"context"
	"iter"

	"golang.org/x/sync/errgroup"

	"pbsduck/duckdb"
	"pbsduck/duckdb/records"
	"pbsduck/ingest"
	"pbsduck/ingest/batch"
	"pbsduck/ingest/inorder"
)

const (
	// gatherRanges is how many of them are inserted at a time.
	gatherRanges = 4

	// madeBytes is how many bytes of raw records rows are made of at a time.
	madeBytes = 8 << 20
)

// readAtOnce is how many raw records are read at a time: as many outcomes as a block of log has.
var readAtOnce = duckdb.Limits{Rows: 1 << 14, Bytes: 16 << 20}

// derived is what came of raw records, of a range of outcomes or of all.
type derived struct {
	batches  []batch.Batches
	made     int64            // outcomes with a new row
	kept     int64            // and without one
	unusable []int64          // outcomes whose raw record gave none
	failedBy map[string]int64 // values that did not convert, by table.column
	failedIn map[int64]int64  // by log: how many more than with the old database's columns
}

func newDerived() derived { return derived{failedBy: map[string]int64{}, failedIn: map[int64]int64{}} }

// add adds up what came of raw records. Its batches are for who inserts them.
func (d *derived) add(one derived) {
	for _, b := range one.batches {
		d.made, d.kept = d.made+b.Outcomes.NumRows(), d.kept-b.Outcomes.NumRows()
	}
	d.unusable = append(d.unusable, one.unusable...)
	addCounts(d.failedBy, one.failedBy)
	addCounts(d.failedIn, one.failedIn)
}

func addCounts[K comparable](all, some map[K]int64) {
	for k, n := range some {
		all[k] += n
	}
}

// derive makes rows of the raw records of all outcomes, and inserts them in their order: each worker inflates and
// parses a range at a time. Memory is bounded by the ranges on their way.
func (r *remake) derive(ctx context.Context, workers int, progress func(done, total int64)) (derived, error) {
	all, repeats := newDerived(), newDerived()
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() (err error) { all, err = r.deriveRanges(ctx, workers, progress); return err })
	group.Go(func() (err error) { repeats, err = r.deriveRepeats(ctx); return err })
	err := group.Wait()
	addCounts(all.failedIn, repeats.failedIn)
	return all, err
}

func (r *remake) deriveRanges(ctx context.Context, workers int, progress func(done, total int64)) (derived, error) {
	all := newDerived()
	ranges, err := records.Ranges(ctx, r.old, readAtOnce)
	if err != nil {
		return all, err
	}
	var done, total int64
	for _, one := range ranges {
		total += one.Rows
	}
	var gathered []batch.Batches
	insert := func(ctx context.Context) error {
		some := gathered
		gathered = nil
		return r.insert(ctx, some)
	}
	line := inorder.Line[duckdb.RowRange, derived]{
		Workers: workers, Queued: workers, Ahead: workers + gatherRanges,
		Source: func(_ context.Context, send func(duckdb.RowRange) error) error {
			for _, one := range ranges {
				if err := send(one); err != nil {
					return err
				}
			}
			return nil
		},
		Worker: r.newWorker,
		Take: func(ctx context.Context, these duckdb.RowRange, results iter.Seq2[derived, error]) error {
			for one, err := range results {
				if err != nil {
					return err
				}
				all.add(one)
				if gathered = append(gathered, one.batches...); len(gathered) < gatherRanges {
					continue
				}
				if err := insert(ctx); err != nil {
					return err
				}
			}
			all.kept += these.Rows
			if done += these.Rows; progress != nil {
				progress(done, total)
			}
			return nil
		},
	}
	if err := line.Run(ctx); err != nil {
		return all, err
	}
	return all, insert(ctx)
}

// newWorker makes what derives the rows of a range, with a connection of its own.
func (r *remake) newWorker(ctx context.Context) (inorder.Worker[duckdb.RowRange, derived], func() error, error) {
	ingest.GiveWay()
	reader, err := records.NewReader(ctx, r.old)
	if err != nil {
		return nil, nil, err
	}
	d := newDeriver(r.old.Site(), r.fresh.Site())
	return func(ctx context.Context, these duckdb.RowRange, emit func(derived) error) error {
		d.begin()
		err := reader.Read(ctx, these, func(record records.Record) error {
			if d.bytes < madeBytes {
				return d.add(record)
			}
			if err := emit(d.end()); err != nil {
				return err
			}
			d.begin()
			return d.add(record)
		})
		if err != nil {
			return err
		}
		return emit(d.end())
	}, reader.Close, nil
}

// deriveRepeats looks at the E records that no row comes from: the ledger counts their values, too, by the columns that
// there are.
func (r *remake) deriveRepeats(ctx context.Context) (derived, error) {
	d := newDeriver(r.old.Site(), r.fresh.Site())
	d.begin()
	if len(d.added) == 0 && d.before == nil {
		return d.result, nil
	}
	reader, err := records.NewReader(ctx, r.old)
	if err != nil {
		return d.result, err
	}
	defer reader.Close()
	err = reader.ReadRepeats(ctx, readAtOnce, func(record records.Record) error {
		if d.bytes > madeBytes {
			d.drop()
		}
		return d.add(record)
	})
	result := d.end()
	d.drop()
	return result, err
}
