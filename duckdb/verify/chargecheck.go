package verify

import (
	"context"
	_ "embed"
	"fmt"
	"strings"

	"pbsduck/duckdb"
	"pbsduck/duckdb/charge"
	"pbsduck/ingest/site"
)

//go:embed sql/wrong_charges.sql
var wrongCharges string

//go:embed sql/unknown_rules.sql
var unknownRules string

// chargeCheck charges every job once more by the rules that its charge names.
var chargeCheck = Check{
	Name: "charges", Meaning: "Every charge is what the rules of its version say",
	find: findWrongCharges,
}

func findWrongCharges(ctx context.Context, db *duckdb.DB, o Options) (int64, []string, error) {
	questions := []string{unknownRules}
	machines, err := charge.Machines(ctx, db, charge.Range{})
	if err != nil {
		return 0, nil, err
	}
	for _, m := range machines {
		_, all, err := charge.AllRules(ctx, db, m)
		if err != nil {
			return 0, nil, err
		}
		for _, r := range all {
			questions = append(questions, wrongChargesOf(db, m, r))
		}
	}
	return failing(ctx, db, strings.Join(questions, "\nUNION ALL\n"), o.Limit)
}

func wrongChargesOf(db *duckdb.DB, machine string, r site.Rule) string {
	theirs := fmt.Sprintf("j.machine = %s AND j.id IN (SELECT job_id FROM job_charges WHERE rule_version = %s)", duckdb.Quote(machine), duckdb.Quote(r.Version))
	return fmt.Sprintf(wrongCharges, charge.ChargedBy(db, r, theirs), duckdb.Quote(machine), duckdb.Quote(r.Version))
}
