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
	question := "(" + unknownRules + ")"
	var told []string
	machines, err := db.MachineNames(ctx)
	if err != nil {
		return 0, nil, err
	}
	for _, m := range machines {
		_, all, err := charge.AllRules(ctx, db, m)
		if err != nil {
			return 0, nil, err
		}
		for _, r := range all {
			told = append(told, toldBy(db, m, r))
		}
	}
	if told != nil {
		question += "\nUNION ALL\n(WITH told AS (\n" + strings.Join(told, "\nUNION ALL\n") + ")\n" + wrongCharges + ")"
	}
	return failing(ctx, db, question, nil, o.Limit)
}

// toldBy is what the rules of a version say of the jobs that were charged by them.
func toldBy(db *duckdb.DB, machine string, r site.Rule) string {
	machine, version := duckdb.Literal(machine), duckdb.Literal(r.Version)
	theirs := fmt.Sprintf(
		"j.machine = %s AND j.id IN (SELECT job_id FROM job_charges WHERE rule_version = %s)", machine, version,
	)
	return fmt.Sprintf(
		"SELECT %s AS machine, %s AS rule_version, * FROM (%s)", machine, version, charge.ChargedBy(db, r, theirs),
	)
}
