package resolve

import (
	"context"
	"errors"
	"fmt"

	"pbsduck/duckdb"
	"pbsduck/duckdb/charge"
	"pbsduck/ingest/schema"
	"pbsduck/ingest/site"
)

// stage is the schema in which steps are.
const stage = "settled"

// Fill puts the rows into an empty database, and charges the jobs by the rules of a configuration, which may be nil.
func (p *Parts) Fill(ctx context.Context, db *duckdb.DB, config *site.Config) error {
	if err := p.settle(ctx, db); err != nil {
		return fmt.Errorf("%s: cannot settle what the logs say: %w", p.dir, err)
	}
	if err := p.fit(ctx, db); err != nil {
		return err
	}
	if err := p.keep(ctx, db); err != nil {
		return err
	}
	machines, err := db.MachineNames(ctx)
	if err != nil {
		return err
	}
	for _, m := range machines {
		if config == nil {
			break
		}
		if err := charge.WriteQueues(ctx, db, m, config.Site.Queues[m]); err != nil { // by which the rows were made
			return err
		}
	}
	if _, err := charge.Recalculate(ctx, db, config, duckdb.Filter{}); err != nil {
		return err
	}
	return db.Exec(ctx, file("further_months"))
}

// settle runs the steps in a schema of their own, or has there what another engine made by them.
func (p *Parts) settle(ctx context.Context, db *duckdb.DB) (err error) {
	if err := db.Exec(ctx, "CREATE SCHEMA "+stage+"; USE "+duckdb.Attached+"."+stage); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Exec(context.WithoutCancel(ctx), "USE "+duckdb.Attached)) }()
	for view, paths := range p.views {
		rows := "read_parquet(" + duckdb.Literal(paths) + ", hive_partitioning = false)"
		if err := db.Exec(ctx, "CREATE VIEW "+view+" AS SELECT * FROM "+rows); err != nil {
			return fmt.Errorf("%s: %w", view, err)
		}
	}
	if p.settled {
		return nil
	}
	for _, s := range steps() {
		if s.name == moved {
			err = p.dateHours(ctx, db)
		} else {
			err = db.Exec(ctx, s.statement())
		}
		if err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
	}
	return nil
}

// fit refuses jobs that have other columns than the site's: they would be NULL, or lost.
func (p *Parts) fit(ctx context.Context, db *duckdb.DB) error {
	has, err := duckdb.Column[string](ctx, db, "SELECT column_name FROM (DESCRIBE settled.jobs)")
	if err != nil {
		return err
	}
	places := []string{"log", "record"}
	ours := append(duckdb.ColumnNames(schema.Site{}.Outcomes()), places...)
	if lacking := firstBut(ours, append(has, "is_job")); lacking != "" {
		return fmt.Errorf("%s: its jobs have no column %s: they are not what the statements that settle parts give",
			p.dir, lacking)
	}
	want := append(duckdb.ColumnNames(db.Site().Outcomes()), places...)
	const parsed = "the configuration is not the one that the logs were parsed with: name that, or parse them again"
	if lacking := firstBut(want, append(has, "is_job")); lacking != "" {
		return fmt.Errorf("%s: its jobs have no column %s: %s", p.dir, lacking, parsed)
	}
	if more := firstBut(has, want); more != "" {
		return fmt.Errorf("%s: its jobs have a column %s: %s", p.dir, more, parsed)
	}
	return nil
}

// keep puts what the steps found into the database's own tables.
func (p *Parts) keep(ctx context.Context, db *duckdb.DB) error {
	for _, step := range []string{
		"INSERT INTO outcomes BY NAME SELECT * EXCLUDE (log, record), true AS is_job FROM settled.jobs",
		"INSERT INTO outcome_nodes BY NAME SELECT id AS outcome_id, node, ncpus, ngpus, mem_bytes, true AS is_job " +
			"FROM settled.job_nodes",
		"INSERT INTO told_runs BY NAME SELECT * FROM settled.told_runs",
		"INSERT INTO events BY NAME SELECT * EXCLUDE (log, record, hour_begins, hour_s), 1 AS file_id FROM settled.events",
		"CREATE TEMP VIEW part_logs AS SELECT * FROM settled.part_logs",
		file("ledger"),
	} {
		if err := db.Exec(ctx, step); err != nil {
			return fmt.Errorf("%s: cannot keep what the logs say: %w", p.dir, err)
		}
	}
	return nil
}
