package duckdb

import (
	"context"
	"database/sql"
	"time"

	"pbsduck/ingest/schema"
)

// An Allocation is what an account may use of a machine.
type Allocation struct {
	Account, Machine string
	Hours            float64
	From, To         time.Time // first and last local day; zero: open
}

// ReplaceAllocations makes these the allocations.
func (db *DB) ReplaceAllocations(ctx context.Context, all []Allocation) error {
	return db.within(ctx, func() error {
		if err := db.exec(ctx, "DELETE FROM allocations"); err != nil {
			return err
		}
		for _, a := range all {
			err := db.exec(ctx, "INSERT INTO allocations VALUES (?, ?, ?, ?, ?, NULL)", a.Account, a.Machine, a.Hours, orNull(a.From), orNull(a.To))
			if err != nil {
				return err
			}
		}
		return db.check(ctx, schema.Allocations)
	})
}

// allocations are those that are there.
func (db *DB) allocations(ctx context.Context) ([]Allocation, error) {
	rows, err := db.conn.QueryContext(ctx, "SELECT account, machine, hours, from_date, to_date FROM allocations")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []Allocation
	for rows.Next() {
		var a Allocation
		var from, to sql.NullTime
		if err := rows.Scan(&a.Account, &a.Machine, &a.Hours, &from, &to); err != nil {
			return nil, err
		}
		a.From, a.To = from.Time, to.Time
		all = append(all, a)
	}
	return all, rows.Err()
}
