package resolve

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"pbsduck/duckdb"
	"pbsduck/duckdb/charge"
	"pbsduck/export/whole"
	"pbsduck/ingest/schema"
	"pbsduck/ingest/site"
)

// Parts are files that belong together.
type Parts struct {
	dir   string
	names []string // in each of the folders
}

// Find finds the parts in a folder. Logs that are not there in whole are an error.
func Find(dir string) (*Parts, error) {
	p := &Parts{dir: dir}
	tables := schema.Site{}.Parts()
	for i, t := range slices.Backward(tables) { // what is in logs is there in whole
		names, err := filesIn(filepath.Join(dir, t.Name))
		if err != nil {
			return nil, err
		}
		if i == len(tables)-1 {
			p.names = names
			continue
		}
		if lost := firstBut(p.names, names); lost != "" {
			return nil, fmt.Errorf("%s: %s has no file %s: parse its log again", dir, t.Name, lost)
		}
		if more := firstBut(names, p.names); more != "" {
			return nil, fmt.Errorf("%s: %s has a file %s that logs has not: its log was not parsed to its end; parse it again",
				dir, t.Name, more)
		}
	}
	if len(p.names) == 0 {
		return nil, fmt.Errorf("%s: no log was parsed there", dir)
	}
	return p, nil
}

func filesIn(dir string) (names []string, err error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, whole.Error(dir, err)
	}
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), ".parquet") && !strings.HasPrefix(e.Name(), ".") {
			names = append(names, e.Name())
		}
	}
	return names, nil
}

// firstBut is the first of some names that is not among others.
func firstBut(names, others []string) string {
	have := make(map[string]bool, len(others))
	for _, o := range others {
		have[o] = true
	}
	for _, n := range names {
		if !have[n] {
			return n
		}
	}
	return ""
}

// Logs is how many there are.
func (p *Parts) Logs() int { return len(p.names) }

// within is the schema in which steps are.
const within = "settled"

// Fill puts the rows into an empty database, and charges the jobs by the rules of a configuration, which may be nil.
func (p *Parts) Fill(ctx context.Context, db *duckdb.DB, config *site.Config) error {
	if err := p.settle(ctx, db); err != nil {
		return fmt.Errorf("%s: cannot settle what the logs say: %w", p.dir, err)
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

// settle runs the steps in a schema of their own.
func (p *Parts) settle(ctx context.Context, db *duckdb.DB) (err error) {
	if err := db.Exec(ctx, "CREATE SCHEMA "+within+"; USE "+duckdb.Attached+"."+within); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Exec(context.WithoutCancel(ctx), "USE "+duckdb.Attached)) }()
	for _, t := range db.Site().Parts() {
		var paths []string
		for _, name := range p.names {
			paths = append(paths, filepath.Join(p.dir, t.Name, name))
		}
		view := "CREATE VIEW part_%s AS SELECT * FROM read_parquet(%s, hive_partitioning = false)"
		if err := db.Exec(ctx, fmt.Sprintf(view, t.Name, duckdb.Literal(paths))); err != nil {
			return err
		}
	}
	for _, s := range steps(db.Site()) {
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
