package duckdb

import (
	"context"
	"database/sql"
	_ "embed"
	"fmt"
	"maps"
	"slices"
	"strings"

	"pbsduck/ingest/schema"
	"pbsduck/ingest/site"
)

// A database knows what its site decided about its rows, so that it is whole
// without the configuration: the tables site_columns, queue_types and
// charge_rules hold it.

//go:embed sql/site_queues.sql
var siteQueues string

//go:embed sql/site_rules.sql
var siteRules string

// A SiteError says that the configuration is not the one the rows were made
// with.
type SiteError struct {
	Path string // of the database
	What string // that differs
}

func (e *SiteError) Error() string {
	return fmt.Sprintf("%s was made with another configuration: %s", e.Path, e.What)
}

// A RulesError says that the charging rules of a machine are not those that
// charged jobs under the same name.
type RulesError struct {
	Machine string
	error
}

// Unwrap is what is wrong, with its place.
func (e *RulesError) Unwrap() error { return e.error }

// Site is what the site decided about the rows of this database.
func (db *DB) Site() schema.Site { return db.site }

// siteRows are the statements that keep the columns of a site.
func siteRows(s schema.Site) []string {
	var statements []string
	add := func(position int, c schema.Column) {
		unit := "NULL"
		if c.Unit != "" {
			unit = quote(c.Unit)
		}
		statements = append(statements, fmt.Sprintf("INSERT INTO site_columns VALUES (%d, %s, %s, %s, %s, %s)",
			position, quote(c.Name), quote(c.Source), quote(c.SiteType()), unit, quote(c.Comment)))
	}
	jobs := s.Jobs()
	add(0, jobs.Columns[jobs.Index("priority")])
	for i, c := range s.Columns {
		add(i+1, c)
	}
	return statements
}

// readSite reads what siteRows and writeQueues wrote.
func (db *DB) readSite(ctx context.Context) error {
	rows, err := db.conn.QueryContext(ctx, "SELECT position, name, attribute, type, unit, comment FROM site_columns ORDER BY position")
	if err != nil {
		return err
	}
	defer rows.Close()
	var s schema.Site
	for rows.Next() {
		var position int
		var name, attribute, typ, comment string
		var unit sql.NullString
		if err := rows.Scan(&position, &name, &attribute, &typ, &unit, &comment); err != nil {
			return err
		}
		if position == 0 {
			s.Priority = attribute
			continue
		}
		column, err := schema.SiteColumn(name, attribute, typ, unit.String, comment)
		if err != nil {
			return fmt.Errorf("%s: site_columns: %s: %w", db.path, name, err)
		}
		s.Columns = append(s.Columns, column)
	}
	if err := rows.Err(); err != nil {
		return err
	}
	s.Queues, err = db.readQueues(ctx)
	db.site = s
	return err
}

func (db *DB) readQueues(ctx context.Context) (map[string]map[string]schema.Chip, error) {
	rows, err := db.conn.QueryContext(ctx, siteQueues)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	queues := map[string]map[string]schema.Chip{}
	for rows.Next() {
		var machine, queue string
		var c schema.Chip
		if err := rows.Scan(&machine, &queue, &c.CPUType, &c.GPUType); err != nil {
			return nil, err
		}
		if queues[machine] == nil {
			queues[machine] = map[string]schema.Chip{}
		}
		queues[machine][queue] = c
	}
	return queues, rows.Err()
}

// Rules are those by which new jobs of a machine are charged, in the order of
// their days.
func (db *DB) Rules(ctx context.Context, machine string) ([]site.Rule, error) {
	current, _, err := db.rules(ctx, machine)
	if len(current) == 0 {
		current = []site.Rule{site.Default()}
	}
	return current, err
}

// rules reads the rules of a machine: those for new jobs, and all.
func (db *DB) rules(ctx context.Context, machine string) (current, all []site.Rule, err error) {
	rows, err := db.conn.QueryContext(ctx, siteRules, machine)
	if err != nil {
		return nil, nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var r site.Rule
		var from, until sql.NullTime
		var factors string
		var isCurrent bool
		if err := rows.Scan(&r.Version, &from, &until, &r.CPUHours, &r.GPUHours, &r.MemoryHours, &r.QoS, &factors, &isCurrent); err != nil {
			return nil, nil, err
		}
		r.From, r.Until = from.Time, until.Time
		if err := r.SetFactors(factors); err != nil {
			return nil, nil, fmt.Errorf("%s: charge_rules: version %s of %s: %w", db.path, r.Version, machine, err)
		}
		all = append(all, r)
		if isCurrent {
			current = append(current, r)
		}
	}
	return current, all, rows.Err()
}

// Configure brings what the database knows of its site in line with the
// configuration, as far as one machine goes. Columns, and queues of a machine
// that has jobs, can't change under the rows: that is a *SiteError.
func (db *DB) Configure(ctx context.Context, c *site.Config, machine string) error {
	if err := db.AgreesWith(ctx, c, machine); err != nil {
		return err
	}
	return db.within(ctx, func() error {
		m := c.Machine(machine)
		if m == nil { // it says nothing of this machine
			return nil
		}
		if !maps.Equal(db.site.Queues[machine], c.Site.Queues[machine]) {
			if err := db.writeQueues(ctx, machine, c.Site.Queues[machine]); err != nil {
				return err
			}
		}
		return db.adoptRules(ctx, machine, m.Rules)
	})
}

