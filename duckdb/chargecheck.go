package duckdb

import (
	"context"
	_ "embed"
	"fmt"
	"strings"

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

func findWrongCharges(ctx context.Context, db *DB, o VerifyOptions) (int64, []string, error) {
	questions := []string{unknownRules}
	machines, err := db.machines(ctx, Range{})
	if err != nil {
		return 0, nil, err
	}
	for _, m := range machines {
		_, all, err := db.rules(ctx, m)
		if err != nil {
			return 0, nil, err
		}
		for _, r := range all {
			questions = append(questions, db.wrongChargesOf(m, r))
		}
	}
	return db.failing(ctx, strings.Join(questions, "\nUNION ALL\n"), o.Limit)
}

func (db *DB) wrongChargesOf(machine string, r site.Rule) string {
	theirs := fmt.Sprintf("j.machine = %s AND j.id IN (SELECT job_id FROM job_charges WHERE rule_version = %s)", quote(machine), quote(r.Version))
	return fmt.Sprintf(wrongCharges, db.chargedBy(r, theirs), quote(machine), quote(r.Version))
}
