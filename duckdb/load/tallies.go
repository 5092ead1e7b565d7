package load

import (
	"context"
	_ "embed"

	"pbsduck/duckdb"
	"pbsduck/ingest/batch"
)

//go:embed sql/change_counts.sql
var changeCounts string

// Tallies say, by log, by how much it changed what became of its lines.
type Tallies map[int64]batch.Tally

// Add adds other changes.
func (t Tallies) Add(o Tallies) {
	for id, by := range o {
		t[id] = t[id].Plus(by)
	}
}

func (t Tallies) sum() (all batch.Tally) {
	for _, by := range t {
		all = all.Plus(by)
	}
	return all
}

// TalliesOf gives each log as many times a tally as a question (file_id, number) says.
func TalliesOf(ctx context.Context, db *duckdb.DB, question string, each batch.Tally) (Tallies, error) {
	rows, err := db.Conn().QueryContext(ctx, question)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	all := Tallies{}
	for rows.Next() {
		var id, n int64
		if err := rows.Scan(&id, &n); err != nil {
			return nil, err
		}
		all[id] = each.Times(n)
	}
	return all, rows.Err()
}

// Superseded is what changes when a record that was counted as a job turns out to be superseded.
var Superseded = batch.Tally{Jobs: -1, Superseded: 1}

// correctTallies brings the tallies in files, which are the logs of this load, up to date, and those of earlier loads
// in the table.
func (l *transaction) correctTallies(ctx context.Context) error {
	for _, f := range l.files {
		f.Tally = f.Plus(l.changes[f.ID])
		delete(l.changes, f.ID)
	}
	l.earlier = l.earlier.Plus(l.changes.sum())
	err := CorrectLedger(ctx, l.db, l.changes)
	l.changes = Tallies{}
	return err
}

// CorrectLedger changes what the ledger says of logs.
func CorrectLedger(ctx context.Context, db *duckdb.DB, by Tallies) error {
	if len(by) == 0 {
		return nil
	}
	var ids []int64
	var jobs, superseded, events, repeats, rejects []int64
	for id, t := range by {
		ids, jobs, superseded = append(ids, id), append(jobs, t.Jobs), append(superseded, t.Superseded)
		events, repeats, rejects = append(events, t.Events), append(repeats, t.Repeats), append(rejects, t.Rejects)
	}
	return db.Exec(ctx, duckdb.With(changeCounts, duckdb.Vars{"files": ids, "jobs": jobs, "superseded": superseded,
		"events": events, "repeats": repeats, "rejects": rejects}))
}
