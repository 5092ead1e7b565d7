package load

import (
	"context"
	_ "embed"
	"fmt"

	"pbsduck/duckdb/charge"
)

// chargeNew charges the jobs that this load brought, or gave another record, and adds up the days that it touched
// again.
func (l *transaction) chargeNew(ctx context.Context) error {
	fresh := fmt.Sprintf("j.id >= %d", l.firstID)
	if err := charge.Jobs(ctx, l.db, l.machine, fresh); err != nil {
		return err
	}
	if err := charge.Touch(ctx, l.db, fresh); err != nil {
		return err
	}
	if l.recharges {
		if err := l.dropCharges(ctx); err != nil {
			return err
		}
		if err := charge.Jobs(ctx, l.db, l.machine, "j.id IN (SELECT id FROM recharged)"); err != nil {
			return err
		}
	}
	if err := l.months.insert(ctx, l.db, l.machine); err != nil {
		return err
	}
	return charge.SummarizeTouched(ctx, l.db)
}

// dropCharges takes away what jobs were charged that are charged again.
func (l *transaction) dropCharges(ctx context.Context) error {
	if !l.overRuns {
		return nil
	}
	const these = "(SELECT id FROM recharged)"
	if err := charge.Touch(ctx, l.db, "j.id IN "+these); err != nil {
		return err
	}
	return l.db.Exec(ctx, "DELETE FROM job_charges WHERE job_id IN "+these)
}
