package duckdb

import (
	"context"
	"database/sql"
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"pbsduck/ingest/schema"
)

// A database knows what its site decided about its rows, so that it is whole without the configuration: the tables
// site_columns, queue_types and charge_rules hold it.

//go:embed sql/site_queues.sql
var siteQueues string

// Site is what the site decided about the rows of this database.
func (db *DB) Site() schema.Site { return db.site }

// SetSite says what the site decided, when that has changed, or is not in the database's tables.
func (db *DB) SetSite(s schema.Site) { db.site = s }

// SiteRows are the statements that keep the columns of a site.
func SiteRows(s schema.Site) []string {
	var statements []string
	for position, c := range s.Chosen() {
		unit := "NULL"
		if c.Unit != "" {
			unit = Quote(c.Unit)
		}
		statements = append(statements, fmt.Sprintf("INSERT INTO site_columns VALUES (%d, %s, %s, %s, %s, %s)",
			position, Quote(c.Name), Quote(c.Source), Quote(c.SiteType()), unit, Quote(c.Comment)))
	}
	return statements
}

// ReadSite reads what SiteRows and charge.WriteQueues wrote.
func (db *DB) ReadSite(ctx context.Context) error {
	rows, err := db.conn.QueryContext(
		ctx, "SELECT position, name, attribute, type, unit, comment FROM site_columns ORDER BY position",
	)
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

// ColumnDifference says which columns one site has and the other has not.
func ColumnDifference(has, wants schema.Site) string {
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
