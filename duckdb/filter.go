package duckdb

import (
	"strings"
	"time"
)

// A Filter says which jobs, or days of jobs, are meant; the zero value means
// all.
type Filter struct {
	Machines     []string  // empty: all
	Since, Until time.Time // first and last local day on which they ended; zero: open. Jobs of unknown end are in only if both are
}

// All tells whether it leaves nothing out.
func (f Filter) All() bool {
	return len(f.Machines) == 0 && f.Since.IsZero() && f.Until.IsZero()
}

// On is the filter as a condition on columns that say the machine and the day.
func (f Filter) On(machine, day string) string {
	parts := []string{"true"}
	if len(f.Machines) > 0 {
		names := make([]string, len(f.Machines))
		for i, name := range f.Machines {
			names[i] = Literal(name)
		}
		parts = append(parts, machine+" IN ("+strings.Join(names, ", ")+")")
	}
	if !f.Since.IsZero() {
		parts = append(parts, day+" >= "+Date(f.Since))
	}
	if !f.Until.IsZero() {
		parts = append(parts, day+" <= "+Date(f.Until))
	}
	return strings.Join(parts, " AND ")
}

// Jobs is the condition that it means a job j.
func (f Filter) Jobs() string { return f.On("j.machine", "j.end_date") }
