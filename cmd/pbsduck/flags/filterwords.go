package flags

import (
	"cmp"
	"context"
	"database/sql"
	"maps"
	"slices"
	"strings"
	"time"

	"pbsduck/cmd/pbsduck/ui"
	"pbsduck/duckdb"
)

// About is what a reader of an answer wants to know of what was asked: of which machines, days and jobs it is, and from
// which database.
func (f *Filter) About(ctx context.Context, db *duckdb.DB, jobs duckdb.Filter) ([][2]string, error) {
	machines, err := db.MachineNames(ctx, jobs.Machines...)
	if err != nil {
		return nil, err
	}
	var first, last sql.NullString
	err = db.Conn().QueryRowContext(ctx, `SELECT min((first_time AT TIME ZONE time_zone)::DATE)::VARCHAR,
		max((last_time AT TIME ZONE time_zone)::DATE)::VARCHAR FROM machines WHERE `+
		duckdb.Filter{Machines: jobs.Machines}.On("machine", "")).Scan(&first, &last)
	if err != nil {
		return nil, err
	}
	days := cmp.Or(first.String, "the first") + " to " + cmp.Or(last.String, "the last")
	if jobs.Since.IsZero() && jobs.Until.IsZero() {
		days += ": all that the logs tell of"
	} else {
		if !jobs.Since.IsZero() {
			first.String = jobs.Since.Format(time.DateOnly)
		}
		if !jobs.Until.IsZero() {
			last.String = jobs.Until.Format(time.DateOnly)
		}
		days = first.String + " to " + last.String
	}
	facts := [][2]string{{"machines", strings.Join(machines, ", ")}, {"days", days}}
	if words := f.Words(); len(words) > 0 {
		facts = append(facts, [2]string{"asked with", strings.Join(words, " ")})
	}
	return append(facts, [2]string{"database", db.Path()}), nil
}

// Words are the flags as they were given, as the shell takes them.
func (f *Filter) Words() []string { return f.words(true) }

// JobWords are those that say which jobs are meant, but for their machines and days.
func (f *Filter) JobWords() []string { return f.words(false) }

func (f *Filter) words(withDays bool) []string {
	var words []string
	add := func(flag, value string) { words = append(words, "--"+flag, ui.ShellWord(value)) }
	for _, name := range slices.Sorted(maps.Keys(f.values)) {
		if name == "machine" && !withDays {
			continue
		}
		for _, value := range *f.values[name] {
			add(name, value)
		}
	}
	if withDays {
		words = append(words, f.days.Words()...)
	}
	for _, t := range timeFlags {
		if text := *f.times[t.name]; text != "" {
			add(t.name, text)
		}
	}
	for _, text := range f.where {
		add("where", text)
	}
	if f.arrayParents != "yes" {
		add("array-parents", f.arrayParents)
	}
	if f.ignoreCase {
		words = append(words, "--ignore-case")
	}
	return words
}
