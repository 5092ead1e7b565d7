package rebuild

import (
	"context"
	_ "embed"
	"slices"
	"strings"

	"pbsduck/duckdb"
	"pbsduck/ingest/schema"
)

//go:embed sql/keep_outcomes.sql
var keepOutcomes string

//go:embed sql/keep_nodes.sql
var keepNodes string

// keep takes over the rows of outcomes that have no raw record, or an unusable one. What a column of today's is filled
// from they have if a column of theirs was filled from it; else they have none.
func (r *remake) keep(ctx context.Context, unusable []int64) error {
	err := r.fresh.Exec(ctx, "CREATE OR REPLACE TEMP TABLE unusable AS SELECT unnest($1::BIGINT[]) AS id", unusable)
	if err != nil {
		return err
	}
	columns, unfilled := keptColumns(r.old.Site(), r.fresh.Site())
	r.unfilled = unfilled
	for _, step := range []string{
		"CREATE TEMP VIEW had AS SELECT " + strings.Join(columns, ", ") + " FROM previous.outcomes",
		keepOutcomes,
		"DROP VIEW had",
		keepNodes,
	} {
		if err := r.fresh.Exec(ctx, step); err != nil {
			return err
		}
	}
	return nil
}

// keptColumns are the columns of outcomes as one site fills them, by the names that another one gives them, and those
// of the other one that are filled from nothing that the first one kept.
func keptColumns(had, wants schema.Site) (columns, unfilled []string) {
	chosen := wants.Chosen()
	for _, c := range wants.Outcomes().Columns {
		if !slices.ContainsFunc(chosen, func(o schema.Column) bool { return o.Name == c.Name }) {
			columns = append(columns, duckdb.QuoteName(c.Name))
		}
	}
	for _, c := range chosen {
		i := slices.IndexFunc(had.Chosen(), c.SameSource)
		if i < 0 {
			unfilled = append(unfilled, c.Name)
			continue
		}
		columns = append(columns, duckdb.QuoteName(had.Chosen()[i].Name)+" AS "+duckdb.QuoteName(c.Name))
	}
	return columns, unfilled
}
