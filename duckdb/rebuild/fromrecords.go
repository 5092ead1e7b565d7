package rebuild

import (
	"context"
	"errors"
	"runtime"

	"golang.org/x/sync/errgroup"

	"pbsduck/duckdb"
	"pbsduck/duckdb/charge"
	"pbsduck/duckdb/records"
	"pbsduck/ingest"
	"pbsduck/ingest/batch"
	"pbsduck/ingest/schema"
	"pbsduck/ingest/site"
)

// FromRecordsOptions say how rows are made again.
type FromRecordsOptions struct {
	Config   *site.Config            // of the site; nil: what the old database knows of it holds
	Workers  int                     // goroutines that parse; 0: one per core
	Progress func(done, total int64) // jobs; called from one goroutine; may be nil
}

// FromRecordsSummary says what became of the jobs.
type FromRecordsSummary struct {
	Jobs           int64            // in the fresh database
	Kept           int64            // of them: rows that stay as they were, as the job has no raw record, or an unusable one
	Unusable       []int64          // jobs (jobs.id) whose raw record is damaged or not that of a job
	FailedBy       map[string]int64 // values that did not convert, by table.column, of jobs and job_nodes
	UnknownCharges charge.Unknown   // jobs with a charge that no rule could tell
}

// FromRecords fills a fresh database, made with the columns that the
// configuration wants, with all that an old one holds, and makes the rows of
// its jobs again from the stored raw records. No log is read. Jobs keep their
// numbers; all are charged by today's rules. Nobody may write to either
// meanwhile; on an error what is in fresh is worth nothing.
//
// One goroutine per core inflates and parses a range of jobs at a time, one
// writes the ranges in order, and one copies the other tables meanwhile. Memory is bounded by the ranges in flight.
func FromRecords(ctx context.Context, old, fresh *duckdb.DB, o FromRecordsOptions) (*FromRecordsSummary, error) {
	if o.Workers == 0 {
		o.Workers = runtime.GOMAXPROCS(0)
	}
	remake, err := newRemake(ctx, fresh, old, o.Config)
	if err != nil {
		return nil, err
	}
	r := &rederiving{old: old, site: fresh.Site(), remake: remake, options: o,
		work: make(chan *rangeStep, o.Workers), order: make(chan *rangeStep, o.Workers+gatherRanges),
		failedBy: map[string]int64{}, failedIn: map[int64]int64{}}
	err = r.run(ctx)
	var jobs int64
	if err == nil {
		jobs, err = remake.Finish(ctx, r.unusable, r.failedIn)
	}
	if err = errors.Join(err, remake.Close()); err != nil {
		return nil, err
	}
	s := &FromRecordsSummary{Jobs: jobs, Kept: r.total - r.made, Unusable: r.unusable, FailedBy: r.failedBy}
	s.UnknownCharges, err = charge.UnknownCharges(ctx, fresh, charge.Range{})
	return s, err
}

const (
	// rangeBits makes a range of 16,384 jobs: as much as a block of log has.
	rangeBits = 14

	// gatherRanges is how many of them are inserted at a time.
	gatherRanges = 4
)

// A rangeStep is a range of jobs on its way: each is in both channels, as a
// step of a flow is.
type rangeStep struct {
	jobs   records.JobRange
	result chan rangeResult
}

type rangeResult struct {
	batches  []batch.Batches
	unusable []int64
	failedBy map[string]int64
	failedIn map[int64]int64 // by log: how many more values did not convert than with the old database's columns
}

type rederiving struct {
	old     *duckdb.DB
	site    schema.Site
	remake  *Remake
	options FromRecordsOptions
	work    chan *rangeStep
	order   chan *rangeStep

	total, made int64
	unusable    []int64
	failedBy    map[string]int64
	failedIn    map[int64]int64
	repeats     map[int64]int64 // the same of exact repeats
}

func (r *rederiving) run(ctx context.Context) error {
	ranges, err := records.JobRanges(ctx, r.old, rangeBits)
	if err != nil {
		return err
	}
	for _, one := range ranges {
		r.total += one.Jobs
	}
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return r.shareOut(ctx, ranges) })
	for range r.options.Workers {
		group.Go(func() error { return r.derive(ctx) })
	}
	group.Go(func() error { return r.write(ctx) })
	group.Go(func() error { return r.remake.Copy(ctx) })
	group.Go(func() error { return r.recount(ctx) })
	err = group.Wait()
	for file, n := range r.repeats {
		r.failedIn[file] += n
	}
	return err
}

func (r *rederiving) shareOut(ctx context.Context, ranges []records.JobRange) error {
	defer close(r.work)
	defer close(r.order)
	for _, one := range ranges {
		s := &rangeStep{jobs: one, result: make(chan rangeResult, 1)}
		for _, c := range []chan *rangeStep{r.work, r.order} {
			select {
			case c <- s:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
	}
	return nil
}

// write inserts what the workers made, in order.
func (r *rederiving) write(ctx context.Context) error {
	var gathered []batch.Batches
	done := int64(0)
	for s := range r.order {
		var one rangeResult
		select {
		case one = <-s.result:
		case <-ctx.Done():
			return ctx.Err()
		}
		r.count(one)
		gathered = append(gathered, one.batches...)
		if done += s.jobs.Jobs; r.options.Progress != nil {
			r.options.Progress(done, r.total)
		}
		if len(gathered) >= gatherRanges {
			if err := r.remake.Append(ctx, gathered); err != nil {
				return err
			}
			gathered = nil
		}
	}
	if len(gathered) == 0 {
		return ctx.Err()
	}
	return r.remake.Append(ctx, gathered)
}

func (r *rederiving) count(one rangeResult) {
	for _, b := range one.batches {
		r.made += b.Outcomes.NumRows()
	}
	r.unusable = append(r.unusable, one.unusable...)
	for name, n := range one.failedBy {
		r.failedBy[name] += n
	}
	for file, n := range one.failedIn {
		r.failedIn[file] += n
	}
}

// derive is the work of one goroutine.
func (r *rederiving) derive(ctx context.Context) error {
	ingest.GiveWay()
	reader, err := records.NewReader(ctx, r.old)
	if err != nil {
		return err
	}
	defer reader.Close()
	d := newDeriver(r.old.Site(), r.site)
	for s := range r.work {
		d.begin()
		if err := reader.Read(ctx, s.jobs, d.add); err != nil {
			return err
		}
		s.result <- d.end()
	}
	return nil
}

// recount looks at the E records that no row comes from: the ledger counts
// their values, too, by the columns that there are.
func (r *rederiving) recount(ctx context.Context) error {
	d := newDeriver(r.old.Site(), r.site)
	d.begin()
	if len(d.added) == 0 && d.before == nil {
		return nil
	}
	reader, err := records.NewReader(ctx, r.old)
	if err != nil {
		return err
	}
	defer reader.Close()
	err = reader.ReadRepeats(ctx, func(record records.Record) error {
		if len(d.numbers) == 1<<rangeBits {
			d.drop()
		}
		return d.add(record)
	})
	result := d.end()
	d.drop()
	r.repeats = result.failedIn
	return err
}
