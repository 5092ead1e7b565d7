package verify

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"slices"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"golang.org/x/sync/errgroup"

	"pbsduck/duckdb"
	"pbsduck/duckdb/records"
	"pbsduck/ingest/batch"
	"pbsduck/ingest/pbs"
	"pbsduck/ingest/schema"
)

// Rereading inflates every raw record, makes the rows of it that a load would make, and compares them with those that
// are stored. Ranges of job numbers are shared out among the workers; memory is bounded by a range each.

//go:embed sql/reread.sql
var rereadSQL string

var rereadCheck = Check{
	Name:    "records",
	Meaning: "Every raw record inflates, and gives the rows in outcomes and outcome_nodes that it stands beside",
	find:    findUnlikeRecords, wide: true, shared: true,
}

func findUnlikeRecords(ctx context.Context, db *duckdb.DB, o Options) (int64, []string, error) {
	ranges, err := newRanges(ctx, db)
	if err != nil {
		return 0, nil, err
	}
	ranges.progress = o.Progress
	verdicts := make([]verdict, o.Workers)
	// Who asks is one of DuckDB's threads, and all of them ask.
	if err := db.Threaded(ctx, 1, func() error {
		group, groupCtx := errgroup.WithContext(ctx)
		for i := range verdicts {
			verdicts[i].limit = o.Limit
			group.Go(func() error { return reread(groupCtx, db, ranges, &verdicts[i]) })
		}
		return group.Wait()
	}); err != nil {
		return 0, nil, err
	}
	all := verdict{limit: o.Limit}
	for i := range verdicts {
		all.add(&verdicts[i])
	}
	told, err := all.describe(ctx, db)
	return all.rows, told, err
}

// reread is the work of one goroutine.
func reread(ctx context.Context, db *duckdb.DB, ranges *idRanges, v *verdict) error {
	w, err := newRereader(ctx, db, v)
	if err != nil {
		return err
	}
	defer w.Close()
	for {
		one, ok := ranges.take()
		if !ok {
			return nil
		}
		if err := w.check(ctx, one.First, one.Last); err != nil {
			return err
		}
		ranges.finished(one)
	}
}

// A rereader is one worker, with a connection of its own.
type rereader struct {
	*records.Reader
	scanner *pbs.Scanner
	record  pbs.Record
	makers  *batch.Builders
	nodes   nodeSums
	failed  map[int64]bool // jobs of the range that failed: each is told once
	verdict *verdict
	columns []schema.Column // of outcomes
}

func newRereader(ctx context.Context, db *duckdb.DB, v *verdict) (*rereader, error) {
	reader, err := records.NewReader(ctx, db)
	if err != nil {
		return nil, err
	}
	parser := db.Site().NewParser()
	return &rereader{Reader: reader, scanner: pbs.NewScanner(parser),
		makers: batch.NewBuilders(parser, db.Site()), nodes: nodeSums{}, failed: map[int64]bool{}, verdict: v,
		columns: db.Site().Outcomes().Columns}, nil
}

// blobPlace and zonePlace are those of the columns of reread.sql behind outcomes'.
func (w *rereader) blobPlace() int { return len(w.columns) }
func (w *rereader) zonePlace() int { return len(w.columns) + 1 }

// notRead are columns of outcomes that no record says.
var notRead = []string{"is_job", "file_id", "line"}

// check compares the jobs of a range of numbers.
func (w *rereader) check(ctx context.Context, from, to int64) error {
	clear(w.nodes)
	clear(w.failed)
	rows, err := w.DB.Query(ctx, duckdb.With(rereadSQL, duckdb.Vars{"first": from, "last": to}))
	if err != nil {
		return err
	}
	err = w.knows(rows.Schema())
	for err == nil && rows.Next() {
		err = w.compareBatch(rows.RecordBatch())
	}
	err = errors.Join(err, rows.Err())
	rows.Release()
	if err != nil {
		return err
	}
	return w.compareNodes(ctx, from, to)
}

// knows tells whether outcomes has the columns that it should have, and no others.
func (w *rereader) knows(rows *arrow.Schema) error {
	if n := rows.NumFields() - 2; n != len(w.columns) {
		return fmt.Errorf("outcomes has %d columns, not %d", n, len(w.columns))
	}
	for i, c := range w.columns {
		if name := rows.Field(i).Name; name != c.Name {
			return fmt.Errorf("column %d of outcomes is %s, not %s", i+1, name, c.Name)
		}
	}
	return nil
}