// AgreesWith looks whether the rows of a machine are those that the
// configuration wants, and changes nothing.
func (db *DB) AgreesWith(ctx context.Context, c *site.Config, machine string) error {
	if !db.site.SameColumns(c.Site) {
		return &SiteError{db.path, columnDifference(db.site, c.Site)}
	}
	if c.Machine(machine) == nil || maps.Equal(db.site.Queues[machine], c.Site.Queues[machine]) {
		return nil
	}
	n, err := db.number(ctx, "SELECT count(*) FROM (SELECT 1 FROM jobs WHERE machine = ? LIMIT 1)", machine)
	if err == nil && n > 0 {
		return &SiteError{db.path, "cpu_types or gpu_types of " + machine + " differ"}
	}
	return err
}

// columnDifference says which columns one site has and the other has not.
func columnDifference(has, wants schema.Site) string {
	list := func(s schema.Site) []string {
		names := []string{"priority from " + s.Jobs().Columns[schema.Jobs.Index("priority")].Source}
		for _, c := range s.Columns {
			names = append(names, fmt.Sprintf("%s (%s, %s)", c.Name, c.Source, c.SiteType()))
		}
		return names
	}
	var parts []string
	old, fresh := list(has), list(wants)
	for _, c := range fresh {
		if !slices.Contains(old, c) {
			parts = append(parts, "it lacks the column "+c)
		}
	}
	for _, c := range old {
		if !slices.Contains(fresh, c) {
			parts = append(parts, "the configuration lacks the column "+c)
		}
	}
	if parts == nil {
		return "the columns have another order"
	}
	return strings.Join(parts, ", ")
}

func (db *DB) writeQueues(ctx context.Context, machine string, queues map[string]schema.Chip) error {
	if err := db.exec(ctx, "DELETE FROM queue_types WHERE machine = ?", machine); err != nil {
		return err
	}
	for _, queue := range slices.Sorted(maps.Keys(queues)) {
		c := queues[queue]
		err := db.exec(ctx, "INSERT INTO queue_types VALUES (?, ?, nullif(?, ''), nullif(?, ''), NULL)", machine, queue, c.CPUType, c.GPUType)
		if err != nil {
			return err
		}
	}
	if db.site.Queues == nil {
		db.site.Queues = map[string]map[string]schema.Chip{}
	}
	db.site.Queues[machine] = queues
	return db.check(ctx, schema.QueueTypes)
}

// adoptRules makes rules those by which new jobs of a machine are charged; if
// there are none, the built-in ones are.
// Those that no configuration names any more stay, as they made charges.
func (db *DB) adoptRules(ctx context.Context, machine string, rules []site.Rule) error {
	current, all, err := db.rules(ctx, machine)
	if len(rules) == 0 {
		rules = []site.Rule{site.Default()}
	}
	if err != nil || slices.EqualFunc(current, rules, site.Rule.Same) {
		return err
	}
	if err := tryRules(ctx, db.site, rules); err != nil {
		return err
	}
	if err := db.exec(ctx, "UPDATE charge_rules SET is_current = false, row_check = NULL WHERE machine = ?", machine); err != nil {
		return err
	}
	for _, r := range rules {
		if err := db.keepsMeaning(ctx, machine, r, all); err != nil {
			return err
		}
		if err := db.writeRule(ctx, machine, r, true); err != nil {
			return err
		}
	}
	return nil
}

// keepsMeaning refuses to give a version that made charges another meaning.
func (db *DB) keepsMeaning(ctx context.Context, machine string, r site.Rule, known []site.Rule) error {
	i := slices.IndexFunc(known, func(k site.Rule) bool { return k.Version == r.Version })
	if i < 0 || known[i].SameCharges(r) {
		return nil
	}
	n, err := db.number(ctx, "SELECT count(*) FROM job_charges c JOIN jobs j ON j.id = c.job_id WHERE c.rule_version = ? AND j.machine = ?", r.Version, machine)
	if err == nil && n > 0 {
		return &RulesError{machine, r.Errorf("version", "the rules of %s have changed, but others of the same version, %q, have charged jobs (%d)", machine, r.Version, n)}
	}
	return err
}

func (db *DB) writeRule(ctx context.Context, machine string, r site.Rule, current bool) error {
	if err := db.exec(ctx, "DELETE FROM charge_rules WHERE machine = ? AND version = ?", machine, r.Version); err != nil {
		return err
	}
	err := db.exec(ctx, "INSERT INTO charge_rules VALUES (?, ?, ?, ?, ?, ?, ?, nullif(?, ''), nullif(?, ''), ?, NULL)", machine, r.Version,
		orNull(r.From), orNull(r.Until), r.CPUHours, r.GPUHours, r.MemoryHours, r.QoS, r.FactorsJSON(), current)
	if err != nil {
		return err
	}
	return db.check(ctx, schema.ChargeRules)
}

// within runs work in a transaction of its own.
func (db *DB) within(ctx context.Context, work func() error) error {
	if err := db.exec(ctx, "BEGIN"); err != nil {
		return err
	}
	err := work()
	if err == nil {
		err = db.exec(ctx, "COMMIT")
	}
	if err == nil {
		return db.inPlace()
	}
	// A context that was cancelled must not keep the transaction open.
	if back := db.exec(context.WithoutCancel(ctx), "ROLLBACK"); back != nil && !isOver(back) {
		return fmt.Errorf("%w; and %w", err, back)
	}
	return err
}
