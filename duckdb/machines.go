package duckdb

import (
	"context"
	"database/sql"
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"time"
)

//go:embed sql/machine_zones.sql
var machineZones string

// A Machine is one of those that the database knows.
type Machine struct {
	Name string
	Zone string // IANA name of the time zone in which its latest log was read; empty if it has none
}

// Location is its time zone; UTC if none is known.
func (m Machine) Location() (*time.Location, error) {
	zone, err := time.LoadLocation(m.Zone)
	if err != nil {
		return nil, fmt.Errorf("log_files.time_zone: %w", err)
	}
	return zone, nil
}

// Machines are those of which there are logs or jobs, in order of their names.
func (db *DB) Machines(ctx context.Context) ([]Machine, error) {
	rows, err := db.conn.QueryContext(ctx, machineZones)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []Machine
	for rows.Next() {
		var m Machine
		var zone sql.NullString
		if err := rows.Scan(&m.Name, &zone); err != nil {
			return nil, err
		}
		m.Zone = zone.String
		all = append(all, m)
	}
	return all, rows.Err()
}

// LastDay is the last local day, such as 2026-01-31, that logs tell of: of some machines, or of all if none are named;
// empty if none do.
func (db *DB) LastDay(ctx context.Context, machines []string) (string, error) {
	days, err := Column[sql.NullString](
		ctx,
		db,
		"SELECT max((last_time AT TIME ZONE time_zone)::DATE)::VARCHAR FROM machines WHERE "+
			Filter{Machines: machines}.On("machine", ""),
	)
	if err != nil {
		return "", err
	}
	return days[0].String, nil
}

// MachineNames are the names of Machines; of those that are named, if any are.
func (db *DB) MachineNames(ctx context.Context, named ...string) ([]string, error) {
	machines, err := db.Machines(ctx)
	if err != nil {
		return nil, err
	}
	known := make([]string, len(machines))
	for i, m := range machines {
		known[i] = m.Name
	}
	for _, name := range named {
		if !slices.Contains(known, name) {
			return nil, &UnknownMachineError{db.path, name, known}
		}
	}
	if len(named) > 0 {
		return named, nil
	}
	return known, nil
}

// An UnknownMachineError says that the database has nothing of a machine.
type UnknownMachineError struct {
	Path, Machine string
	Known         []string
}

func (e *UnknownMachineError) Error() string {
	known := "none"
	if len(e.Known) > 0 {
		known = strings.Join(e.Known, ", ")
	}
	return fmt.Sprintf("%s has nothing of a machine %s; it has %s", e.Path, e.Machine, known)
}
