package rebuild

import (
	"context"
	"errors"
	"io/fs"
	"maps"
	"os"
	"reflect"
	"slices"
	"time"

	"pbsduck/duckdb"
	"pbsduck/duckdb/charge"
	"pbsduck/duckdb/dbfile"
	"pbsduck/duckdb/load"
	"pbsduck/duckdb/warnings"
	"pbsduck/ingest/schema"
	"pbsduck/ingest/site"
)

// settings are what a database knows that no log says: they pass from the old one to the new one when it is rebuilt.
type settings struct {
	site        schema.Site
	rules       map[string][]site.Rule // by machine
	allocations []charge.Allocation
	reporting   charge.Reporting

	acknowledged []duckdb.Vars      // warnings that were seen
	unanswered   []warnings.Warning // days that qhist is still to tell of
}

// same tells whether two databases are charged alike, and reports are told the same.
func (s settings) same(o settings) bool {
	rules := func(a, b []site.Rule) bool { return slices.EqualFunc(a, b, site.Rule.Same) }
	return maps.EqualFunc(s.rules, o.rules, rules) &&
		reflect.DeepEqual(s.site.Queues, o.site.Queues) && reflect.DeepEqual(s.reporting, o.reporting)
}

// reading looks into a database whose tables may be of an earlier version, if there is one.
func reading(ctx context.Context, path string, wait time.Duration, look func(*duckdb.DB) error) error {
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	var db *duckdb.DB
	err := dbfile.Wait(ctx, wait, func() (err error) {
		db, err = openAnyVersion(ctx, path)
		return err
	})
	if err != nil {
		return err
	}
	return errors.Join(look(db), db.Close())
}

// settingsOf reads them, of a database of any version.
func settingsOf(ctx context.Context, db *duckdb.DB) (s settings, err error) {
	defer func() { err = db.ReadError(err) }()
	switch older, err := oldVersion(ctx, db); {
	case err != nil:
		return s, err
	case older > 0:
		if err := showSettings(ctx, db); err != nil {
			return s, err
		}
	}
	if err := db.ReadSite(ctx); err != nil {
		return s, err
	}
	s.site, s.rules = db.Site(), map[string][]site.Rule{}
	machines, err := db.MachineNames(ctx)
	if err != nil {
		return s, err
	}
	for _, m := range machines {
		current, _, err := charge.AllRules(ctx, db, m)
		if err != nil {
			return s, err
		}
		if s.rules[m] = current; len(current) == 1 && current[0].Version == site.Default().Version {
			delete(s.rules, m) // they are the program's, not the site's
		}
	}
	if s.allocations, err = charge.Allocations(ctx, db); err != nil {
		return s, err
	}
	if s.reporting, err = charge.ReadReporting(ctx, db); err != nil {
		return s, err
	}
	if s.acknowledged, err = warnings.Acknowledged(ctx, db); err != nil {
		return s, err
	}
	s.unanswered, err = load.AllUnanswered(ctx, db, "")
	return s, err
}

// adopt takes over what another database knows. Jobs that are there already were made by it.
func adopt(ctx context.Context, db *duckdb.DB, s settings) error {
	if err := charge.ReplaceAllocations(ctx, db, s.allocations); err != nil {
		return err
	}
	if n, err := db.Number(ctx, "SELECT count(*) FROM log_files"); err != nil || n > 0 {
		return err
	}
	return db.Within(ctx, func() error {
		for machine, queues := range s.site.Queues {
			if err := charge.WriteQueues(ctx, db, machine, queues); err != nil {
				return err
			}
		}
		for machine, rules := range s.rules {
			if err := charge.AdoptRules(ctx, db, machine, rules); err != nil {
				return err
			}
		}
		if err := charge.WriteReporting(ctx, db, s.reporting); err != nil {
			return err
		}
		return db.ReadSite(ctx)
	})
}
