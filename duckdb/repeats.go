package duckdb

import (
	"context"
	_ "embed"
	"fmt"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"

	"pbsduck/ingest/batch"
	"pbsduck/ingest/schema"
)

//go:embed sql/find_repeats.sql
var findRepeats string

// A kind is a table of records, and what makes two rows of it one record that
// was read twice.
type kind struct {
	table  schema.Table
	time   string   // instants that two such rows share, by which others that are there are left out; empty: none
	same   string   // columns in which exact repeats agree
	claim  []string // columns in which rows must not agree without being noticed
	object string   // id of what a row is about

	one batch.Tally // what a record counts
}

var (
	outcomeKind = kind{table: schema.Outcomes, time: "submit_time", same: "machine, job_id, submit_time, record_hash", claim: []string{"job_id", "submit_time"},
		object: "job_id", one: batch.Tally{Jobs: 1}}
	eventKind  = kind{table: schema.Events, time: "time", same: "machine, time, type, object_id, record_hash", object: "object_id", one: batch.Tally{Events: 1}}
	rejectKind = kind{table: schema.Rejects, same: "machine, bytes, record_hash", object: "NULL::VARCHAR", one: batch.Tally{Rejects: 1}}

	// undatedKind is events of an hour that is not known yet: their time does not
	// tell repeats.
	undatedKind = kind{table: schema.Events, same: "machine, type, object_id, record_hash", object: "object_id", one: batch.Tally{Events: 1}}
)

// repeated is what changes when a record that was counted turns out to be a
// repeat.
func (k *kind) repeated() batch.Tally { return batch.Tally{Repeats: 1}.Minus(k.one) }

// appendNew inserts those rows that are no exact repeats.
func (l *Load) appendNew(ctx context.Context, k kind, rows []arrow.RecordBatch) error {
	_, err := l.appendSeen(ctx, k, rows, func(arrow.RecordBatch) {})
	return err
}

// appendSeen inserts rows, but for exact repeats: of rows that are there, or of
// rows before them. It looks at hashes first, and sets only rows aside whose hash
// another one has. Those that prove to be repeats it lists in the temporary table
// repeated, by their places in the table suspect, and files them as such; it says
// how many they are. Visit sees the hash and the claim of rows that are there
// and may have to do with these.
func (l *Load) appendSeen(ctx context.Context, k kind, rows []arrow.RecordBatch, visit func(arrow.RecordBatch)) (repeats int64, err error) {
	if len(rows) == 0 {
		return 0, nil
	}
	around := k.around(rows)
	suspect, err := l.suspects(ctx, &k, rows, around, visit)
	if err != nil {
		return 0, fmt.Errorf("cannot look for repeats in %s: %w", k.table.Name, err)
	}
	if len(suspect) == 0 {
		return 0, l.db.insert(ctx, k.table.Name, rows)
	}
	var direct, aside []part
	first := make(map[uint64]bool, len(suspect))
	for _, rec := range rows {
		direct, aside = divide(rec, suspectRows(rec, suspect, first), direct, aside)
	}
	if err := l.db.insertParts(ctx, k.table.Name, direct); err != nil || len(aside) == 0 {
		return 0, err
	}
	err = l.db.exec(ctx, fmt.Sprintf("CREATE OR REPLACE TEMP TABLE suspect AS SELECT * FROM %s LIMIT 0", k.table.Name))
	if err == nil {
		err = l.db.insertParts(ctx, "suspect", aside)
	}
	if err == nil {
		repeats, err = l.fileRepeats(ctx, &k, "suspect", anyOf(around))
	}
	if err == nil {
		err = l.db.exec(ctx, fmt.Sprintf("INSERT INTO %s SELECT * FROM suspect WHERE rowid NOT IN (SELECT row FROM repeated)", k.table.Name))
	}
	return repeats, err
}

