package rebuild

import (
	"slices"

	"github.com/apache/arrow-go/v18/arrow/array"

	"pbsduck/duckdb/records"
	"pbsduck/ingest/batch"
	"pbsduck/ingest/pbs"
	"pbsduck/ingest/schema"
)

// A deriver makes rows of raw records. Those of one origin come after each other, mostly.
type deriver struct {
	added   map[string]bool // table.column that the old database has not
	before  *deriver        // of the old database, if it has columns that the new one lacks; only to count
	scanner *pbs.Scanner
	record  pbs.Record

	builders *batch.Builders
	current  *batch.Builder
	file     int64   // whose records current has last
	numbers  []int64 // of the jobs that current was given
	bytes    int     // of raw records since rows were let go
	result   derived
}

func newDeriver(old, fresh schema.Site) *deriver {
	d := deriverOf(fresh, beyond(fresh, old))
	if left := beyond(old, fresh); len(left) > 0 {
		d.before = deriverOf(old, left)
	}
	return d
}

func deriverOf(site schema.Site, added map[string]bool) *deriver {
	parser := site.NewParser()
	return &deriver{added: added, scanner: pbs.NewScanner(parser), builders: batch.NewBuilders(parser, site)}
}

// beyond are the columns that a site has and another one lacks, or fills otherwise.
func beyond(site, other schema.Site) map[string]bool {
	names := map[string]bool{}
	for _, c := range site.Columns {
		if !slices.ContainsFunc(other.Columns, c.SameValues) {
			names[schema.Jobs.Name+"."+c.Name] = true
		}
	}
	return names
}

// begin begins a result.
func (d *deriver) begin() {
	d.result, d.bytes = newDerived(), 0
	if d.before != nil {
		d.before.begin()
	}
}

// end gives the result.
func (d *deriver) end() derived {
	d.hand()
	if d.before != nil {
		was := d.before.end()
		d.before.drop()
		for file, n := range was.failedIn {
			d.result.failedIn[file] -= n
		}
	}
	return d.result
}

// drop lets go of rows that were made only to count what did not convert.
func (d *deriver) drop() {
	d.hand()
	d.bytes = 0
	for _, b := range d.result.batches {
		b.Release()
	}
	d.result.batches = nil
	if d.before != nil {
		d.before.drop()
	}
}

func (d *deriver) add(job records.Record) error {
	if d.before != nil {
		if err := d.before.add(job); err != nil {
			return err
		}
	}
	if job.Err != nil {
		d.result.unusable = append(d.result.unusable, job.Number)
		return nil
	}
	d.bytes += len(job.Raw)
	d.scanner.Split(job.Raw, &d.record)
	d.record.Flags |= job.Context
	if d.record.Problem != "" || d.record.Letter() != 'E' {
		d.result.unusable = append(d.result.unusable, job.Number)
		return nil
	}
	if err := d.turn(job); err != nil {
		return err
	}
	d.record.Line = job.Line
	d.current.Start(job.File, "", job.Number)
	d.current.Add(&d.record)
	d.numbers = append(d.numbers, job.Number)
	return nil
}

// turn goes on with the builder and the log of a record, where they are others than those of the one before.
func (d *deriver) turn(job records.Record) error {
	builder, err := d.builders.Of(job.Machine, job.Zone)
	switch {
	case err != nil:
		return err
	case builder != d.current:
		d.hand()
	case job.File != d.file:
		d.countFailures()
	}
	d.current, d.file = builder, job.File
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
	ids, k := made.Outcomes.Column(0).(*array.Int64), 0
	for _, number := range d.numbers {
		if k < ids.Len() && ids.Value(k) == number {
			k++
		} else {
			d.result.unusable = append(d.result.unusable, number)
		}
	}
	d.numbers = d.numbers[:0]
}
