package verify

import (
	"context"
	_ "embed"

	"pbsduck/duckdb"
	"pbsduck/duckdb/load"
)

//go:embed sql/wrong_runs.sql
var wrongRuns string

// runsCheck derives the runs once more that told_runs has.
var runsCheck = Check{
	Name: "told_runs", Meaning: "The runs of jobs of which several records tell are what these say",
	find: func(ctx context.Context, db *duckdb.DB, o Options) (int64, []string, error) {
		if err := load.DeriveRuns(ctx, db, load.ToldJobs()); err != nil {
			return 0, nil, err
		}
		return failing(ctx, db, wrongRuns, nil, o.Limit)
	},
}