// fileRepeats files those of the rows that were set aside in a table that are
// exact repeats. Which rows that are there may be the same is a condition.
func (l *Load) fileRepeats(ctx context.Context, k *kind, aside, which string) (int64, error) {
	there := fmt.Sprintf("SELECT %s FROM %s WHERE %s", k.same, k.table.Name, which)
	if err := l.db.exec(ctx, fmt.Sprintf(findRepeats, aside, k.same, there, k.object)); err != nil {
		return 0, fmt.Errorf("cannot look for repeats in %s: %w", k.table.Name, err)
	}
	found, err := l.db.tally(ctx, "SELECT file_id, count(*) FROM repeated GROUP BY file_id", k.repeated())
	if err != nil || len(found) == 0 {
		return 0, err
	}
	l.changes.add(found)
	return found.sum().Repeats, l.db.exec(ctx, "INSERT INTO repeats SELECT machine, file_id, line, record_hash, object_id FROM repeated")
}

// around are conditions on rows that are there, by their instants, of which each
// that may be the same as one of these rows meets one.
func (k *kind) around(rows []arrow.RecordBatch) []string {
	if k.time == "" {
		return []string{"true"}
	}
	var times []int64
	for _, rec := range rows {
		for _, t := range rec.Column(indexOf(rec, k.time)).(*array.Timestamp).TimestampValues() {
			times = append(times, int64(t))
		}
	}
	var all []string
	for _, s := range spans(times) {
		all = append(all, s.covers(k.time))
	}
	return all
}

func anyOf(conditions []string) string { return "(" + strings.Join(conditions, " OR ") + ")" }

func indexOf(rec arrow.RecordBatch, column string) int { return rec.Schema().FieldIndices(column)[0] }

// eachHash visits the hashes of records, by their rows. What came from elsewhere
// than a log has none, and repeats nothing.
func eachHash(rec arrow.RecordBatch, visit func(row int, hash uint64)) {
	column := rec.Column(indexOf(rec, "record_hash")).(*array.Int64)
	for i, h := range column.Int64Values() {
		if column.IsValid(i) {
			visit(i, uint64(h))
		}
	}
}

// suspects lists the hashes that more than one of these rows has, or one of them
// and one that is there. The value tells whether it is there.
func (l *Load) suspects(ctx context.Context, k *kind, rows []arrow.RecordBatch, around []string, visit func(arrow.RecordBatch)) (map[uint64]bool, error) {
	n := 0
	for _, rec := range rows {
		n += int(rec.NumRows())
	}
	set, suspect := newHashSet(n), map[uint64]bool{}
	for _, rec := range rows {
		eachHash(rec, func(_ int, h uint64) {
			if !set.add(h) {
				suspect[h] = false
			}
		})
	}
	by := k.claim
	if by == nil {
		by = []string{"record_hash"}
	}
	looked := strings.Join(append([]string{"record_hash"}, k.claim...), ", ")
	for _, where := range around {
		join, err := l.narrow(ctx, k.table.Name, where, rows, by)
		if err != nil {
			return nil, err
		}
		err = l.db.eachBatch(ctx, fmt.Sprintf("SELECT %s FROM %s %s WHERE %s", looked, k.table.Name, join, where), func(rec arrow.RecordBatch) {
			eachHash(rec, func(_ int, h uint64) {
				if set.has(h) {
					suspect[h] = true
				}
			})
			visit(rec)
		})
		if err != nil {
			return nil, err
		}
	}
	return suspect, nil
}

// suspectRows lists the rows of a batch that may repeat one that is there or
// that came before it; first remembers which came.
func suspectRows(rec arrow.RecordBatch, suspect, first map[uint64]bool) []span {
	var rows []span
	eachHash(rec, func(i int, h uint64) {
		there, doubted := suspect[h]
		if doubted && (there || first[h]) {
			rows = appendSpan(rows, int64(i), int64(i)+1)
		}
		if doubted {
			first[h] = true
		}
	})
	return rows
}