func (w *rereader) fail(id int64, reason string) {
	if !w.failed[id] {
		w.failed[id] = true
		w.verdict.fail(id, reason)
	}
}

// compareBatch cuts the rows into runs of one origin, and compares each run.
func (w *rereader) compareBatch(rows arrow.RecordBatch) error {
	machine := rows.Column(duckdb.IndexOf(rows, "machine")).(*array.String)
	zone := rows.Column(w.zonePlace()).(*array.String)
	n := int(rows.NumRows())
	for from := 0; from < n; {
		to := from + 1
		for to < n && machine.Value(to) == machine.Value(from) && zone.Value(to) == zone.Value(from) {
			to++
		}
		maker, err := w.makers.Of(machine.Value(from), zone.Value(from))
		if err != nil {
			return err
		}
		from = w.compareRun(rows, from, to, maker)
	}
	return nil
}

// madeBytes is how many bytes of raw records rows are made of at a time.
const madeBytes = 8 << 20

// compareRun compares rows of one origin, as many as are made at a time, and gives where those behind them begin.
func (w *rereader) compareRun(rows arrow.RecordBatch, from, to int, maker *batch.Builder) int {
	ids, blobs := rows.Column(0).(*array.Int64), rows.Column(w.blobPlace()).(*array.Binary)
	flags := rows.Column(duckdb.IndexOf(rows, "source_flags")).(*array.String)
	for i, bytes := from, 0; i < to; i++ {
		if bytes > madeBytes {
			to = i
			break
		}
		var err error
		if w.Raw, err = w.Decoder.Append(w.Raw[:0], blobs.Value(i)); err != nil {
			w.fail(ids.Value(i), "outcome_records: "+err.Error())
			continue
		}
		bytes += len(w.Raw)
		w.scanner.Split(w.Raw, &w.record)
		w.record.Flags |= records.ContextOf(flags, i)
		w.nodes.expect(ids.Value(i))
		maker.Start(0, "", ids.Value(i))
		maker.Add(&w.record)
	}
	fresh := maker.Batches()
	defer fresh.Release()
	if !w.same(rows, from, to, fresh) {
		w.compareRows(rows, from, to, fresh)
	}
	w.nodes.add(fresh.Nodes, 1)
	return to
}

// pairs gives the columns to compare, stored and made afresh, by name.
func (w *rereader) pairs(
	rows arrow.RecordBatch, fresh batch.Batches, compare func(name string, stored, made arrow.Array) bool,
) bool {
	for i, c := range w.columns {
		if !slices.Contains(notRead, c.Name) && !compare("outcomes."+c.Name, rows.Column(i), fresh.Outcomes.Column(i)) {
			return false
		}
	}
	return true
}

// same compares the whole run at once, which is what mostly happens.
func (w *rereader) same(rows arrow.RecordBatch, from, to int, fresh batch.Batches) bool {
	n := int(fresh.Outcomes.NumRows())
	return n == to-from && w.pairs(rows, fresh, func(_ string, stored, made arrow.Array) bool {
		return array.SliceEqual(stored, int64(from), int64(to), made, 0, int64(n))
	})
}

// compareRows finds which rows of a run differ, and where.
func (w *rereader) compareRows(rows arrow.RecordBatch, from, to int, fresh batch.Batches) {
	ids, made := rows.Column(0).(*array.Int64), fresh.Outcomes.Column(0).(*array.Int64)
	k := 0
	for i := from; i < to; i++ {
		id := ids.Value(i)
		if k == made.Len() || made.Value(k) != id {
			w.fail(id, "its raw record is not the E record of a job")
			continue
		}
		w.pairs(rows, fresh, func(name string, stored, made arrow.Array) bool {
			if array.SliceEqual(stored, int64(i), int64(i+1), made, int64(k), int64(k+1)) {
				return true
			}
			w.fail(id, fmt.Sprintf("%s is %s, its raw record says %s", name, stored.ValueStr(i), made.ValueStr(k)))
			return false
		})
		k++
	}
}
