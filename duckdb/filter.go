package duckdb

import (
	"slices"
	"strings"
	"time"
)

// A Filter says which jobs, or days of jobs, are meant: those of which all that it says is true. The zero value means
// all. What a record does not say is unknown, and never what is asked for, nor something else than that.
type Filter struct {
	Machines     []string  // empty: all
	Since, Until time.Time // first and last local day of their ends; zero: open, and of unknown end if both are
	Terms        []Term    // what else is true of them
}

// A Term is something that is true of some jobs, and of others not.
type Term interface {
	// SQL is the condition on a job j.
	SQL() string
}

// All tells whether it leaves nothing out.
func (f Filter) All() bool {
	return f.OnlyDays() && len(f.Machines) == 0 && f.Since.IsZero() && f.Until.IsZero()
}

// OnlyDays tells whether it asks for nothing but machines and days, which others than jobs have, too.
func (f Filter) OnlyDays() bool { return len(f.Terms) == 0 }

// On is what it says of machines and days, as a condition on columns that say them.
func (f Filter) On(machine, day string) string {
	parts := []string{"true"}
	if len(f.Machines) > 0 {
		parts = append(parts, machine+" IN "+literals(f.Machines))
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
func (f Filter) Jobs() string {
	parts := []string{f.On("j.machine", "j.end_date")}
	for _, t := range f.Terms {
		parts = append(parts, t.SQL())
	}
	return strings.Join(parts, " AND ")
}

// literals are values as SQL has them behind IN.
func literals[T any](values []T) string {
	return "(" + parted(values) + ")"
}

// either joins conditions of which one must hold.
func either(parts []string) string {
	parts = slices.DeleteFunc(parts, func(s string) bool { return s == "" })
	if len(parts) == 0 {
		return "false"
	}
	return "(" + strings.Join(parts, " OR ") + ")"
}
