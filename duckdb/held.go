package duckdb

import (
	"context"
	_ "embed"
	"fmt"
	"sort"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/zeebo/xxh3"

	"pbsduck/ingest/batch"
	"pbsduck/ingest/schema"
)

const (
	// goodJobs is how many jobs one transaction takes in if there are as many:
	// eight row groups. DuckDB writes full ones to the file as they fill,
	// without a detour through its write-ahead log; those that a commit leaves
	// half full it joins to the next ones later, which are then written again.
	goodJobs = 8 * 122_880

	// heldRows is from how many rows of jobs, and heldBytes from how many bytes,
	// the older half of what is held is inserted.
	heldRows  = 1 << 16
	heldBytes = 96 << 20
)

// heldJobs are the latest rows of jobs, and of the tables that belong to it,
// that wait to be compared with those behind them: records that contend for a
// job mostly stand close together.
type heldJobs struct {
	batches     []jobBatch // the oldest first
	jobs, bytes int64
}

// A jobBatch has rows of one log, for heldTables, or of several that are known
// to be whole; then it is said to be of the first of them.
type jobBatch struct {
	file  int64
	parts [4]arrow.RecordBatch
}

// size is how many bytes of memory the rows take.
func (b jobBatch) size() (n int64) {
	for _, rec := range b.parts {
		n += batch.Size(rec)
	}
	return n
}

const nodePart = 3

func (b jobBatch) release() {
	for _, rec := range b.parts {
		rec.Release()
	}
}

// heldTables are the tables of a jobBatch's parts.
var heldTables = [4]string{schema.Jobs.Name, schema.JobRecords.Name, schema.JobSources.Name, schema.JobNodes.Name}

// parts are the batches for heldTables.
func parts(b batch.Batches) [4]arrow.RecordBatch {
	return [...]arrow.RecordBatch{b.Jobs, b.Records, b.Sources, b.Nodes}
}

// add copies the jobs of batches: a builder's vectors have room to spare.
func (h *heldJobs) add(all []batch.Batches) error {
	for len(all) > 0 {
		file, n := fileOf(all[0]), 1
		for n < len(all) && fileOf(all[n]) == file {
			n++
		}
		if err := h.addOf(file, all[:n]); err != nil {
			return err
		}
		all = all[n:]
	}
	return nil
}

// fileOf is the log that the jobs of a builder's batches are from, or the first
// of them.
func fileOf(b batch.Batches) int64 {
	if b.Sources.NumRows() == 0 {
		return 0
	}
	return b.Sources.Column(sourceFile).(*array.Int64).Value(0)
}

func (h *heldJobs) addOf(file int64, all []batch.Batches) error {
	held := jobBatch{file: file}
	for i := range held.parts {
		pieces := make([]arrow.RecordBatch, len(all))
		for k, b := range all {
			pieces[k] = parts(b)[i]
		}
		var err error
		if held.parts[i], err = join(pieces, memory.DefaultAllocator); err != nil {
			return err
		}
	}
	h.take(held)
	return nil
}

func (h *heldJobs) take(b jobBatch) {
	h.batches = append(h.batches, b)
	h.jobs += b.parts[0].NumRows()
	h.bytes += b.size()
}

func (h *heldJobs) full(rows int64) bool { return h.jobs >= rows || h.bytes >= heldBytes }

// drop lets go the jobs of one log.
func (h *heldJobs) drop(file int64) {
	kept := heldJobs{}
	for _, b := range h.batches {
		if b.file == file {
			b.release()
		} else {
			kept.take(b)
		}
	}
	*h = kept
}

func (h *heldJobs) release() {
	for _, b := range h.batches {
		b.release()
	}
	*h = heldJobs{}
}

var (
	jobKey     = [2]int{schema.Jobs.Index("job_id"), schema.Jobs.Index("submit_time")}
	sourceFile = schema.JobSources.Index("file_id")
)

// older takes out the older half of the batches.
func (h *heldJobs) older() heldJobs {
	all := *h
	*h = heldJobs{}
	var out heldJobs
	for _, b := range all.batches {
		if 2*out.jobs < all.jobs || 2*out.bytes < all.bytes {
			out.take(b)
		} else {
			h.take(b)
		}
	}
	return out
}

// insertOlder inserts the older half of the jobs that are held; insertHeld
// inserts them all.
func (l *Load) insertOlder(ctx context.Context) error {
	contended, err := l.contended(ctx)
	if err != nil {
		return err
	}
	return l.insertJobs(ctx, l.held.older(), contended)
}

func (l *Load) insertHeld(ctx context.Context) error {
	contended, err := l.contended(ctx)
	if err != nil {
		return err
	}
	all := l.held
	l.held = heldJobs{}
	return l.insertJobs(ctx, all, contended)
}

