package charge

import (
	"context"
	"database/sql"
	_ "embed"
	"fmt"
	"maps"
	"slices"

	"pbsduck/duckdb"
	"pbsduck/ingest/schema"
	"pbsduck/ingest/site"
)

//go:embed sql/site_rules.sql
var siteRules string

// currentRules are those by which new jobs of a machine are charged, in the order of their days.
func currentRules(ctx context.Context, db *duckdb.DB, machine string) ([]site.Rule, error) {
	current, _, err := AllRules(ctx, db, machine)
	if len(current) == 0 {
		current = []site.Rule{site.Default()}
	}
	return current, err
}

// AllRules reads the rules of a machine: those for new jobs, and all.
func AllRules(ctx context.Context, db *duckdb.DB, machine string) (current, all []site.Rule, err error) {
	rows, err := db.Conn().QueryContext(ctx, duckdb.With(siteRules, duckdb.Vars{"machine": machine}))
	if err != nil {
		return nil, nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var r site.Rule
		var from, until sql.NullTime
		var factors string
		var isCurrent bool
		if err := rows.Scan(&r.Version, &from, &until, &r.ChargedOver, &r.CPUHours, &r.GPUHours, &r.MemoryHours, &r.QoS,
			&factors, &isCurrent); err != nil {
			return nil, nil, err
		}
		r.From, r.Until = from.Time, until.Time
		if err := r.SetFactors(factors); err != nil {
			return nil, nil, fmt.Errorf("%s: charge_rules: version %s of %s: %w", db.Path(), r.Version, machine, err)
		}
		all = append(all, r)
		if isCurrent {
			current = append(current, r)
		}
	}
	return current, all, rows.Err()
}

// Configure brings what the database knows of its site in line with the configuration, as far as one machine goes.
// Columns, and queues of a machine that has jobs, can't change under the rows: that is a *SiteError.
func Configure(ctx context.Context, db *duckdb.DB, c *site.Config, machine string) error {
	if err := AgreesWith(ctx, db, c, machine); err != nil {
		return err
	}
	return db.Within(ctx, func() error {
		if err := adoptReporting(ctx, db, c); err != nil {
			return err
		}
		m := c.Machine(machine)
		if m == nil { // it says nothing of this machine
			return nil
		}
		if !maps.Equal(db.Site().Queues[machine], c.Site.Queues[machine]) {
			if err := WriteQueues(ctx, db, machine, c.Site.Queues[machine]); err != nil {
				return err
			}
		}
		return AdoptRules(ctx, db, machine, m.Rules)
	})
}

// AgreesWith looks whether the rows of a machine are those that the configuration wants, and changes nothing.
func AgreesWith(ctx context.Context, db *duckdb.DB, c *site.Config, machine string) error {
	if !db.Site().SameColumns(c.Site) {
		return &SiteError{db.Path(), duckdb.ColumnDifference(db.Site(), c.Site)}
	}
	if c.Machine(machine) == nil || maps.Equal(db.Site().Queues[machine], c.Site.Queues[machine]) {
		return nil
	}
	n, err := db.Number(ctx, "SELECT count(*) FROM (SELECT 1 FROM jobs WHERE machine = ? LIMIT 1)", machine)
	if err == nil && n > 0 {
		return &SiteError{db.Path(), "cpu_types or gpu_types of " + machine + " differ"}
	}
	return err
}

// WriteQueues makes the types of a machine's queues these, in the table and in what db knows of the site.
func WriteQueues(ctx context.Context, db *duckdb.DB, machine string, queues map[string]schema.Chip) error {
	if err := db.Exec(ctx, "DELETE FROM queue_types WHERE machine = ?", machine); err != nil {
		return err
	}
	for _, queue := range slices.Sorted(maps.Keys(queues)) {
		c := queues[queue]
		err := db.Exec(ctx, "INSERT INTO queue_types VALUES (?, ?, nullif(?, ''), nullif(?, ''), NULL)", machine, queue,
			c.CPUType, c.GPUType)
		if err != nil {
			return err
		}
	}
	s := db.Site()
	if s.Queues = maps.Clone(s.Queues); s.Queues == nil {
		s.Queues = map[string]map[string]schema.Chip{}
	}
	s.Queues[machine] = queues
	db.SetSite(s)
	return db.Check(ctx, schema.QueueTypes)
}

// AdoptRules makes rules those by which new jobs of a machine are charged; if there are none, the built-in ones are.
// Those that no configuration names any more stay, as they made charges.
func AdoptRules(ctx context.Context, db *duckdb.DB, machine string, rules []site.Rule) error {
	current, all, err := AllRules(ctx, db, machine)
	if len(rules) == 0 {
		rules = []site.Rule{site.Default()}
	}
	if err != nil || slices.EqualFunc(current, rules, site.Rule.Same) {
		return err
	}
	if err := tryRules(ctx, db.Site(), rules); err != nil {
		return err
	}
	const past = "UPDATE charge_rules SET is_current = false, row_check = NULL WHERE machine = ?"
	if err := db.Exec(ctx, past, machine); err != nil {
		return err
	}
	for _, r := range rules {
		if err := keepsMeaning(ctx, db, machine, r, all); err != nil {
			return err
		}
		if err := writeRule(ctx, db, machine, r, true); err != nil {
			return err
		}
	}
	return nil
}

// keepsMeaning refuses to give a version that made charges another meaning.
func keepsMeaning(ctx context.Context, db *duckdb.DB, machine string, r site.Rule, known []site.Rule) error {
	i := slices.IndexFunc(known, func(k site.Rule) bool { return k.Version == r.Version })
	if i < 0 || known[i].SameCharges(r) {
		return nil
	}
	n, err := db.Number(ctx,
		"SELECT count(*) FROM job_charges c JOIN jobs j ON j.id = c.job_id WHERE c.rule_version = ? AND j.machine = ?",
		r.Version, machine)
	if err == nil && n > 0 {
		return &RulesError{machine,
			r.Errorf("version", "the rules of %s have changed, but others of the same version, %q, have charged jobs (%d)",
				machine, r.Version, n)}
	}
	return err
}

func writeRule(ctx context.Context, db *duckdb.DB, machine string, r site.Rule, current bool) error {
	if err := db.Exec(ctx, "DELETE FROM charge_rules WHERE machine = ? AND version = ?", machine, r.Version); err != nil {
		return err
	}
	err := db.Exec(ctx, "INSERT INTO charge_rules VALUES (?, ?, ?, ?, ?, ?, ?, ?, nullif(?, ''), nullif(?, ''), ?, NULL)",
		machine, r.Version, duckdb.OrNull(r.From), duckdb.OrNull(r.Until),
		r.ChargedOver, r.CPUHours, r.GPUHours, r.MemoryHours, r.QoS, r.FactorsJSON(), current)
	if err != nil {
		return err
	}
	return db.Check(ctx, schema.ChargeRules)
}

// A SiteError says that the configuration is not the one the rows were made with.
type SiteError struct {
	Path string // of the database
	What string // that differs
}

func (e *SiteError) Error() string {
	return fmt.Sprintf("%s was made with another configuration: %s", e.Path, e.What)
}

// A RulesError says that the charging rules of a machine are not those that charged jobs under the same name.
type RulesError struct {
	Machine string
	error
}

// Unwrap is what is wrong, with its place.
func (e *RulesError) Unwrap() error { return e.error }
