package duckdb

import (
	"context"
	_ "embed"

	"pbsduck/ingest/batch"
)

//go:embed sql/change_counts.sql
var changeCounts string

// tallies say, by log, by how much it changed what became of its lines.
type tallies map[int64]batch.Tally

func (t tallies) add(o tallies) {
	for id, by := range o {
		t[id] = t[id].Plus(by)
	}
}

func (t tallies) sum() (all batch.Tally) {
	for _, by := range t {
		all = all.Plus(by)
	}
	return all
}

// tally gives each log as many times a tally as a question (log, number) says.
func (db *DB) tally(ctx context.Context, question string, each batch.Tally) (tallies, error) {
	rows, err := db.conn.QueryContext(ctx, question)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	all := tallies{}
	for rows.Next() {
		var id, n int64
		if err := rows.Scan(&id, &n); err != nil {
			return nil, err
		}
		all[id] = each.Times(n)
	}
	return all, rows.Err()
}

// superseded is what changes when a record that was counted as a job turns out
// to be superseded.
var superseded = batch.Tally{Jobs: -1, Superseded: 1}

// correctTallies brings the tallies in files, which are the logs of this load, up
// to date, and those of earlier loads in the table.
func (l *Load) correctTallies(ctx context.Context) error {
	for _, f := range l.files {
		f.Tally = f.Plus(l.changes[f.ID])
		delete(l.changes, f.ID)
	}
	l.Earlier = l.Earlier.Plus(l.changes.sum())
	err := l.db.change(ctx, l.changes)
	l.changes = tallies{}
	return err
}

// change changes the rows of the ledger.
func (db *DB) change(ctx context.Context, by tallies) error {
	if len(by) == 0 {
		return nil
	}
	var ids []int64
	var columns [5][]int64
	for id, t := range by {
		ids = append(ids, id)
		for i, n := range [...]int64{t.Jobs, t.Superseded, t.Events, t.Repeats, t.Rejects} {
			columns[i] = append(columns[i], n)
		}
	}
	return db.exec(ctx, changeCounts, ids, columns[0], columns[1], columns[2], columns[3], columns[4])
}
