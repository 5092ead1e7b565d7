package charge

import (
	"context"
	"database/sql"
	"time"

	"pbsduck/duckdb"
	"pbsduck/ingest/schema"
)

// An Allocation is what an account may use of a machine.
type Allocation struct {
	Account, Machine string
	Hours            float64
	From, To         time.Time // first and last local day; zero: open
}

// ReplaceAllocations makes these the allocations.
func ReplaceAllocations(ctx context.Context, db *duckdb.DB, all []Allocation) error {
	return db.Within(ctx, func() error {
		if err := db.Exec(ctx, "DELETE FROM allocations"); err != nil {
			return err
		}
		for _, a := range all {
			err := db.Exec(ctx, "INSERT INTO allocations VALUES (?, ?, ?, ?, ?, NULL)", a.Account, a.Machine, a.Hours,
				duckdb.OrNull(a.From), duckdb.OrNull(a.To))
			if err != nil {
				return err
			}
		}
		return db.Check(ctx, schema.Allocations)
	})
}

// Allocations are those that are there.
func Allocations(ctx context.Context, db *duckdb.DB) ([]Allocation, error) {
	rows, err := db.Conn().QueryContext(ctx, "SELECT account, machine, hours, from_date, to_date FROM allocations")
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
