package ingest

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"time"

	"github.com/apache/arrow-go/v18/arrow/array"
	"golang.org/x/sync/errgroup"

	"pbsduck/duckdb"
	"pbsduck/ingest/batch"
	"pbsduck/ingest/pbs"
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
	UnknownCharges int64            // jobs with a charge that no rule could tell
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
	remake, err := fresh.Remake(ctx, old, o.Config)
	if err != nil {
		return nil, err
	}
	r := &rederiving{old: old, site: fresh.Site(), remake: remake, options: o,
		work: make(chan *rangeStep, o.Workers), order: make(chan *rangeStep, o.Workers+gatherRanges),
		failedBy: map[string]int64{}, failedIn: map[int64]int64{}}
	err = r.run(ctx)
	if err == nil {
		err = remake.Finish(ctx, r.unusable, r.failedIn)
	}
	if err = errors.Join(err, remake.Close()); err != nil {
		return nil, err
	}
	s := &FromRecordsSummary{Jobs: r.total, Kept: r.total - r.made, Unusable: r.unusable, FailedBy: r.failedBy}
	s.UnknownCharges, err = fresh.UnknownCharges(ctx, duckdb.Range{})
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
	jobs   duckdb.JobRange
	result chan rangeResult
}

type rangeResult struct {
	batches  []batch.Batches
	unusable []int64
	failedBy map[string]int64
	failedIn map[int64]int64 // by log: values of columns that the old database has not
}

// The ledger counts values that did not convert as they are read; what is made
// again adds those of columns that are new. Values of records that have no row
// in jobs, superseded ones and repeats, are not looked at again.

type rederiving struct {
	old     *duckdb.DB
	site    batch.Site
	remake  *duckdb.Remake
	options FromRecordsOptions
	work    chan *rangeStep
	order   chan *rangeStep

	total, made int64
	unusable    []int64
	failedBy    map[string]int64
	failedIn    map[int64]int64
}

func (r *rederiving) run(ctx context.Context) error {
	ranges, err := r.old.JobRanges(ctx, rangeBits)
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
	return group.Wait()
}

func (r *rederiving) shareOut(ctx context.Context, ranges []duckdb.JobRange) error {
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
		r.made += b.Counts.Jobs
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
	reader, err := r.old.NewRecordReader(ctx)
	if err != nil {
		return err
	}
	defer reader.Close()
	d := newDeriver(r.old.Site(), r.site)
	for s := range r.work {
		d.result = rangeResult{failedBy: map[string]int64{}, failedIn: map[int64]int64{}}
		if err := reader.Read(ctx, s.jobs, d.add); err != nil {
			return err
		}
		d.hand()
		s.result <- d.result
	}
	return nil
}

// A deriver makes rows of raw records. Those of one origin come after each
// other, mostly.
type deriver struct {
	site    batch.Site
	added   map[string]bool // table.column that the old database has not
	parser  *pbs.Parser
	scanner *pbs.Scanner
	record  pbs.Record
	makers  map[origin]*batch.Builder

	at      origin
	file    int64
	current *batch.Builder
	numbers []int64 // of the jobs that current was given
	result  rangeResult
}

// An origin is what the rows of a record depend on besides its bytes.
type origin struct{ machine, zone string }

func newDeriver(old, fresh batch.Site) *deriver {
	parser := fresh.NewParser()
	d := &deriver{site: fresh, added: map[string]bool{}, parser: parser, scanner: pbs.NewScanner(parser), makers: map[origin]*batch.Builder{}}
	for _, c := range fresh.Columns {
		d.added[batch.Jobs.Name+"."+c.Name] = true
	}
	for _, c := range old.Columns {
		delete(d.added, batch.Jobs.Name+"."+c.Name)
	}
	return d
}

func (d *deriver) add(job duckdb.JobRecord) error {
	if job.Err != nil {
		d.result.unusable = append(d.result.unusable, job.Number)
		return nil
	}
	d.scanner.Split(job.Raw, &d.record)
	if d.record.Problem != "" || d.record.Letter() != 'E' {
		d.result.unusable = append(d.result.unusable, job.Number)
		return nil
	}
	if d.current == nil || job.File != d.file || job.Machine != d.at.machine || job.Zone != d.at.zone {
		if err := d.turn(job); err != nil {
			return err
		}
	}
	d.current.Start(job.File, "", job.Number)
	d.current.Add(&d.record)
	d.numbers = append(d.numbers, job.Number)
	return nil
}

// turn goes on with the builder of another origin, or for another log.
func (d *deriver) turn(job duckdb.JobRecord) error {
	if d.current != nil {
		d.countFailures()
	}
	d.file = job.File
	if d.current != nil && job.Machine == d.at.machine && job.Zone == d.at.zone {
		return nil
	}
	d.hand()
	d.at = origin{strings.Clone(job.Machine), strings.Clone(job.Zone)}
	if d.current = d.makers[d.at]; d.current != nil {
		return nil
	}
	loc, err := time.LoadLocation(d.at.zone)
	if err != nil {
		return fmt.Errorf("log_files.time_zone: %w", err)
	}
	d.current = batch.NewBuilder(d.parser, batch.Options{Machine: d.at.machine, Location: loc, Site: d.site})
	d.makers[d.at] = d.current
	return nil
}

func (d *deriver) countFailures() {
	for name, n := range d.current.Failures() {
		d.result.failedBy[name] += n
		if d.added[name] {
			d.result.failedIn[d.file] += n
		}
	}
}

// hand puts what was made into the result.
func (d *deriver) hand() {
	if d.current == nil || len(d.numbers) == 0 {
		return
	}
	d.countFailures()
	made := d.current.Batches()
	d.result.batches = append(d.result.batches, made)
	ids, k := made.Jobs.Column(0).(*array.Int64), 0
	for _, number := range d.numbers {
		if k < ids.Len() && ids.Value(k) == number {
			k++
		} else {
			d.result.unusable = append(d.result.unusable, number)
		}
	}
	d.numbers = d.numbers[:0]
}