// insertJobs inserts jobs, and sets those aside whose key is contended. It
// releases them.
func (l *Load) insertJobs(ctx context.Context, jobs heldJobs, contended map[uint64]bool) error {
	defer jobs.release()
	direct, aside := jobs.sort(contended)
	if len(aside[0]) > 0 && !l.staged {
		if err := l.makeStages(ctx); err != nil {
			return err
		}
	}
	for i, table := range heldTables {
		if err := l.db.insertParts(ctx, table, direct[i]); err != nil {
			return err
		}
		if err := l.db.insertParts(ctx, "staged_"+table, aside[i]); err != nil {
			return err
		}
	}
	return nil
}

// makeStages makes the temporary tables for jobs that are set aside.
func (l *Load) makeStages(ctx context.Context) error {
	for _, table := range heldTables {
		if err := l.db.exec(ctx, fmt.Sprintf("CREATE OR REPLACE TEMP TABLE staged_%[1]s AS SELECT * FROM %[1]s LIMIT 0", table)); err != nil {
			return err
		}
	}
	l.staged = true
	return nil
}

//go:embed sql/find_claimed_jobs.sql
var findClaimedJobs string

// contended lists the keys of the held jobs that more than one row claims.
func (l *Load) contended(ctx context.Context) (map[uint64]bool, error) {
	contended, err := l.findContended(ctx)
	if err != nil {
		return nil, fmt.Errorf("cannot look for repeated jobs: %w", err)
	}
	return contended, nil
}

func (l *Load) findContended(ctx context.Context) (map[uint64]bool, error) {
	set := newHashSet(int(l.held.jobs))
	twice := map[uint64]bool{}
	var times []int64
	var arriving []arrow.RecordBatch
	for _, b := range l.held.batches {
		keys := newKeyReader(b.parts[0], jobKey[0], jobKey[1])
		for i := range keys.rows() {
			if h := keys.hash(i); !set.add(h) {
				twice[h] = true
			}
			times = append(times, int64(keys.times.Value(i)))
		}
		arriving = append(arriving, b.parts[0])
	}
	tables := []string{schema.Jobs.Name}
	if l.staged {
		tables = append(tables, "staged_jobs")
	}
	for _, s := range spans(times) {
		where := fmt.Sprintf("j.machine = %s AND %s", quote(l.machine), s.covers("j.submit_time"))
		for _, table := range tables {
			join, err := l.narrow(ctx, table+" j", where, arriving, jobKey[:]...)
			if err != nil {
				return nil, err
			}
			err = l.db.eachBatch(ctx, fmt.Sprintf(findClaimedJobs, table, join, where), func(rec arrow.RecordBatch) {
				keys := newKeyReader(rec, 0, 1)
				for i := range keys.rows() {
					if h := keys.hash(i); set.has(h) {
						twice[h] = true
					}
				}
			})
			if err != nil {
				return nil, err
			}
		}
	}
	return twice, nil
}

// A keyReader reads the keys of jobs.
type keyReader struct {
	ids   *array.String
	times *array.Timestamp
}

func newKeyReader(rec arrow.RecordBatch, id, submit int) keyReader {
	return keyReader{rec.Column(id).(*array.String), rec.Column(submit).(*array.Timestamp)}
}

func (k keyReader) rows() int { return k.ids.Len() }

func (k keyReader) hash(i int) uint64 {
	return xxh3.HashStringSeed(k.ids.Value(i), uint64(k.times.Value(i)))
}

// sort parts the held rows, table by table, into those that can be inserted
// and those that are to be set aside because their job's key is contended.
func (h *heldJobs) sort(contended map[uint64]bool) (direct, aside [4][]part) {
	for _, b := range h.batches {
		rows, nodes := b.contendedRows(contended)
		for i, rec := range b.parts {
			if rec.NumRows() == 0 {
				continue
			}
			out := rows
			if i == nodePart {
				out = nodes
			}
			direct[i], aside[i] = divide(rec, out, direct[i], aside[i])
		}
	}
	return direct, aside
}

// contendedRows lists the rows of jobs, records and sources (which go side by
// side), and of nodes, whose job's key is contended.
func (b jobBatch) contendedRows(contended map[uint64]bool) (rows, nodes []span) {
	if len(contended) == 0 {
		return nil, nil
	}
	keys := newKeyReader(b.parts[0], jobKey[0], jobKey[1])
	ids, owners := b.parts[0].Column(0).(*array.Int64), b.parts[nodePart].Column(0).(*array.Int64).Int64Values()
	for i := range keys.rows() {
		if !contended[keys.hash(i)] {
			continue
		}
		id := ids.Value(i)
		from := sort.Search(len(owners), func(k int) bool { return owners[k] >= id })
		until := from + sort.Search(len(owners)-from, func(k int) bool { return owners[from+k] > id })
		rows = appendSpan(rows, int64(i), int64(i)+1)
		nodes = appendSpan(nodes, int64(from), int64(until))
	}
	return rows, nodes
}
