package charge

import (
	"context"
	"database/sql"
	_ "embed"
	"reflect"
	"slices"
	"time"

	"pbsduck/duckdb"
	"pbsduck/ingest/site"
)

// A Reporting is what reports need to know of a site that no log says. The database keeps it, so that readers of a copy
// have it.
type Reporting struct {
	Capacity    map[string][]site.Capacity // by machine
	Facilities  []site.Group               // of accounts
	QueueGroups []site.Group
}

//go:embed sql/site_capacity.sql
var siteCapacity string

//go:embed sql/site_groups.sql
var siteGroups string

// ReadReporting reads what adoptReporting wrote.
func ReadReporting(ctx context.Context, db *duckdb.DB) (r Reporting, err error) {
	if r.Capacity, err = readCapacity(ctx, db); err != nil {
		return r, err
	}
	if r.Facilities, err = readGroups(ctx, db, duckdb.FacilityGroup); err != nil {
		return r, err
	}
	r.QueueGroups, err = readGroups(ctx, db, duckdb.QueueGroup)
	return r, err
}

func readCapacity(ctx context.Context, db *duckdb.DB) (map[string][]site.Capacity, error) {
	rows, err := db.Conn().QueryContext(ctx, siteCapacity)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	all := map[string][]site.Capacity{}
	for rows.Next() {
		var machine string
		var from, until sql.NullTime
		var c site.Capacity
		if err := rows.Scan(&machine, &from, &until, &c.Nodes, &c.Cores, &c.GPUs); err != nil {
			return nil, err
		}
		c.From, c.Until = from.Time, until.Time
		all[machine] = append(all[machine], c)
	}
	return all, rows.Err()
}

func readGroups(ctx context.Context, db *duckdb.DB, kind string) ([]site.Group, error) {
	rows, err := db.Conn().QueryContext(ctx, duckdb.With(siteGroups, duckdb.Vars{"kind": kind}))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []site.Group
	for rows.Next() {
		var name, pattern string
		if err := rows.Scan(&name, &pattern); err != nil {
			return nil, err
		}
		if n := len(all); n > 0 && all[n-1].Name == name {
			all[n-1].Patterns = append(all[n-1].Patterns, pattern)
			continue
		}
		all = append(all, site.Group{Name: name, Patterns: []string{pattern}})
	}
	return all, rows.Err()
}

// adoptReporting keeps what a configuration says for reports, in the caller's transaction. Machines that it does not
// name keep their capacity. It writes nothing where nothing has changed.
func adoptReporting(ctx context.Context, db *duckdb.DB, c *site.Config) error {
	known, err := ReadReporting(ctx, db)
	if err != nil {
		return err
	}
	wanted := Reporting{Capacity: map[string][]site.Capacity{}, Facilities: c.Facilities, QueueGroups: c.QueueGroups}
	for machine, all := range known.Capacity {
		if c.Machine(machine) == nil {
			wanted.Capacity[machine] = all
		}
	}
	for _, m := range c.Machines {
		if len(m.Capacity) > 0 {
			wanted.Capacity[m.Name] = slices.SortedFunc(
				slices.Values(m.Capacity), func(a, b site.Capacity) int { return a.From.Compare(b.From) },
			)
		}
	}
	if reflect.DeepEqual(known.inUTC(), wanted.inUTC()) {
		return nil
	}
	return WriteReporting(ctx, db, wanted)
}

// inUTC has no two ways to say the same.
func (r Reporting) inUTC() Reporting {
	r.Facilities, r.QueueGroups = joined(r.Facilities), joined(r.QueueGroups)
	for _, all := range r.Capacity {
		for i := range all {
			all[i].From, all[i].Until = day(all[i].From), day(all[i].Until)
		}
	}
	return r
}

func day(t time.Time) time.Time {
	if t.IsZero() {
		return time.Time{}
	}
	return t.UTC()
}

// joined are groups as the database has them: those of one name that follow each other are one.
func joined(groups []site.Group) (all []site.Group) {
	for _, g := range groups {
		if n := len(all); n > 0 && all[n-1].Name == g.Name {
			all[n-1].Patterns = append(slices.Clone(all[n-1].Patterns), g.Patterns...)
			continue
		}
		all = append(all, g)
	}
	return all
}

// WriteReporting makes r what the database knows, within a transaction.
func WriteReporting(ctx context.Context, db *duckdb.DB, r Reporting) error {
	for _, statement := range []string{"DELETE FROM capacity", "DELETE FROM name_groups"} {
		if err := db.Exec(ctx, statement); err != nil {
			return err
		}
	}
	for machine, all := range r.Capacity {
		for _, c := range all {
			err := db.Exec(ctx, "INSERT INTO capacity VALUES (?, ?, ?, ?, ?, ?)",
				machine, duckdb.OrNull(c.From), duckdb.OrNull(c.Until), c.Nodes, c.Cores, c.GPUs)
			if err != nil {
				return err
			}
		}
	}
	if err := writeGroups(ctx, db, duckdb.FacilityGroup, r.Facilities); err != nil {
		return err
	}
	return writeGroups(ctx, db, duckdb.QueueGroup, r.QueueGroups)
}

func writeGroups(ctx context.Context, db *duckdb.DB, kind string, groups []site.Group) error {
	position := 0
	var patterns []duckdb.NamePattern
	for _, g := range groups {
		for _, p := range g.Patterns {
			position++
			if err := db.Exec(ctx, "INSERT INTO name_groups VALUES (?, ?, ?, ?)", kind, position, p, g.Name); err != nil {
				return err
			}
			patterns = append(patterns, duckdb.NamePattern{Pattern: p, Name: g.Name})
		}
	}
	return db.Exec(ctx, duckdb.GroupFunction(kind, patterns))
}
