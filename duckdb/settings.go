package duckdb

import (
	"context"
	"errors"
	"os"
	"time"

	"pbsduck/duckdb/dbfile"
	"pbsduck/ingest/schema"
	"pbsduck/ingest/site"
)

// settings are what a database knows that no log says: they pass from the old
// one to the new one when it is rebuilt.
type settings struct {
	site        schema.Site
	rules       map[string][]site.Rule // by machine
	allocations []Allocation

	acknowledged [][6]any // warnings that were seen
}

// readSettings asks the database at path; they are empty if there is none.
func readSettings(ctx context.Context, path string, wait time.Duration) (s settings, err error) {
	err = reading(ctx, path, wait, func(db *DB) error {
		s, err = db.settings(ctx)
		return err
	})
	return s, err
}

// reading looks into a database whose tables may be of an earlier version, if
// there is one.
func reading(ctx context.Context, path string, wait time.Duration, look func(*DB) error) error {
	if _, err := os.Stat(path); err != nil {
		return nil
	}
	var db *DB
	err := dbfile.Wait(ctx, wait, func() (err error) {
		db, err = openAnyVersion(ctx, path)
		return err
	})
	if err != nil {
		return err
	}
	return errors.Join(look(db), db.Close())
}

// settings of a database whose tables are of an earlier version are empty.
func (db *DB) settings(ctx context.Context) (s settings, err error) {
	defer func() { err = db.readError(err) }()
	if version, err := db.schemaVersion(ctx); err != nil || version < SchemaVersion {
		return s, err
	}
	if err := db.readSite(ctx); err != nil {
		return s, err
	}
	s.site, s.rules = db.site, map[string][]site.Rule{}
	machines, err := db.machines(ctx, Range{})
	if err != nil {
		return s, err
	}
	for _, m := range machines {
		current, _, err := db.rules(ctx, m)
		if err != nil {
			return s, err
		}
		if s.rules[m] = current; len(current) == 1 && current[0].Version == site.Default().Version {
			delete(s.rules, m) // they are the program's, not the site's
		}
	}
	if s.allocations, err = db.allocations(ctx); err != nil {
		return s, err
	}
	s.acknowledged, err = db.acknowledged(ctx)
	return s, err
}

// adopt takes over what another database knows. Jobs that are there already
// were made by it.
func (db *DB) adopt(ctx context.Context, s settings) error {
	if err := db.ReplaceAllocations(ctx, s.allocations); err != nil {
		return err
	}
	if n, err := db.number(ctx, "SELECT count(*) FROM log_files"); err != nil || n > 0 {
		return err
	}
	return db.within(ctx, func() error {
		for machine, queues := range s.site.Queues {
			if err := db.writeQueues(ctx, machine, queues); err != nil {
				return err
			}
		}
		for machine, rules := range s.rules {
			if err := db.adoptRules(ctx, machine, rules); err != nil {
				return err
			}
		}
		return db.readSite(ctx)
	})
}
